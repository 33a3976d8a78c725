"""What all tests share: a skipped lab test fails where the lab is required."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

from tests.lab.process import hear_interrupts

hear_interrupts()

_STATE = tempfile.TemporaryDirectory(prefix="nox-state-")
os.environ["STATE_DIRECTORY"] = _STATE.name  # what a controller remembers must not be the machine's, nor last

settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a lab test's skip into a failure when ``NOX_LAB=required``, so that a continuous run cannot pass empty."""
    report = yield
    if report.skipped and item.get_closest_marker("lab") and os.environ.get("NOX_LAB") == "required":
        reason: Any = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"NOX_LAB=required, but the test was skipped: {reason[2] if reason else 'no reason given'}"
    return report

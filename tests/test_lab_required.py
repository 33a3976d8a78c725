"""A run that requires the lab does not pass by skipping it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def skipping(pytester: pytest.Pytester) -> pytest.Pytester:
    """A suite whose one lab test is skipped."""
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text())
    pytester.makepyfile("import pytest\n@pytest.mark.lab\n@pytest.mark.skip(reason='no switch')\ndef test_it(): pass")
    pytester.makeini("[pytest]\nmarkers = lab: needs a lab")
    return pytester


def test_lab_tests_may_be_skipped(skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without NOX_LAB a lab test is skipped with its reason."""
    monkeypatch.delenv("NOX_LAB", raising=False)
    result = skipping.runpytest_subprocess("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines("SKIPPED*no switch")


def test_skipped_lab_test_fails_where_the_lab_is_required(
    skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With NOX_LAB=required the same test fails and says why it was skipped."""
    monkeypatch.setenv("NOX_LAB", "required")
    result = skipping.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*the test was skipped: *no switch*")

"""Open vSwitch with a dummy datapath takes all that NOX can say, and what it reports decodes to what it was sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from nox.lib.openflow import Version
from nox.lib.openflow.versions import SUPPORTED
from tests.lab.conformance import cases
from tests.lab.conformance.expected import stale, wrong
from tests.lab.dummy import outcomes


@pytest.mark.parametrize("version", SUPPORTED)
def test_open_vswitch_takes_everything_that_it_can(tmp_path: Path, version: Version) -> None:
    """Every match field, action, group, meter and request of the tables; `expected` lists what it refuses, and how."""
    found = outcomes(tmp_path, version)
    assert list(found) == [case.name for case in cases(version)]
    assert wrong(version, found) == []
    assert stale(version, found) == []

"""Every message that we write means the same to Open vSwitch's tools, to tshark and to us."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.lab.judges import verdicts
from tests.lab.judges.tshark import Dissected
from tests.lib.openflow.samples import SAMPLES


@pytest.fixture(scope="module")
def dissected(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Dissected]:
    """What tshark prints of all samples, from one run."""
    return verdicts.dissected(tmp_path_factory.mktemp("judges"))


@pytest.mark.parametrize("name", SAMPLES)
def test_ofctl(name: str) -> None:
    """``ovs-ofctl ofp-print`` prints it without complaint; it complains of all that is listed as beyond it."""
    assert verdicts.ofctl(name) == ""


@pytest.mark.parametrize("name", SAMPLES)
def test_tshark(name: str, dissected: Mapping[str, Dissected]) -> None:
    """tshark reads all of it, and prints each of our fields with its value, and no other."""
    assert verdicts.tshark(name, dissected[name]) == ""

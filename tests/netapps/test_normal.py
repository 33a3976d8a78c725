"""Switches that forward by themselves."""

from __future__ import annotations

import struct

import pytest

from nox.core.component.plugins import ComponentPlugin
from tests.core.component.support import result
from tests.netapps.network import Network, sent

NORMAL = ComponentPlugin("normal", "nox.netapps.normal:Normal", number=18)


@pytest.mark.parametrize("version", [1, 4], ids=["1.0", "1.3"])
def test_its_entry_is_there_before_the_join(version: int) -> None:
    """One entry, at priority 0, to NORMAL: no packet is lost to a moment without it."""
    switch = Network(NORMAL).switch(version)
    [entry] = [body for kind, body in switch.others if kind == 14]
    assert struct.unpack_from("!H", entry, 54 if version == 1 else 22) == (0,)
    assert (b"\xff\xfa\0\0" if version == 1 else b"\xff\xff\xff\xfa") in entry


def test_switches_that_are_connected_already_get_it_too() -> None:
    """The component may be loaded later."""
    network = Network(idle=(NORMAL,))
    switch = network.switch(4)
    sent(switch)
    result(network.kernel.load("normal"))
    network.clock.advance(0)
    assert len(sent(switch)[0]) == 1

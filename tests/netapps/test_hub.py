"""The hub."""

from __future__ import annotations

import pytest

from nox.core.component.plugins import ComponentPlugin
from nox.lib.errors import DependencyError
from tests.netapps.network import Network, sent

HUB = ComponentPlugin("hub", "nox.netapps.hub:Hub", number=16)
SWITCH = ComponentPlugin("switch", "nox.netapps.switch:Switch", number=17)
FRAME = b"\2\0\0\0\0\2\2\0\0\0\0\1\x88\xb5" + bytes(46)


@pytest.mark.parametrize("version", [1, 4], ids=["1.0", "1.3"])
def test_every_packet_goes_everywhere_and_no_entry_is_written(version: int) -> None:
    """Whether the destination is known or not."""
    switch = Network(HUB).switch(version)
    sent(switch)
    for port in (1, 2):
        switch.packet_in(port, FRAME)
    flow_mods, packet_outs = sent(switch)
    assert (flow_mods, len(packet_outs)) == ([], 2)
    assert all(body.endswith(FRAME) for body in packet_outs)


def test_it_does_not_run_beside_another_that_decides_on_unknown_packets() -> None:
    """Both would answer every packet: refused before anything runs, with both names and the band."""
    with pytest.raises(DependencyError, match=r"hub.*switch.*miss|switch.*hub.*miss"):
        Network(HUB, SWITCH)

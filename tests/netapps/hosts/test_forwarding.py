"""Hosts beside those who forward: what they hold, and what they answer, disturbs nobody."""

from __future__ import annotations

import pytest

from nox.emulator import Network
from nox.lib.addresses import EthernetAddress
from nox.lib.packet.ethernet import Ethernet
from tests.netapps.hosts.hosted import Hosted


@pytest.mark.parametrize("more", [("allow_all",), ("allow_all", "neighbours")], ids=["alone", "with neighbours"])
def test_a_ring_forwards_while_hosts_move(more: tuple[str, ...]) -> None:
    """Routing follows a host to wherever it is plugged in; everybody reaches everybody, before and after."""
    hosted = Hosted(Network.ring(4, hosts=1), forwards="routing", more=more)
    hosted.known()
    assert hosted.net.pingall().lost == []
    for switch in ("s2", "s3", "s1"):
        hosted.net["h1"].move(switch)
        hosted.net.run(2)
        assert [dpid for dpid, _ in hosted.places("h1")] == [hosted.net.switch(switch).dpid]
        hosted.net.pingall()
        assert hosted.net.pingall().lost == []
    assert not hosted.watch.told
    assert hosted.hosts.record.dispatcher.expired == 0


def test_a_host_that_has_moved_silently_is_reached() -> None:
    """Its packets were held until it was decided where it is; those for it go to its new port from then on."""
    hosted = Hosted(Network.line(3, hosts=2), forwards="routing", more=("allow_all",))
    hosted.known()
    net = hosted.net
    assert net["h1"].ping(net["h6"]).received == 1
    moving, to = net["h1"], net["h4"]
    mac, ip = moving.mac, moving.ipv4
    moving.sleep()
    to.lie(mac=mac, ipv4=ip)
    ping = to.ping(net["h6"], count=3, interval=0.5)
    assert ping.received == 3
    assert hosted.places("h1") == [(2, 3)] or hosted.places("h1") == [(2, 4)]
    assert not hosted.watch.told


def test_a_frame_for_bridges_moves_nobody() -> None:
    """Whoever it says to come from: it passes, since it may be a neighbour's, and nothing is learned from it."""
    hosted = Hosted(Network.line(1, hosts=3))
    one, two, liar = (hosted.net[name] for name in ("h1", "h2", "h3"))
    assert two.ping(one).received == 1
    for number in (0x00, 0x0E):
        to = EthernetAddress(bytes((0x01, 0x80, 0xC2, 0, 0, number)))
        liar.do(lambda host, now, to=to: host.send_raw(Ethernet(to, one.mac, 0x88B5, bytes(46)).build()))  # type: ignore[misc]
        hosted.net.run(0.1)
        assert hosted.places("h1") == [(1, 1)]
        assert two.ping(one).received == 1

"""Where hosts are, on Open vSwitch: who moves, who lies, VLANs, IPv6, a controller that comes back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from nox.lib.packet.ethernet import Tag
from tests.lab.lab import Lab
from tests.lab.located import Located, announcement, located, send
from tests.lab.namespaces import Host
from tests.lab.process import eventually

PROTOCOLS = pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"], ids=["1.0", "1.3"])


def silence(host: Host) -> None:
    """Have a host answer nobody, though its link is up."""
    host.namespace.run("ip", "address", "flush", "dev", "eth0")


def test_hosts_are_found_and_reach_each_other(lab: Lab, tmp_path: Path) -> None:
    """By what they send, each at its port, though their packets cross the link between the switches."""
    at = located(lab, tmp_path)
    at.announce()
    one, two, three = at.hosts
    assert one.pings(two)
    assert one.pings(three)
    assert [at.places(host) for host in at.hosts] == [[(1, 1)], [(1, 2)], [(2, 1)]]
    assert [at.holders(host.address) for host in at.hosts] == [[one.mac], [two.mac], [three.mac]]
    assert len(at.rows()) == 3
    inside(at)
    assert at.events("HostConflict") + at.events("SourceRefused") == []


def inside(at: Located) -> None:
    """A host behind an internal port, whose address is the port's own, is as good as any other."""
    at.lab.ovs.vsctl("add-port", "s1", "vif", "--", "set", "interface", "vif", "type=internal", "ofport_request=7")
    at.lab.namespace.run("ip", "address", "add", "10.0.0.7/24", "dev", "vif")
    at.lab.namespace.run("ip", "link", "set", "vif", "up")
    ping = at.lab.namespace.argv("ping", "-n", "-q", "-c", "1", "-W", "1", "-I", "vif", at.hosts[2].address)
    eventually(lambda: _succeeds(ping), "it is reached", within=20)
    assert [at.places(mac) for mac in at.holders("10.0.0.7")] == [[(1, 7)]]


def test_a_host_whose_cable_is_plugged_in_elsewhere(lab: Lab, tmp_path: Path) -> None:
    """It is at its new port with its first packet there, though that port has only just come up."""
    at = located(lab, tmp_path)
    at.announce()
    first, second = at.bridges
    moving = at.hosts[0]
    first.detach(moving.port)
    eventually(lambda: not at.places(moving), "it is nowhere")
    second.attach([moving.port], first=7)
    began = send(moving, [announcement(moving.mac, moving.address)])
    assert at.seen_at(moving, (2, 7), began) < 1
    assert at.places(moving) == [(2, 7)]
    eventually(lambda: at.hosts[1].pings(moving), "the host that moved is reached", within=20)
    assert at.events("HostConflict") == []


def test_a_host_that_is_silent_where_it_was(lab: Lab, tmp_path: Path) -> None:
    """The old port stays up: it is asked there, does not answer, and has moved."""
    at = located(lab, tmp_path)
    at.announce()
    one, _, three = at.hosts
    silence(one)
    began = send(three, [announcement(one.mac, one.address)])
    assert at.seen_at(one, (2, 1), began) >= 0.004
    assert at.places(one) == [(2, 1)]
    assert at.events("HostConflict") == []


@PROTOCOLS
def test_a_host_that_is_claimed_elsewhere_answers(lab: Lab, tmp_path: Path, protocols: str) -> None:
    """Linux answers the question where the host is: a conflict, and nothing in the view changes."""
    at = located(lab, tmp_path, protocols=protocols)
    at.announce()
    one, two, three = at.hosts
    before = at.rows()
    for _ in range(3):
        send(three, [announcement(one.mac, one.address)] * 5)
        eventually(lambda: at.events("HostConflict"), "it is told")
    assert at.rows() == before
    told = at.events("HostConflict")[0]
    assert (told["mac"], told["dpid"], told["port"]) == (one.mac, 2, 1)
    assert one.pings(two)


def test_another_hosts_ip_address(lab: Lab, tmp_path: Path) -> None:
    """Who has it is asked, and keeps it; when it is silent the address goes to who announces it."""
    at = located(lab, tmp_path)
    at.announce()
    one, two, _ = at.hosts
    before = at.rows()
    send(two, [announcement(two.mac, one.address)])
    [told] = eventually(lambda: at.events("HostConflict"), "it is told")
    assert (told["mac"], told["dpid"], told["port"]) == (two.mac, 1, 2)
    assert at.rows() == before
    silence(one)
    eventually(lambda: _takes(at, two, one), "the address has changed hands")


def _takes(at: Located, taker: Host, other: Host) -> bool:
    """Announce another's address, and say whether it is the taker's."""
    send(taker, [announcement(taker.mac, other.address)])
    return at.holders(other.address) == [taker.mac]


def test_vlans(lab: Lab, tmp_path: Path) -> None:
    """Each VLAN of an interface is a host of its own, with its own address; the question for it has the tag."""
    at = located(lab, tmp_path)
    at.announce()
    one, _, three = at.hosts
    send(one, [announcement(one.mac, "10.5.0.1", Tag(5)), announcement(one.mac, "10.6.0.1", Tag(6))])
    eventually(lambda: at.places(one, 6), "both are known")
    assert (at.places(one), at.places(one, 5), at.places(one, 6)) == ([(1, 1)],) * 3
    assert at.holders("10.5.0.1") == [one.mac]
    fields = ("-T", "fields", "-e", "eth.dst", "-e", "arp.dst.proto_ipv4", "-e", "vlan.id")
    with one.namespace.popen("tshark", "-l", "-n", "-i", "eth0", "-c", "1", "-f", "vlan 5 and arp", *fields) as dump:
        eventually(lambda: _is_watched(one), "tshark listens", within=30)
        send(three, [announcement(one.mac, "10.5.0.1", Tag(5))])
        said = dump.communicate(timeout=30)[0]
    assert "\t".join((one.mac, "10.5.0.1", "5")) in said
    eventually(lambda: at.places(one, 5) == [(2, 1)], "it did not answer, and has moved")
    assert at.places(one) == [(1, 1)]


def _is_watched(host: Host) -> bool:
    """Whether somebody has a packet socket there; the first line is a title."""
    return len(host.namespace.run("cat", "/proc/net/packet").splitlines()) > 1


def _succeeds(argv: list[str]) -> bool:
    return subprocess.run(argv, stdout=subprocess.DEVNULL).returncode == 0


@PROTOCOLS
def test_ipv6(lab: Lab, tmp_path: Path, protocols: str) -> None:
    """Neighbour discovery binds addresses; our questions are no duplicates to Linux."""
    at = located(lab, tmp_path, protocols=protocols)
    at.announce()
    one, _, three = at.hosts
    for number, host in ((1, one), (3, three)):
        run = host.namespace.run
        run("sysctl", "-q", "net.ipv6.conf.eth0.disable_ipv6=0")
        run("ip", "-6", "address", "add", f"2001:db8::{number}/64", "dev", "eth0")
    ping = one.namespace.argv("ping", "-6", "-n", "-q", "-c", "1", "-W", "1", "2001:db8::3")
    eventually(lambda: _succeeds(ping), "the other is reached", within=20)
    assert at.holders("2001:db8::1") == [one.mac]
    assert at.holders("2001:db8::3") == [three.mac]
    assert "dadfailed" not in one.namespace.run("ip", "-6", "address", "show", "dev", "eth0")
    send(three, [announcement(one.mac, one.address)])
    eventually(lambda: at.events("HostConflict"), "it is told")
    assert at.places(one) == [(1, 1)]


def test_a_controller_that_comes_back_knows_them(lab: Lab, tmp_path: Path) -> None:
    """It has them from its file before anybody sends; what they send then changes nothing."""
    at = located(lab, tmp_path)
    at.announce()
    before = at.rows()
    at.controller.kill()
    at.controller.start()
    assert at.rows() == before
    at.announce()
    assert at.hosts[0].pings(at.hosts[2]) or at.hosts[0].pings(at.hosts[2])
    assert at.rows() == before


def test_one_that_says_nothing_is_asked(lab: Lab, tmp_path: Path) -> None:
    """Linux answers, and stays; what does not answer is forgotten."""
    at = located(lab, tmp_path, more="[hosts]\nsilence = 5.0\n")
    ghost = "02:00:00:00:99:01"
    at.announce()
    send(at.hosts[1], [announcement(ghost, "10.0.0.99")])
    eventually(lambda: at.places(ghost), "it is known")
    eventually(lambda: not at.places(ghost), "it is forgotten", within=30)
    assert len(at.rows()) == 3
    assert at.holders("10.0.0.99") == []


def test_a_flood_of_addresses(lab: Lab, tmp_path: Path) -> None:
    """Its port is full, and no more: the others are learned, found and reached as ever."""
    at = located(lab, tmp_path, more="[hosts]\nmost_per_port = 20\n")
    at.announce(*at.hosts[:2])
    frames = [
        announcement(f"02:99:00:00:{n >> 8:02x}:{n & 255:02x}", f"10.9.{n >> 8}.{n & 255}") for n in range(1, 3001)
    ]
    send(at.hosts[1], frames)
    eventually(lambda: at.events("SourceRefused"), "it is told")
    at.announce(at.hosts[2])
    eventually(lambda: at.hosts[0].pings(at.hosts[2]), "the others reach each other", within=20)
    assert len(at.rows()) == 3 + 19

"""Questions for addresses, on Open vSwitch: Linux asks, the controller answers, and nobody else hears the question."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable
from contextlib import closing
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.located import Located, located
from tests.lab.namespaces import Host
from tests.lab.process import eventually
from tests.lab.sockets import raw_socket

ARP, IPV6 = 0x0806, 0x86DD
SOLICITATION = 135  # ICMPv6 type
NOBODY, NOBODY6 = "10.0.0.99", "2001:db8::99"


def asked_by_arp(frame: bytes) -> str:
    """The address that an ARP question is for; empty for what is none that all hosts get."""
    return str(IPv4Address(frame[38:42])) if frame[0] & 1 and frame[20:22] == b"\0\1" else ""


def solicited(frame: bytes) -> str:
    """The same of a neighbour solicitation."""
    return str(IPv6Address(frame[62:78])) if frame[0] & 1 and frame[54] == SOLICITATION else ""


def heard_until(listening: socket.socket, last: str, question: Callable[[bytes], str]) -> list[str]:
    """What a host is asked for, up to the question for an address."""
    listening.settimeout(10)
    heard: list[str] = []
    while last not in heard:
        heard += [target] if (target := question(listening.recv(2048))) else []
    return heard


def answered(at: Located) -> float:
    """How many questions the controller has answered."""
    return at.controller.metric("nox_neighbours_questions_total", way="answered")


def pings(host: Host, address: str) -> bool:
    """Whether an address answers."""
    argv = host.namespace.argv("ping", "-n", "-q", "-c", "1", "-W", "1", address)
    return subprocess.run(argv, stdout=subprocess.DEVNULL).returncode == 0


def test_questions_are_answered_and_the_others_hear_nothing(lab: Lab, tmp_path: Path) -> None:
    """They end at the controller, and Linux believes its answers; those for who is not known go to everybody."""
    at = located(lab, tmp_path, components=("switch", "neighbours"))
    at.announce()
    by_arp(at)
    by_neighbour_discovery(at)


def by_arp(at: Located) -> None:
    """IPv4."""
    one, two, three = at.hosts
    with closing(raw_socket(two, ARP)) as listening:
        assert pings(one, three.address)
        assert three.mac in one.namespace.run("ip", "neigh", "show", three.address)
        assert one.mac in three.namespace.run("ip", "neigh", "show", one.address)
        assert answered(at) == 2  # three has not heard the question of one, and asks in its turn
        assert not pings(one, NOBODY)
        assert set(heard_until(listening, NOBODY, asked_by_arp)) == {NOBODY}


def by_neighbour_discovery(at: Located) -> None:
    """IPv6, once it is known whether a host is a router."""
    one, two, three = at.hosts
    for number, host in ((1, one), (3, three)):
        host.namespace.run("sysctl", "-q", "net.ipv6.conf.eth0.accept_dad=0", "net.ipv6.conf.eth0.disable_ipv6=0")
        host.namespace.run("ip", "-6", "address", "add", f"2001:db8::{number}/64", "dev", "eth0", "nodad")
    eventually(lambda: pings(one, "2001:db8::3"), "the other is reached", within=20)
    with closing(raw_socket(two, IPV6)) as listening:
        before = answered(at)
        one.namespace.run("ip", "-6", "neigh", "flush", "dev", "eth0")
        assert pings(one, "2001:db8::3")
        assert three.mac in one.namespace.run("ip", "neigh", "show", "2001:db8::3")
        assert answered(at) > before
        assert not pings(one, NOBODY6)
        assert set(heard_until(listening, NOBODY6, solicited)) == {NOBODY6}

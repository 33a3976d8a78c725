"""A controller that knows where hosts are, two bridges with a link, and hosts that send whatever they like."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from nox.lib.addresses import EthernetAddress
from nox.lib.packet import arp
from nox.lib.packet.arp import Arp
from nox.lib.packet.ethernet import BROADCAST, Ethernet, Tag
from tests.lab.controller import Controller
from tests.lab.lab import Lab
from tests.lab.namespaces import Host, Namespace
from tests.lab.openvswitch import Bridge
from tests.lab.process import eventually, run

PLUGIN = Path(__file__).parent / "plugin"
CONFIGURATION = """
components = {components}
[witness]
report = "{report}"
[view]
{view}
{more}
"""
SEND = """
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
frames = [bytes.fromhex(line) for line in sys.stdin.read().split()]
rate, began = float(sys.argv[1]), time.time()
print(began, flush=True)
for number, frame in enumerate(frames):
    if rate and not number % 100:
        time.sleep(max(0, began + number / rate - time.time()))
    s.send(frame)
"""


def announcement(mac: str, ip: str, *tags: Tag) -> bytes:
    """ARP to all: this address is there."""
    address, own = IPv4Address(ip), EthernetAddress(mac)
    packet = Arp(arp.REQUEST, own, address, arp.NOBODY, address)
    return Ethernet(BROADCAST, own, 0x0806, packet.build(), tags).build()


def send(host: Host, frames: Iterable[bytes], *, rate: float = 0) -> float:
    """Have a host send frames as they are; when it began, in the machine's time.

    :param rate: so many a second; 0: as fast as can be.
    """
    text = "\n".join(frame.hex() for frame in frames)
    return float(run(host.namespace.argv(sys.executable, "-c", SEND, str(rate)), stdin=text))


@dataclass
class Located:
    """The lab of these tests.

    :ivar hosts: h1 and h2 at ports 1 and 2 of the first bridge, h3 at port 1 of the second.
    """

    lab: Lab
    controller: Controller
    bridges: Sequence[Bridge]
    hosts: Sequence[Host]
    report: Path

    def places(self, host: Host | str, vlan: int = 0) -> list[tuple[int, int]]:
        """Where ``noxctl hosts`` says that a host is."""
        mac = host if isinstance(host, str) else host.mac
        known = [one for one in self.controller.ask("hosts") if (one["mac"], one["vlan"]) == (mac, vlan)]
        return [(int(place["dpid"], 16), place["port"]) for one in known for place in one["locations"]]

    def holders(self, ip: str) -> list[str]:
        """Who has an address, as ``noxctl hosts`` says."""
        return [one["mac"] for one in self.controller.ask("hosts") if any(a["ip"] == ip for a in one["addresses"])]

    def rows(self) -> list[tuple[Any, ...]]:
        """All that ``noxctl hosts`` says, but when hosts were heard."""
        return [
            (one["mac"], one["vlan"], one["name"], json.dumps(one["addresses"]), json.dumps(one["locations"]))
            for one in self.controller.ask("hosts")
        ]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What the witness has written down of one kind."""
        lines = [json.loads(line) for line in self.report.read_text().splitlines()]
        return [line for line in lines if line["event"] == kind]

    def seen_at(self, host: Host | str, place: tuple[int, int], since: float) -> float:
        """Seconds from a moment until the view had a host at a place."""
        mac = host if isinstance(host, str) else host.mac
        key = [mac, "0", *map(str, place)]

        def found() -> list[float]:
            changes = [one for one in self.events("ViewChange") if one["key"] == key and one["is_there"]]
            return [one["time"] - since for one in changes if one["time"] >= since]

        return eventually(found, f"{mac} is at {place}")[0]

    def announce(self, *hosts: Host) -> None:
        """Have hosts say who they are, and wait until that is known."""
        for host in hosts or self.hosts:
            send(host, [announcement(host.mac, host.address)])
        for host in hosts or self.hosts:
            eventually(lambda host=host: self.places(host), f"it is known where {host.port} is")  # type: ignore[misc]


def located(
    lab: Lab,
    directory: Path,
    *,
    protocols: str = "",
    components: Sequence[str] = ("switch",),
    view: str = "",
    more: str = "",
) -> Located:
    """Start it, and wait until it is decided what the ports are for.

    :param components: beside `hosts` and the one that writes events down.
    :param view: lines of the table ``[view]``; by default its store is a file. :param more: other tables.
    """
    report = directory / "witness.jsonl"
    report.touch()
    stored = view or f'path = "{directory / "view.sqlite"}"'
    loaded = json.dumps(["witness", "hosts", *components])
    text = CONFIGURATION.format(components=loaded, report=report, view=stored, more=more)
    controller = lab.controller(text, path=[PLUGIN])
    hosts = lab.hosts(3)
    bridges = [
        lab.bridge(hosts[:2], protocols=protocols),
        lab.bridge(hosts[2:], name="s2", dpid=2, protocols=protocols),
    ]
    connect(lab.namespace, bridges)
    made = Located(lab, controller, bridges, hosts, report)
    eventually(lambda: _ready(controller), "the link is found and the other ports are decided about", within=20)
    return made


def connect(namespace: Namespace, bridges: Sequence[Bridge]) -> None:
    """A link between port 10 of the first bridge and port 10 of the second."""
    namespace.run("ip", "link", "add", "l1", "type", "veth", "peer", "name", "l2")
    for number, bridge in enumerate(bridges, 1):
        namespace.run("ip", "link", "set", f"l{number}", "up")
        bridge.attach([f"l{number}"], first=10)


def _ready(controller: Controller) -> bool:
    """Both directions of the link, and a second and more since the last port came up."""
    return controller.metric("nox_discovery_links") == 2

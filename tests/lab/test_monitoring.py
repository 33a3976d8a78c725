"""Counters, flow records and full tables on Open vSwitch."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from nox.emulator import topologies
from tests.lab.controller import Controller
from tests.lab.lab import Lab
from tests.lab.openvswitch import Bridge
from tests.lab.process import eventually
from tests.lab.survival import PLUGIN
from tests.lab.wired import Wired, known

MONITORED = """
    components = ["switch", "monitoring"]
    [monitoring]
    ports = 1.0
    tables = 1.0
    flows = 1.0
"""
DPID = f"{1:016x}"
ONE_FRAME = """
import socket
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as one:
    one.bind(("eth0", 0))
    one.send(bytes.fromhex("0200000000ff 020000000001 88b5") + bytes(46))
"""


def dumped(bridge: Bridge) -> dict[str, dict[str, int]]:
    """What ``ovs-ofctl dump-ports`` says: by port, the counters."""
    text = bridge.ovs.ofctl("-O", bridge.protocols, "dump-ports", bridge.name)
    found = {}
    for part in re.split(r"\n\s+port ", text)[1:]:
        name = part.partition(":")[0].strip().strip('"')
        numbers = {f"{way}_{what}": int(value) for way, line in re.findall(r"(rx|tx) (pkts=[^\n]*)", part)
                   for what, value in re.findall(r"(pkts|bytes|drop|errs)=(\d+)", line)}  # fmt: skip
        found[name] = numbers
    return found


def counted(controller: Controller, name: str, port: int) -> float:
    """A port's counter in /metrics."""
    return controller.metric(f"nox_port_{name}_total", dpid=DPID, port=str(port))


@pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"])
def test_counters_agree(lab: Lab, protocols: str) -> None:
    """After a ping, and frames one way, each counter in /metrics is what ``ovs-ofctl dump-ports`` says."""
    controller = lab.controller(MONITORED)
    one, two = hosts = lab.hosts(2)
    bridge = lab.bridge(hosts, protocols=protocols)
    assert one.pings(two)
    for _ in range(3):
        one.namespace.run("python3", "-c", ONE_FRAME)

    def agree() -> bool:
        theirs = dumped(bridge)
        by_number = {port["number"]: port["name"] for port in controller.ask("ports", DPID)}
        words = {"rx_packets": "rx_pkts", "tx_packets": "tx_pkts", "rx_bytes": "rx_bytes", "tx_bytes": "tx_bytes",
                 "rx_dropped": "rx_drop", "tx_errors": "tx_errs"}  # fmt: skip
        names = {number: name if name in theirs else str(number) for number, name in by_number.items() if number < 3}
        return bool(names) and all(
            counted(controller, ours, number) == theirs[name][theirs_name]
            for number, name in names.items()
            for ours, theirs_name in words.items()
        )

    eventually(agree, "the counters agree", within=20, every=0.5)
    assert counted(controller, "rx_packets", 1) >= counted(controller, "tx_packets", 1) + 3


def test_rates_of_a_stream(lab: Lab) -> None:
    """UDP of 20 Mbit/s: `noxctl top` says so of ports, sender and flow; a port of 10 Gbit/s is used by 0.2 %."""
    controller = lab.controller(MONITORED)
    one, two = hosts = lab.hosts(2)
    lab.bridge(hosts, protocols="OpenFlow13")
    assert one.pings(two)
    two.namespace.run("iperf3", "-s", "-D")
    with one.namespace.popen("iperf3", "-c", two.address, "-u", "-b", "20M", "-l", "1200", "-t", "15") as iperf:

        def seen() -> bool:
            top = controller.ask("top", "--once")
            ports = {row["port"]: row for row in top["ports"]}
            flows = [row["bytes"] for row in top["flows"] if "udp_dst=5201" in row["match"]]
            senders = {row["host"]: row for row in top["hosts"]}
            if not flows or not {1, 2} <= set(ports) or one.mac not in senders:
                return False
            rates = [ports[1]["rx_bytes"], ports[2]["tx_bytes"], *flows, senders[one.mac]["tx_bytes"]]
            return all(2.2e6 < rate < 2.9e6 for rate in rates) and 0.0018 < ports[2]["utilisation"] < 0.0023

        eventually(seen, "top shows the stream", within=14, every=0.5)
        iperf.terminate()


@pytest.mark.parametrize("protocols", ["OpenFlow10", "OpenFlow13"])
def test_flow_records(lab: Lab, tmp_path: Path, protocols: str) -> None:
    """A ping ends: its two flows are lines with what Open vSwitch has counted."""
    file = tmp_path / "flows.jsonl"
    toml = f'components = ["ender", "records"]\n[records]\nfile = "{file}"\n'
    lab.controller(toml, path=[PLUGIN])
    one, two = hosts = lab.hosts(2)
    lab.bridge(hosts, protocols=protocols)
    assert one.pings(two, count=6)

    def records() -> list[dict[str, Any]]:
        lines = file.read_text().splitlines() if file.exists() else []
        found = [json.loads(line) for line in lines]
        return [record for record in found if record["match"].get("ip_proto") == "1"]

    eventually(lambda: len(records()) == 2, "both have ended", within=15, every=0.2)
    there = next(record for record in records() if record["match"]["ipv4_src"] == one.address)
    assert (there["owner"], there["reason"], there["source"]["mac"]) == ("ender", "idle_timeout", one.mac)
    assert there["packets"] == 5  # the first went by way of the controller
    assert there["bytes"] == 5 * 98
    assert 2.5 < there["duration"] < 6


def test_a_full_table(lab: Lab) -> None:
    """With room for 20 entries: flows that Open vSwitch refuses are told, room is made, pings go on."""
    tables = "[monitoring]\ntables = 1.0\n[switch]\nidle_timeout = 0\n"
    controller = lab.controller('components = ["switch", "capacity"]\n' + tables)
    one, two, three = hosts = lab.hosts(3)
    bridge = lab.bridge(hosts, protocols="OpenFlow13")
    limit = ["--id=@t", "create", "Flow_Table", "flow_limit=20", "--", "set", "bridge", "s1", "flow_tables:0=@t"]
    lab.ovs.vsctl("--", *limit)
    assert one.pings(two, count=5)
    script = "import socket, sys; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    script += "for port in range(10000, 10040): s.sendto(b'x', (sys.argv[1], port))"
    three.namespace.run("python3", "-c", script, two.address)
    removed = lambda: controller.metric("nox_table_room_total", how="removed") >= 2  # noqa: E731
    eventually(removed, "room was made", within=20, every=0.3)
    assert controller.metric("nox_table_refusals_total") >= 1
    log = "table 0 is full with 20 entries; an entry of switch was refused; 0 entries were given back, 2 removed"
    assert log in controller.log.read_text()
    assert one.pings(two)
    assert len(bridge.entries()) <= 20
    eventually(lambda: controller.metric("nox_tables_filling") == 1, "it is nearly full", within=10, every=0.3)


CIRCLING = """
    components = ["discovery", "topology", "switch", "monitoring"]
    [monitoring]
    ports = 1.0
"""


def test_packets_that_go_round(lab: Lab) -> None:
    """A stranger's entries lead a packet round a ring of three: the log names the bridges, and says when it is over."""
    controller = lab.controller(CIRCLING)
    wired = Wired(lab, topologies.ring(3))
    wired.connect()
    wired.joined(controller)
    eventually(lambda: set(known(controller)) == wired.directions, "all links are known")
    bridges = {bridge.dpid: bridge for bridge in wired.bridges.values()}
    there = {(a, b): p for a, p, b, _ in wired.directions}
    for one, other in ((1, 2), (2, 3), (3, 1)):
        bridges[one].add_flow(f"priority=30000,dl_type=0x88b5,actions=output:{there[one, other]}")
    time.sleep(3)  # rates without what the beginning brought
    wired.hosts[0].namespace.run("python3", "-c", ONE_FRAME)
    dpids = ", ".join(f"{dpid:016x}" for dpid in (1, 2, 3))
    sentence = f"packets go round between the switches {dpids}"
    eventually(lambda: sentence in controller.log.read_text(), "the circle is told", within=15, every=0.2)
    assert controller.metric("nox_circles") == 1
    for bridge in bridges.values():
        bridge.ovs.ofctl("-O", "OpenFlow13", "del-flows", bridge.name, "dl_type=0x88b5")
    eventually(lambda: controller.metric("nox_circles") == 0, "it is over", within=15, every=0.2)
    assert "packets go round no more between 3 switches" in controller.log.read_text()

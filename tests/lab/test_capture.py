"""Captures beside real Open vSwitch: ours, judged by Wireshark's dissector, and Wireshark's, read by us."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab.controller import BIN, Controller
from tests.lab.lab import Lab
from tests.lab.process import eventually, run, stop
from tests.lab.tls import SWITCH, Certificates

UNDISSECTED = "Message data not dissected yet"  # of 1.0's dissector, which leaves some messages alone
DISSECTORS = {"OpenFlow10": "openflow_v1", "OpenFlow13": "openflow_v4"}
HANDSHAKE = {"Hello", "FeaturesRequest", "FeaturesReply", "SetConfig", "BarrierReply"}
CHECKS = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Eoccurrence=f")


@contextmanager
def capturing(controller: Controller, file: Path, *dpids: str) -> Iterator[None]:
    """Capture this switch, or all, into a file; Ctrl-C ends it, in order."""
    command = [str(BIN / "noxctl"), "--socket", str(controller.socket), "capture", *dpids, "-w", str(file)]
    with subprocess.Popen(command, env=controller.env, stderr=subprocess.PIPE, text=True) as capture:
        eventually(lambda: file.exists() and file.stat().st_size > 0, "the capture has begun")
        yield
        capture.send_signal(signal.SIGINT)
        said = capture.communicate(timeout=30)[1]
    assert (capture.returncode, said.split()[1:]) == (0, ["packets"])


def dissected(file: Path, protocols: str, *arguments: str, port: int = 6653) -> set[bool]:
    """The directions (True: to the controller) in which Wireshark finds OpenFlow, and complains of nothing."""
    fields = [f"-e{name}" for name in ("tcp.srcport", "tcp.dstport", "_ws.expert.message")]
    argv = ["tshark", *CHECKS, *arguments, "-r", str(file), "-Y", DISSECTORS[protocols], "-Tfields", *fields]
    lines = [line.split("\t") for line in run(argv).splitlines() if "\t" in line]
    assert {line[2] for line in lines} <= {"", UNDISSECTED}
    return {line[:2].index(str(port)) == 1 for line in lines}


def decoded(controller: Controller, file: Path) -> list[dict[str, Any]]:
    """What `noxctl decode` finds in it."""
    return [json.loads(line) for line in controller.noxctl("decode", str(file)).splitlines()]


def types(controller: Controller, file: Path) -> list[str]:
    """The messages in it, by name; each is whole."""
    return [message["type"] for message in decoded(controller, file)]


@pytest.mark.parametrize("protocols", DISSECTORS)
def test_wireshark_reads_it(lab: Lab, tmp_path: Path, protocols: str) -> None:
    """Both directions of a connection dissect as OpenFlow, from its hello on, and no checksum or sequence is wrong."""
    controller = lab.controller('components = ["switch"]')
    file = tmp_path / "channel.pcapng"
    with capturing(controller, file, "1"):
        one, other = hosts = lab.hosts(2)
        lab.bridge(hosts, protocols=protocols)
        one.pings(other)
    assert dissected(file, protocols) == {True, False}
    found = types(controller, file)
    assert found[0] == "Hello"
    assert {"FeaturesRequest", "FeaturesReply", "PacketIn", "FlowMod"} <= set(found)


def test_tls_in_the_clear(lab: Lab, tmp_path: Path) -> None:
    """A connection over TLS is captured as what it says, while its wire carries ciphertext."""
    certificates = Certificates.make(tmp_path / "certificates")
    lab.ovs.use_certificate(certificates.switches.sign("s1"), certificates.controllers.file)
    controller = lab.controller(SWITCH, certificates.endpoint())
    file = tmp_path / "channel.pcapng"
    with capturing(controller, file, "1"):
        lab.bridge(lab.hosts(1), protocols="OpenFlow13", controller="ssl:127.0.0.1:6653")
    assert dissected(file, "OpenFlow13") == {True, False}
    assert types(controller, file)[0] == "Hello"
    assert set(types(controller, file)) >= HANDSHAKE


def test_another_port(lab: Lab, tmp_path: Path) -> None:
    """Wireshark has to be told of it, and `noxctl decode` has not, although the capture begins in the middle."""
    controller = lab.controller(SWITCH, "tcp:6633:interface=127.0.0.1", "tcp:7777:interface=127.0.0.1")
    file = tmp_path / "channel.pcapng"
    one, other = hosts = lab.hosts(2)
    lab.bridge(hosts, protocols="OpenFlow13", controller="tcp:127.0.0.1:7777")
    with capturing(controller, file, "1"):
        one.pings(other)
    assert dissected(file, "OpenFlow13", "-d", "tcp.port==7777,openflow", port=7777) == {True, False}
    directions = {message["type"]: message["direction"] for message in decoded(controller, file)}
    assert (directions["PacketIn"], directions["FlowMod"]) == ("to controller", "to switch")


# Files of others


@contextmanager
def dumping(lab: Lab, file: Path, *arguments: str) -> Iterator[None]:
    """Wireshark's own recorder, in the namespace of the switches."""
    argv = lab.namespace.argv("dumpcap", *arguments, "-w", str(file), "-f", "tcp port 6653")
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as process:
        eventually(lambda: file.exists() and file.stat().st_size > 0, "dumpcap has begun")
        yield
        stop(process)


CONVERTED: dict[str, Sequence[str]] = {
    "pcap": ("-F", "pcap"),
    "pcap with nanoseconds": ("-F", "nsecpcap"),
    "pcapng with a comment": ("-F", "pcapng", "-a", "1:a packet"),
}


@pytest.mark.parametrize("interface", ["lo", "any"])
def test_files_of_wireshark(lab: Lab, tmp_path: Path, interface: str) -> None:
    """What dumpcap recorded is read as what the switch and the controller said, and so it is after each conversion."""
    controller = lab.controller('components = ["switch"]')
    file, ours = tmp_path / "dumped", tmp_path / "ours"
    tmp_path.chmod(0o777)
    with dumping(lab, file, "-i", interface):
        with capturing(controller, ours, "1"):
            one, other = hosts = lab.hosts(2)
            lab.bridge(hosts, protocols="OpenFlow13")
            one.pings(other)
        expected = said(decoded(controller, ours))
        eventually(lambda: has(decoded(controller, file), expected), "dumpcap has written what we have", within=30)
    found = said(decoded(controller, file))
    assert len(expected["to switch"]) > len(HANDSHAKE)
    for name, arguments in CONVERTED.items():
        converted = tmp_path / "converted"
        run(["editcap", *arguments, str(file), str(converted)])
        assert said(decoded(controller, converted)) == found, name
        hexadecimal = controller.noxctl("encode", str(converted)).split()
        assert sorted(hexadecimal) == sorted(found["to switch"] + found["to controller"])
    run(["mergecap", "-w", str(converted), str(file), str(ours)])
    assert os.path.getsize(converted) > os.path.getsize(file)
    assert len(decoded(controller, converted)) >= len(decoded(controller, file))


def has(messages: list[dict[str, Any]], expected: dict[str, list[str]]) -> bool:
    """Whether these begin with what is expected. The file may still be written, and end within a packet."""
    found = said([message for message in messages if "error" not in message])
    return all(found[direction][: len(part)] == part for direction, part in expected.items())


def said(messages: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The messages of each direction, in order."""
    assert not [message for message in messages if "error" in message]
    return {
        direction: [message["reencoded"] for message in messages if message["direction"] == direction]
        for direction in ("to controller", "to switch")
    }


def test_packets_that_were_cut(lab: Lab, tmp_path: Path) -> None:
    """A recorder that keeps the beginning of each packet alone: what is missing is said, and the rest is read."""
    controller = lab.controller('components = ["switch"]')
    file, cut = tmp_path / "ours", tmp_path / "cut"
    with capturing(controller, file, "1"):
        lab.bridge(lab.hosts(1), protocols="OpenFlow13")
    run(["editcap", "-s", "100", str(file), str(cut)])
    found = decoded(controller, cut)
    hellos = {message["direction"] for message in found if message.get("type") == "Hello"}
    assert hellos == {"to controller", "to switch"}  # each begins its direction; which others are whole, reads decide
    holes = [place for place, message in enumerate(found) if "are missing" in message.get("error", "")]
    assert any("type" in message for message in found[holes[0] :])

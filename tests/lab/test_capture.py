"""`noxctl capture` beside real Open vSwitch, judged by Wireshark's dissector."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.lab.controller import BIN
from tests.lab.lab import Lab
from tests.lab.process import eventually, run

UNDISSECTED = "Message data not dissected yet"  # of 1.0's dissector, which leaves some messages alone
DISSECTORS = {"OpenFlow10": "openflow_v1", "OpenFlow13": "openflow_v4"}


@pytest.mark.parametrize("protocols", DISSECTORS)
def test_wireshark_reads_it(lab: Lab, tmp_path: Path, protocols: str) -> None:
    """Both directions of a connection dissect as OpenFlow, from its hello on, and no checksum or sequence is wrong."""
    controller = lab.controller('components = ["switch"]')
    file = tmp_path / "channel.pcapng"
    command = [str(BIN / "noxctl"), "--socket", str(controller.socket), "capture", "1", "-w", str(file)]
    with subprocess.Popen(command, env=controller.env, stderr=subprocess.PIPE, text=True) as capture:
        eventually(lambda: file.exists() and file.stat().st_size > 0, "the capture has begun")
        one, other = hosts = lab.hosts(2)
        lab.bridge(hosts, protocols=protocols)
        one.pings(other)
        capture.send_signal(signal.SIGINT)
        said = capture.communicate(timeout=30)[1]
    assert (capture.returncode, said.split()[1:]) == (0, ["packets"])
    fields = [f"-e{name}" for name in ("tcp.srcport", "tcp.dstport", "_ws.expert.message")]
    checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Eoccurrence=f"]
    printed = run(["tshark", *checks, "-r", str(file), "-Y", DISSECTORS[protocols], "-Tfields", *fields])
    lines = [line.split("\t") for line in printed.splitlines() if "\t" in line]
    assert {line[:2].index("6653") for line in lines} == {0, 1}
    assert {line[2] for line in lines} <= {"", UNDISSECTED}
    types = [json.loads(line)["type"] for line in controller.noxctl("decode", str(file)).splitlines()]
    assert types[0] == "Hello"
    assert {"FeaturesRequest", "FeaturesReply", "PacketIn", "FlowMod"} <= set(types)

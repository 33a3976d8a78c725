"""tshark reads what `records` exports: each field as it was meant, and nothing to complain of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from nox.lib.addresses import EthernetAddress
from nox.lib.capture import writing
from nox.lib.flowkey import UDP
from nox.lib.ipfix.messages import HEADER, SET
from nox.lib.packet import ethernet
from nox.lib.packet.ethernet import Ethernet
from nox.lib.packet.ipv4 import Ipv4
from nox.lib.packet.udp import Udp
from nox.netapps.decision import Verdict
from nox.netapps.records.export import Exporter
from tests.lab.process import run
from tests.netapps.records.test_export import LEARNED, TCP, UDP6, record

_PORT = 4739
_WRONG = re.compile(r"_ws\.malformed|_ws\.expert\.message")


def framed(message: bytes) -> bytes:
    """A message in a datagram to a collector."""
    packet = Ipv4(IPv4Address("192.0.2.1"), IPv4Address("192.0.2.2"), UDP, b"")
    whole = Ipv4(packet.src, packet.dst, UDP, Udp(40000, _PORT, message).build(packet.ends))
    one, other = EthernetAddress("02:00:00:00:00:0a"), EthernetAddress("02:00:00:00:00:0b")
    return Ethernet(other, one, ethernet.IPV4, whole.build()).build()


def leaves(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every field in the tree, in order."""
    for name, value in pairs:
        if isinstance(value, str):
            yield name, value
        elif value and isinstance(value[0], str):
            yield from ((name, one) for one in value)
        elif value:
            yield from leaves(value)


def dissected(messages: list[bytes], folder: Path) -> list[list[tuple[str, str]]]:
    """What tshark prints of each message."""
    file = folder / "export.pcapng"
    blocks = [writing.packet(number, framed(message)) for number, message in enumerate(messages)]
    file.write_bytes(writing.section("nox") + writing.interface("nox") + b"".join(blocks))
    printed = run(["tshark", "-n", "-r", str(file), "-d", f"udp.port=={_PORT},cflow", "-T", "json"])
    packets = json.loads(printed[printed.index("[") :], object_pairs_hook=list)
    return [list(leaves(packet)) for packet in packets]


@pytest.fixture
def exported() -> list[bytes]:
    """Three messages: with templates and a record of each, with records alone, with templates alone."""
    sent: list[bytes] = []
    exporter = Exporter(9, sent.append)
    for one in (record(TCP, Verdict.ALLOW), record(UDP6, Verdict.DENY, "hard_timeout"), record(LEARNED)):
        exporter.add(one, 1000.0)
    exporter.flush(1000.0)
    exporter.add(record(TCP), 1001.0)
    exporter.flush(1001.0)
    exporter.renew()
    exporter.flush(1002.0)
    return sent


def test_tshark_reads_what_was_meant(exported: list[bytes], tmp_path: Path) -> None:
    """Header, templates, and each value of each record."""
    first, second, third = dissected(exported, tmp_path)
    found = [dict(first), dict(second), dict(third)]
    assert [one["cflow.version"] for one in found] == ["10"] * 3
    assert [one["cflow.sequence"] for one in found] == ["0", "3", "4"]
    assert {value for name, value in first if name == "cflow.template_id"} >= {"256", "257", "258"}

    def values(name: str) -> list[str]:
        return [value for field, value in first if field == name]

    assert values("cflow.octets") == ["1500"] * 3
    assert values("cflow.packets") == ["10"] * 3
    assert values("cflow.srcmac") == ["02:00:00:00:00:01"] * 2 + ["00:00:00:00:00:00"]  # the last does not say
    assert values("cflow.srcaddr") == ["10.0.0.1"]
    assert values("cflow.dstaddrv6") == ["2001:db8::2"]
    assert sorted(values("cflow.dstport")) == ["5353", "80"]
    assert sorted(values("cflow.protocol")) == ["17", "6"]
    assert sorted(values("cflow.flow_end_reason")) == ["1", "1", "2"]
    assert values("cflow.forwarding_status") == ["1", "2", "0"]
    assert values("cflow.observation_point_id") == [str(0xAABBCCDDEEFF0011)] * 3
    assert values("cflow.user_name") == ["ada,bob"] * 3
    assert [dict(second)["cflow.vlanid"], dict(second)["cflow.inputint"]] == ["5", "3"]


def test_tshark_finds_nothing_wrong(exported: list[bytes], tmp_path: Path) -> None:
    """No malformed message, no expert's remark."""
    for fields in dissected(exported, tmp_path):
        assert [value for name, value in fields if _WRONG.search(name)] == []


def test_tshark_sees_a_byte_that_is_changed(exported: list[bytes], tmp_path: Path) -> None:
    """The judge is awake: one byte more in the field's place is one byte more in what it prints."""
    wrong = bytearray(exported[1])
    wrong[HEADER.size + SET.size + 16 + 7] += 1  # behind two times: the last byte of the octets
    fields = dict(dissected([exported[0], bytes(wrong)], tmp_path)[1])
    assert fields["cflow.octets"] == "1501"

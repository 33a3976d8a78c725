"""Records as IPFIX: templates first and again, messages that fit in a frame, numbers that count records."""

from __future__ import annotations

from dataclasses import replace

from nox.lib.addresses import EthernetAddress
from nox.lib.ipfix import elements as ie
from nox.lib.ipfix.messages import DataSet, Message, Template, TemplateSet
from nox.lib.ipfix.reading import decode
from nox.lib.match import Match
from nox.netapps.decision import Decision, Verdict
from nox.netapps.records.export import LAYOUTS, MOST, Exporter
from nox.netapps.records.record import End, FlowRecord

ADA = EthernetAddress("02:00:00:00:00:01")
TCP = Match(in_port=3, eth_src=ADA, eth_dst="02:00:00:00:00:02", vlan_vid=0x1000 | 5, eth_type=0x0800, ip_proto=6,
            ipv4_src="10.0.0.1", ipv4_dst="10.0.0.2", tcp_src=40000, tcp_dst=80)  # fmt: skip
UDP6 = Match(eth_src=ADA, eth_type=0x86DD, ip_proto=17, ipv6_src="2001:db8::1", ipv6_dst="2001:db8::2", udp_src=53,
             udp_dst=5353)  # fmt: skip
LEARNED = Match(eth_dst="02:00:00:00:00:02")


def record(match: Match, verdict: Verdict | None = None, reason: str = "idle_timeout") -> FlowRecord:
    """A flow of 12.5 s that has ended at second 1000."""
    return FlowRecord(
        time=1000.25,
        duration=12.5,
        reason=reason,
        dpid=0xAABBCCDDEEFF0011,
        switch="core",
        table_id=0,
        priority=20000,
        cookie=7,
        owner="routing",
        packets=10,
        bytes=1500,
        match=match,
        source=End(ADA, "printer", ("ada", "bob")),
        destination=None,
        decision=Decision(verdict=verdict, rule="guests") if verdict else None,
    )


class Collected:
    """What a collector has heard."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.exporter = Exporter(9, self.raw.append)
        self.templates: dict[int, Template] = {}

    def messages(self) -> list[Message]:
        """The messages, decoded."""
        return [decode(data, self.templates) for data in self.raw]

    def records(self) -> list[dict[str, bytes]]:
        """All records, by the elements' names."""
        sets = [one for message in self.messages() for one in message.sets if isinstance(one, DataSet)]
        return [
            dict(zip((element.name for element in LAYOUTS[one.template_id]), values, strict=True))
            for one in sets
            for values in one.records
        ]


def test_values() -> None:
    """Times, counters, addresses, ports, VLAN, users, where, why it ended, and what was decided."""
    heard = Collected()
    heard.exporter.add(record(TCP, Verdict.ALLOW), 1000.0)
    heard.exporter.add(record(UDP6, Verdict.DENY, "hard_timeout"), 1000.0)
    heard.exporter.add(record(LEARNED, None, "delete"), 1000.0)
    heard.exporter.flush(1001.0)
    (message,) = heard.messages()
    assert (message.time, message.sequence, message.domain) == (1001, 0, 9)
    four, six, other = heard.records()
    numbers = {name: int.from_bytes(value) for name, value in four.items()}
    assert (numbers["flowStartMilliseconds"], numbers["flowEndMilliseconds"]) == (987_750, 1_000_250)
    assert (numbers["octetDeltaCount"], numbers["packetDeltaCount"]) == (1500, 10)
    assert (numbers["flowEndReason"], numbers["forwardingStatus"]) == (ie.EndReason.IDLE, ie.Forwarding.FORWARDED)
    assert (numbers["observationPointId"], numbers["ingressInterface"]) == (0xAABBCCDDEEFF0011, 3)
    assert (four["sourceMacAddress"], numbers["vlanId"], numbers["ethernetType"]) == (ADA, 5, 0x0800)
    assert (four["userName"], numbers["protocolIdentifier"]) == (b"ada,bob", 6)
    assert (numbers["sourceTransportPort"], numbers["destinationTransportPort"]) == (40000, 80)
    assert (four["sourceIPv4Address"], four["destinationIPv4Address"]) == (bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    assert (six["sourceIPv6Address"][-1], int.from_bytes(six["destinationTransportPort"])) == (1, 5353)
    assert (six["flowEndReason"], six["forwardingStatus"]) == (b"\x02", b"\x80")
    assert (other["flowEndReason"], other["forwardingStatus"], other["destinationMacAddress"][-1]) == (b"\4", b"\0", 2)


def test_messages_fit_and_are_numbered() -> None:
    """A hundred records go in several messages of at most 1,400 bytes; each says how many records came before it."""
    heard = Collected()
    for _ in range(100):
        heard.exporter.add(record(TCP), 1000.0)
    heard.exporter.flush(1000.0)
    assert len(heard.records()) == 100
    assert all(len(data) <= MOST for data in heard.raw)
    assert len(heard.raw) < 20
    before = 0
    for message in heard.messages():
        assert message.sequence == before
        before += sum(len(one.records) for one in message.sets if isinstance(one, DataSet))


def test_templates_are_sent_again() -> None:
    """They come with the first message and when they are due, also without a record; else nothing is sent."""
    heard = Collected()
    heard.exporter.flush(1.0)
    heard.exporter.flush(2.0)
    heard.exporter.add(record(LEARNED), 3.0)
    heard.exporter.flush(3.0)
    heard.exporter.renew()
    heard.exporter.flush(4.0)
    kinds = [[type(one) for one in message.sets] for message in heard.messages()]
    assert kinds == [[TemplateSet], [DataSet], [TemplateSet]]
    assert [message.sequence for message in heard.messages()] == [0, 0, 1]


def test_long_names_are_cut() -> None:
    """Users' names take 64 bytes at most, and no character is halved."""
    heard = Collected()
    heard.exporter.add(replace(record(TCP), source=End(ADA, "", ("é" * 100,))), 0.0)
    heard.exporter.flush(0.0)
    (found,) = heard.records()
    assert found["userName"].decode() == "é" * 32

"""The messages that the codec is measured with, as each version of OpenFlow says them.

All are of one flow, as `switch` or routing would set it up: a packet-in of its first packet, the flow-mod that follows,
and the statistics of many such entries, in parts of at most 64 KiB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.translation import NICIRA, Translator, common, translator
from nox.lib.actions import NO_BUFFER, Output
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand, Version, messages
from nox.lib.openflow.codec import encode
from nox.lib.openflow.match13 import Oxm, OxmMatch
from nox.lib.openflow.nicira.flows import NxFlowMod, NxFlowStatsEntry, NxFlowStatsReply
from nox.lib.openflow.nicira.packets import NxPacketIn
from nox.lib.openflow.versions import MOST_BYTES

ENTRIES = 10_000
COOKIE = 0x0123_4567_89AB_CDEF
_MORE = 1  # OFPMPF_REPLY_MORE: another part follows
_FRAME = bytes.fromhex("020000000002020000000001080045000054") + bytes(80)
_COUNTED: dict[str, Any] = {
    "duration_sec": 100,
    "duration_nsec": 5_000_000,
    "packet_count": 7,
    "byte_count": 700,
    "cookie": COOKIE,
}

Entry = messages.FlowStatsEntry | NxFlowStatsEntry


@dataclass(frozen=True)
class Dialect:
    """One version, with or without extensions.

    :ivar name: as the tables have it.
    :ivar packet_in: a message; `flow_mod` too.
    :ivar reply: the parts of a reply with `ENTRIES` entries.
    """

    name: str
    translator: Translator
    packet_in: messages.Message
    flow_mod: messages.Message
    reply: Sequence[messages.Message]

    def encoded(self, message: messages.Message) -> bytes:
        """The bytes of one of its messages."""
        return encode(message, self.translator.version, 1)


def flow(number: int) -> FlowSpec:
    """The entry of one of many flows, exact in eight fields."""
    match = Match(
        in_port=1 + number % 40,
        eth_src=0x020000000000 + number,
        eth_dst=0x020000000001,
        eth_type=0x0800,
        ip_proto=6,
        ipv4_src=0x0A000000 + number,
        ipv4_dst=0x0A800001,
        tcp_dst=1024 + number % 60_000,
    )
    return FlowSpec(match=match, actions=(Output(2),), priority=20_000, idle_timeout=60)


def dialects() -> Sequence[Dialect]:
    """1.0, 1.0 with Nicira's extensions, and 1.3."""
    plain, later = translator(Version.V1_0), translator(Version.V1_3)
    port = OxmMatch((Oxm("in_port", 1),))
    whole: dict[str, Any] = {"buffer_id": NO_BUFFER, "total_len": len(_FRAME), "reason": 0, "data": _FRAME}
    nx_port = OxmMatch((Oxm("nxm_in_port", 1),))
    return (
        _dialect("1.0", plain, messages.PacketIn(in_port=1, **whole), _entry, messages.FlowStatsReply),
        _dialect("1.0 Nicira", NICIRA, NxPacketIn(match=nx_port, **whole), _nicira_entry, NxFlowStatsReply),
        _dialect("1.3", later, messages.PacketIn(match=port, **whole), _entry, messages.FlowStatsReply),
    )


def _dialect(
    name: str, to: Translator, packet_in: messages.Message, entry: Callable[[Any], Entry], reply: Callable[..., Any]
) -> Dialect:
    written = [to.flow_mod(FlowModCommand.ADD, flow(number), cookie=COOKIE) for number in range(ENTRIES)]
    parts = tuple(_parts(tuple(map(entry, written)), reply, to.version))
    return Dialect(name, to, packet_in, written[0], parts)


def _entry(written: messages.FlowMod) -> messages.FlowStatsEntry:
    return replace(common.entry_of(written), **_COUNTED)


def _nicira_entry(written: NxFlowMod) -> NxFlowStatsEntry:
    return NxFlowStatsEntry(
        table_id=0,
        priority=written.priority,
        idle_timeout=written.idle_timeout,
        hard_timeout=written.hard_timeout,
        match=written.match,
        actions=written.actions,
        **_COUNTED,
    )


def _parts(entries: Sequence[Entry], reply: Callable[..., Any], version: Version) -> Iterator[messages.Message]:
    """Replies with as many entries as fit; all are of one size."""
    empty, one = (len(encode(reply(entries=entries[:count]), version)) for count in (0, 1))
    size = (MOST_BYTES - empty) // (one - empty)
    for start in range(0, len(entries), size):
        more = _MORE if start + size < len(entries) else 0
        yield reply(flags=more, entries=tuple(entries[start : start + size]))

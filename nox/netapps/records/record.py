"""A flow that has ended: who spoke to whom, how long, how much, and who had decided that."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Final

from nox.core.openflow.events import FlowRemoved
from nox.lib.addresses import EthernetAddress, format_dpid
from nox.lib.match import Match
from nox.lib.openflow.fieldvalue import field_named
from nox.netapps.decision import Decision, Path
from nox.netapps.events import FlowEnded
from nox.netapps.names import Names, vlan_of
from nox.netapps.records.decisions import Decided

REASONS: Final = ("idle_timeout", "hard_timeout", "delete", "group_delete")
_NOT_KEPT: Final = (1 << 64) - 1
_LONGEST: Final = 256  # characters of a name: they may come from the network


@dataclass(frozen=True, slots=True)
class End:
    """One end of a flow. :ivar users: who was logged in there."""

    mac: EthernetAddress
    name: str
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRecord:
    """A flow entry that has gone.

    :ivar time: seconds since 1970, when it was told; `duration`: seconds.
    :ivar reason: one of `REASONS`, or the number that the switch said.
    :ivar switch: the operator's name; empty for none. :ivar owner: the component; empty for a foreign entry.
    :ivar packets: None where the switch does not count them; `bytes` too.
    :ivar source: None where the match has no such host; `destination` too.
    :ivar decision: None where nobody is known to have decided.
    :ivar path: that it took last; empty where nobody led it through the network.
    """

    time: float
    duration: float
    reason: str
    dpid: int
    switch: str
    table_id: int
    priority: int
    cookie: int
    owner: str
    packets: int | None
    bytes: int | None
    match: Match
    source: End | None
    destination: End | None
    decision: Decision | None
    path: Path = ()


def record_of(event: FlowRemoved, names: Names, time: float, decided: Decided | None) -> FlowRecord:
    """What is known of an entry that has gone.

    :param decided: what was decided about its flow; None where nobody knows.
    """
    match, vlan = event.match, vlan_of(event.match)
    users = decided.users if decided is not None else None
    return FlowRecord(
        time=time,
        duration=event.duration,
        reason=REASONS[event.reason] if event.reason < len(REASONS) else str(event.reason),
        dpid=event.dpid,
        switch=names.switch(event.dpid)[:_LONGEST],
        table_id=event.table_id,
        priority=event.priority,
        cookie=event.cookie,
        owner=event.owner,
        packets=_counter(event.packet_count),
        bytes=_counter(event.byte_count),
        match=event.match,
        source=_end(names.end(match, "src"), vlan, names, users),
        destination=_end(names.end(match, "dst"), vlan, names, None),
        decision=decided.decision if decided is not None else None,
    )


def routed(record: FlowRecord, event: FlowEnded, names: Names) -> FlowRecord:
    """A record with what routing knows of its flow: who speaks to whom, which way, and the decision that allows it."""
    (one, vlan), (other, other_vlan) = event.sender, event.receiver
    users = record.source.users if record.source is not None else None
    return replace(
        record,
        source=_end(EthernetAddress(one), vlan, names, users),
        destination=_end(EthernetAddress(other), other_vlan, names, None),
        decision=event.decision,
        path=event.path,
    )


def _counter(value: int) -> int | None:
    return None if value == _NOT_KEPT else value


def _end(mac: EthernetAddress | None, vlan: int, names: Names, users: tuple[str, ...] | None) -> End | None:
    if mac is None:
        return None
    logged_in = names.users(mac, vlan) if users is None else users
    return End(mac, names.host(mac, vlan)[:_LONGEST], tuple(user[:_LONGEST] for user in logged_in))


def line(record: FlowRecord) -> bytes:
    """A record as a line of JSON. It is ASCII: no name can do harm in it."""
    decision = record.decision
    return (
        json.dumps(
            {
                "time": round(record.time, 3),
                "start": round(record.time - record.duration, 3),
                "duration": round(record.duration, 3),
                "reason": record.reason,
                "dpid": format_dpid(record.dpid),
                "switch": record.switch,
                "table": record.table_id,
                "priority": record.priority,
                "cookie": f"{record.cookie:#018x}",
                "owner": record.owner,
                "packets": record.packets,
                "bytes": record.bytes,
                "match": {name: field_named(name).text(value, mask) for name, value, mask in record.match.items()},
                "source": _end_json(record.source),
                "destination": _end_json(record.destination),
                "verdict": decision.verdict.value if decision else None,
                "rule": decision.rule if decision else None,
                "revision": decision.revision if decision else None,
                "path": [f"{format_dpid(hop.dpid)}:{hop.in_port}-{hop.out_port}" for hop in record.path],
            },
            separators=(",", ":"),
        ).encode("ascii")
        + b"\n"
    )


def _end_json(end: End | None) -> dict[str, object] | None:
    return None if end is None else {"mac": str(end.mac), "name": end.name, "users": list(end.users)}

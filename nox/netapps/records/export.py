"""Records as IPFIX messages (RFC 7011): pure, bytes out.

Three templates: of flows over IPv4, over IPv6, and others. Over UDP templates are sent again and again, since a
collector may have missed them (section 8.4). Messages are filled up to what every link carries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from nox.lib.ipfix import elements as ie
from nox.lib.ipfix import messages
from nox.lib.ipfix.elements import Element, EndReason, Forwarding, Value
from nox.lib.ipfix.messages import Template
from nox.netapps.decision import Decision, Verdict
from nox.netapps.records.record import FlowRecord

MOST: Final = 1400  # bytes of a message: with its headers it fits in a frame
_USER: Final = 64  # bytes of the users' names

_COMMON: Final = (
    *(ie.START, ie.END, ie.OCTETS, ie.PACKETS, ie.END_REASON, ie.FORWARDING, ie.OBSERVATION_POINT, ie.INGRESS),
    *(ie.EGRESS, ie.SOURCE_MAC, ie.DESTINATION_MAC, ie.VLAN, ie.ETHERTYPE, ie.USER),
)
_TRANSPORT: Final = (ie.PROTOCOL, ie.SOURCE_PORT, ie.DESTINATION_PORT)
LAYOUTS: Final[Mapping[int, tuple[Element, ...]]] = {
    256: _COMMON,
    257: (*_COMMON, *_TRANSPORT, ie.SOURCE_IPV4, ie.DESTINATION_IPV4),
    258: (*_COMMON, *_TRANSPORT, ie.SOURCE_IPV6, ie.DESTINATION_IPV6),
}
TEMPLATES: Final = tuple(Template.of(number, layout) for number, layout in LAYOUTS.items())
_TEMPLATE_SET: Final = messages.template_set(TEMPLATES)
_IPV4, _IPV6 = 0x0800, 0x86DD
_BY_ETHERTYPE: Final = {_IPV4: 257, _IPV6: 258}
_REASONS: Final = {"idle_timeout": EndReason.IDLE, "hard_timeout": EndReason.ACTIVE}
_PORT_FIELDS: Final = ("tcp", "udp", "sctp")


class Exporter:
    """Fills messages.

    :param domain: the observation domain, 32 bits.
    :param send: takes each message when it is full, or when `flush` is called.
    :ivar sent: records in the messages so far.
    """

    def __init__(self, domain: int, send: Callable[[bytes], None]) -> None:
        self._domain, self._send = domain, send
        self._sets: dict[int, list[bytes]] = {}
        self._size = 0
        self._templates_due = True
        self.sent = 0

    def renew(self) -> None:
        """Send the templates again, with the next message or, where none is due, alone."""
        self._templates_due = True

    def add(self, record: FlowRecord, now: float) -> None:
        """One record."""
        template_id = _BY_ETHERTYPE.get(record.match.get("eth_type") or 0, 256)
        data = messages.record(LAYOUTS[template_id], _values(record, template_id))
        if self._size and self._size + len(data) + messages.SET.size > MOST - self._overhead():
            self.flush(now)
        self._size += len(data) + (0 if template_id in self._sets else messages.SET.size)
        self._sets.setdefault(template_id, []).append(data)

    def _overhead(self) -> int:
        return messages.HEADER.size + (len(_TEMPLATE_SET) if self._templates_due else 0)

    def flush(self, now: float) -> None:
        """Send what there is; nothing, where there is nothing."""
        sets = _TEMPLATE_SET if self._templates_due else b""
        sets += b"".join(messages.data_set(number, records) for number, records in self._sets.items())
        if not sets:
            return
        self._send(messages.message(int(now), self.sent, self._domain, sets))
        self.sent += sum(map(len, self._sets.values()))
        self._sets, self._size, self._templates_due = {}, 0, False


def _values(record: FlowRecord, template_id: int) -> Sequence[Value]:
    """A record's values, in the order of its template's elements. What it does not have is 0."""
    match = record.match
    vlan = match.get("vlan_vid") or 0
    users = ",".join(record.source.users if record.source else ()).encode()[:_USER].decode("utf-8", "ignore")
    common: list[Value] = [
        max(0, int((record.time - record.duration) * 1000)),
        int(record.time * 1000),
        record.bytes or 0,
        record.packets or 0,
        _REASONS.get(record.reason, EndReason.FORCED),
        _forwarding(record.decision),
        record.dpid,
        match.get("in_port") or 0,
        record.path[0].out_port if record.path else 0,
        match.get("eth_src") or 0,
        match.get("eth_dst") or 0,
        vlan & 0x0FFF,
        match.get("eth_type") or 0,
        users,
    ]
    if template_id == 256:
        return common
    family = "ipv4" if template_id == 257 else "ipv6"
    ports = [next((match.get(f"{name}_{side}") for name in _PORT_FIELDS if f"{name}_{side}" in match), 0) or 0
             for side in ("src", "dst")]  # fmt: skip
    addresses = [match.get(f"{family}_{side}") or 0 for side in ("src", "dst")]
    return [*common, match.get("ip_proto") or 0, *ports, *addresses]


def _forwarding(decision: Decision | None) -> int:
    if decision is None:
        return Forwarding.UNKNOWN
    return Forwarding.FORWARDED if decision.verdict is Verdict.ALLOW else Forwarding.DROPPED

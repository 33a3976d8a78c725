"""What a flow is: what its header fields say exactly, wherever its packets come in."""

from __future__ import annotations

from nox.lib.flowkey import (
    ETH_ARP,
    ETH_IPV4,
    ETH_IPV6,
    ICMP,
    ICMPV6,
    SCTP,
    SHAPES,
    TCP,
    UDP,
)
from nox.lib.packet import neighbours as nd
from nox.lib.shapes import Shape, Value

Identity = tuple[Shape, tuple[Value, ...]]  # the values without `in_port`, which is each hop's own

_BY_FIXED = {(shape.tagged, shape.fixed.get("eth_type"), shape.fixed.get("ip_proto")): shape for shape in SHAPES}
_ASKING = {
    tagged: Shape(tuple(name for name in shape.fields if name != "arp_op"), shape.fixed)
    for tagged, shape in ((tagged, _BY_FIXED[tagged, ETH_ARP, None]) for tagged in (False, True))
}
"""What ARP's questions and answers between two hosts have in common."""
OWN_SHAPES = (*SHAPES, *_ASKING.values())
_OPPOSITE = {"src": "dst", "dst": "src", "spa": "tpa", "tpa": "spa"}
_WITH_PORTS = frozenset({TCP, UDP, SCTP, ICMP, ICMPV6})
_NEIGHBOUR = frozenset({nd.SOLICITATION, nd.ADVERTISEMENT})
_UNREADABLE = frozenset({ETH_ARP, ETH_IPV4, ETH_IPV6})


def identity(shape: Shape, values: tuple[Value, ...], *, is_1_0: bool = False) -> Identity | None:
    """Which flow a packet is of; None where its headers do not say it.

    A fragment does not tell the ports: it is of the flow whose ports are 0, as Open vSwitch reads it, for an entry
    without ports would fit every packet between the two. What is cut short or wrong above Ethernet is of no flow.

    ARP's questions and answers between two hosts are one flow.

    :param values: with `in_port`.
    :param is_1_0: whether a switch speaks OpenFlow 1.0, which cannot say IPv6 addresses: all of two hosts' IPv6 is then
        one flow.
    """
    eth_type = shape.fixed.get("eth_type")
    if eth_type is None:
        return None if values[-1] in _UNREADABLE else (shape, values[1:])
    if eth_type == ETH_ARP:
        place = shape.fields.index("arp_op")
        return _ASKING[shape.tagged], (*values[1:place], *values[place + 1 :])
    if is_1_0 and eth_type == ETH_IPV6:
        return _BY_FIXED[shape.tagged, None, None], (*values[1 : 5 if shape.tagged else 3], ETH_IPV6)
    if shape.fields[-1] == "ip_proto" and values[-1] in _WITH_PORTS:
        known = _BY_FIXED.get((shape.tagged, eth_type, int(values[-1])))
        return (known, (*values[1:-1], 0, 0)) if known is not None else None
    return shape, values[1:]


def answer(flow: Identity) -> Identity | None:
    """The flow of the answers, where some are sure to come: TCP's, ARP's and neighbour discovery's."""
    shape, values = flow
    if shape.fixed.get("ip_proto") != TCP and not is_question(flow):
        return None
    names = shape.fields[1:]
    opposite = tuple(values[names.index(_opposite(name))] for name in names)
    if shape.fixed.get("ip_proto") == ICMPV6:
        kind = nd.SOLICITATION + nd.ADVERTISEMENT - int(opposite[-2])
        return shape, (*opposite[:-2], kind, opposite[-1])
    return shape, opposite


def is_question(flow: Identity) -> bool:
    """Whether its packets always come to the controller: ARP, and IPv6's neighbour discovery."""
    shape, values = flow
    eth_type, protocol = shape.fixed.get("eth_type"), shape.fixed.get("ip_proto")
    return eth_type == ETH_ARP or (protocol == ICMPV6 and values[-2] in _NEIGHBOUR)


def choice(flow: Identity) -> int:
    """A number of 32 bits that differs from flow to flow, and is the same in every run (FNV-1a over the values)."""
    hashed = 0x811C9DC5
    for value in flow[1]:
        number = value if isinstance(value, int) else int.from_bytes(value)
        hashed = ((hashed ^ number) * 0x01000193) & 0xFFFFFFFFFFFFFFFF
    return (hashed ^ hashed >> 32) & 0xFFFFFFFF


def _opposite(name: str) -> str:
    return name[:-3] + _OPPOSITE.get(name[-3:], name[-3:])

"""A flow as others are told of it."""

from __future__ import annotations

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.fieldvalue import field_named
from nox.netapps.routed import RoutedFlow
from nox.netapps.routing.flow import Flow


def told(flow: Flow, *, stranded: bool) -> RoutedFlow:
    """The flow in words."""
    shape, values = flow.identity
    fields = {**shape.fixed, **dict(zip(shape.fields[1:], values, strict=True))}
    numbers = {name: value if isinstance(value, int) else int.from_bytes(value) for name, value in fields.items()}
    return RoutedFlow(
        sender=EthernetAddress(flow.sender[0]),
        receiver=EthernetAddress(flow.receiver[0]),
        vlan=flow.sender[1],
        headers={name: field_named(name).text(number, None) for name, number in sorted(numbers.items())},
        path=flow.path,
        rule=flow.decision.rule,
        stands=flow.change is None,
        stranded=stranded,
    )

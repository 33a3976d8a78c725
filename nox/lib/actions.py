"""What can be done with a packet, free of OpenFlow versions: actions and reserved ports in 1.3's terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nox.lib.openflow.actions import (
    Action,
    CopyTtlIn,
    CopyTtlOut,
    DecMplsTtl,
    DecNwTtl,
    ExperimenterAction,
    Group,
    Output,
    PopMpls,
    PopPbb,
    PopVlan,
    PushMpls,
    PushPbb,
    PushVlan,
    SetMplsTtl,
    SetNwTtl,
    SetQueue,
)
from nox.lib.openflow.enums import ReservedPort
from nox.lib.openflow.fieldvalue import Value, field_named, value_of
from nox.lib.openflow.messages.packets import NO_BUFFER

IN_PORT: Final = int(ReservedPort.IN_PORT)  # back where it came from
TABLE: Final = int(ReservedPort.TABLE)  # through the tables: for packet-outs alone
NORMAL: Final = int(ReservedPort.NORMAL)  # as a switch without a controller would
FLOOD: Final = int(ReservedPort.FLOOD)  # NORMAL's flood: along the spanning tree
ALL: Final = int(ReservedPort.ALL)  # every port but the one it came from
CONTROLLER: Final = int(ReservedPort.CONTROLLER)
LOCAL: Final = int(ReservedPort.LOCAL)  # the switch's own network stack
ANY: Final = int(ReservedPort.ANY)  # in requests alone: every port


class _Placeholder(int):
    """A port that is no port: it cannot be encoded."""

    def __repr__(self) -> str:
        return "PORT"


PORT: Final[int] = _Placeholder(-1)  # in the actions of a prepared flow: each flow gives its own output port


@dataclass(frozen=True, slots=True, init=False, repr=False)
class SetField(Action):
    """Set a header field.

    :ivar name: as in a `Match`.
    :ivar value: an int; VLANs in 1.3's terms: ``0x1000 | 5`` for VLAN 5.
    """

    name: str
    value: int

    def __init__(self, name: str, value: Value) -> None:
        """:raises LocalProtocolError: for a name or a value that there is not."""
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "value", value_of(field_named(name), value))

    def __repr__(self) -> str:
        return f"SetField({self.name}={field_named(self.name).text(self.value)})"


__all__ = [
    "ALL",
    "ANY",
    "CONTROLLER",
    "FLOOD",
    "IN_PORT",
    "LOCAL",
    "NORMAL",
    "NO_BUFFER",
    "PORT",
    "TABLE",
    "Action",
    "CopyTtlIn",
    "CopyTtlOut",
    "DecMplsTtl",
    "DecNwTtl",
    "ExperimenterAction",
    "Group",
    "Output",
    "PopMpls",
    "PopPbb",
    "PopVlan",
    "PushMpls",
    "PushPbb",
    "PushVlan",
    "SetField",
    "SetMplsTtl",
    "SetNwTtl",
    "SetQueue",
]

"""Prepared flows: a shape of flow entry declared once, and for each flow only its values.

What a database calls a prepared statement. The shape says which fields the match has and what the actions are; each
OpenFlow version compiles it once. A `FlowSpec` is right for everything that is not on the path of every new flow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nox.core.openflow import layout10, layout13
from nox.core.openflow.flowshape import FlowShape
from nox.core.openflow.packer import Value, compile_packer
from nox.lib.actions import NO_BUFFER, Action
from nox.lib.openflow import Version

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath

FLOW_NUMBERS: Final = 0x7FFFFFFF  # flows are numbered modulo this; the number is the flow-mod's xid too

_ADD, _DELETE_STRICT = 0, 4  # ofp_flow_mod_command

Writer = Callable[[int, int, int, int, tuple[Value, ...]], bytes]  # xid, cookie, buffer_id, out_port, values


def compile_shape(shape: FlowShape, version: Version, command: int = _ADD) -> Writer:
    """What writes flow-mods of this shape as this version has them.

    :raises LocalProtocolError: when the version cannot say it.
    """
    layout = layout10.flow_mod if version == Version.V1_0 else layout13.flow_mod
    apart = f"({''.join(name + ', ' for name in shape.fields)}) = values" if shape.fields else "pass"
    return compile_packer(layout(shape, command), "xid, cookie, buffer_id, out_port, values", apart)


def compile_removal(shape: FlowShape, version: Version) -> Writer:
    """What writes the removal of an entry of this shape; its port means nothing."""
    bare = replace(shape, actions=(), idle_timeout=0, hard_timeout=0, notify_removed=False)
    return compile_shape(bare, version, _DELETE_STRICT)


class Numbers:
    """How many flows a component has numbered.

    :ivar given: so many.
    """

    __slots__ = ("given",)

    def __init__(self) -> None:
        self.given = 0

    def next(self) -> int:
        """The number of the next flow."""
        self.given = given = self.given + 1
        return given & FLOW_NUMBERS


class PreparedFlow:
    """A shape of entry that belongs to one component."""

    __slots__ = ("_cookie", "_numbers", "_removers", "_writers", "shape")

    def __init__(self, shape: FlowShape, cookie: int, numbers: Numbers) -> None:
        """:param cookie: the component and epoch of its entries; `numbers` is where theirs come from."""
        self.shape = shape
        self._cookie = cookie
        self._numbers = numbers
        self._writers: dict[int, Writer] = {}
        self._removers: dict[int, Writer] = {}

    def number(self) -> int:
        """A number for a flow of several entries: they share it, and with it their cookie."""
        return self._numbers.next()

    def with_actions(self, actions: tuple[Action, ...]) -> PreparedFlow:
        """The same entries with other actions; they are of the same owner, and numbered with these."""
        return PreparedFlow(replace(self.shape, actions=actions), self._cookie, self._numbers)

    def cookie(self, number: int) -> int:
        """The cookie of entries with this number."""
        return self._cookie | number

    def add(
        self,
        datapath: Datapath,
        values: tuple[Value, ...],
        out_port: int,
        buffer_id: int = NO_BUFFER,
        number: int | None = None,
    ) -> None:
        """Write one entry.

        :param values: one for each field of the shape; ints, and bytes for Ethernet and IPv6 addresses.
        :param out_port: where the actions say ``PORT``.
        :param buffer_id: of a packet that the switch keeps and shall send through the new entry.
        :param number: of the flow, from `number`; by default the entry has one of its own.
        """
        try:
            write = self._writers[datapath.version]
        except KeyError:
            write = self._compile(datapath.version)
        flow = self._numbers.next() if number is None else number
        datapath.send_bytes(write(flow, self._cookie | flow, buffer_id, out_port, values))

    def remove(self, datapath: Datapath, values: tuple[Value, ...]) -> None:
        """Remove the entry with these values, where there is one. Its priority and its match are its owner's alone."""
        try:
            write = self._removers[datapath.version]
        except KeyError:
            write = self._removers[datapath.version] = compile_removal(self.shape, datapath.version)
        datapath.send_bytes(write(0, 0, NO_BUFFER, 0, values))

    def _compile(self, version: Version) -> Writer:
        writer = self._writers[version] = compile_shape(self.shape, version)
        return writer

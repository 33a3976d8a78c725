"""Which decision a flow was let through by: remembered from its first packet until it ends, and bounded."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, NamedTuple

from nox.lib.match import Match
from nox.lib.shapes import FlowKey
from nox.netapps.decision import Decision
from nox.netapps.events import FlowIn

MOST: Final = 20_000  # flows that are remembered; the oldest make room
_MOST_OPEN: Final = 500  # events whose decision is not looked at yet

Identity = frozenset[tuple[str, int]]  # the header fields, without the port: a flow has the same at each switch


class Decided(NamedTuple):
    """What was decided about a flow. :ivar users: who was logged in at the sender then."""

    decision: Decision
    users: tuple[str, ...]


class Decisions:
    """The decisions about the latest flows."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._open: list[FlowIn] = []
        self._decided: OrderedDict[Identity, Decided] = OrderedDict()

    def __len__(self) -> int:
        return len(self._decided)

    def note(self, event: FlowIn) -> None:
        """A flow is about to be decided. What was decided is looked at later: handlers may wait."""
        self._open.append(event)
        if len(self._open) > _MOST_OPEN:
            self.settle(self._open.pop())

    def settle(self, newest: FlowIn | None = None) -> None:
        """Take over what was decided.

        :param newest: an event that is dispatched now, and stays open.
        """
        events, self._open = self._open, [newest] if newest is not None else []
        for event in events:
            if event.decision is not None:
                identity = identity_of_key(event.packet.key)
                self._decided.pop(identity, None)
                self._decided[identity] = Decided(event.decision, event.users)
        while len(self._decided) > self._most:
            self._decided.popitem(last=False)

    def of(self, match: Match) -> Decided | None:
        """What was decided about the flow of an entry; None where nobody knows."""
        identity = identity_of(match)
        if identity is None:
            return None
        self.settle()
        return self._decided.get(identity)


def identity_of_key(key: FlowKey) -> Identity:
    """A packet's flow."""
    return frozenset(
        (name, int.from_bytes(value) if isinstance(value, bytes) else value)
        for name, value in key.items()
        if name != "in_port"
    )


def identity_of(match: Match) -> Identity | None:
    """An entry's flow; None for an entry that is for more than one."""
    items = [(name, value, mask) for name, value, mask in match.items() if name != "in_port"]
    if match.unknown or any(mask is not None for _, _, mask in items):
        return None
    return frozenset((name, value) for name, value, _ in items)

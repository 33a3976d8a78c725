"""When two messages of a controller are the same: they ask for the same, whatever their numbers are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from nox.core.plan import COMPONENT_MASK, STATED
from nox.emulator.replay.probes import blank, probe
from nox.lib.openflow.messages import Message

_KEPT = COMPONENT_MASK | STATED


def likeness(message: Message) -> Message:
    """The message without what differs from run to run: of a cookie the epoch and the flow's number, of a probe all
    but its header and length.

    Its xid stands in the header and is no part of it.
    """
    if frame := probe(message):
        return cast(Message, replace(cast(Any, message), data=blank(frame)))
    cookie = getattr(message, "cookie", None)
    if not isinstance(cookie, int) or cookie == cookie & _KEPT:
        return message
    return cast(Message, replace(cast(Any, message), cookie=cookie & _KEPT))

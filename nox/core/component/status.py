"""How a component is, as ``noxctl components`` and the REST interface show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComponentStatus:
    """A snapshot of one component, of values that JSON knows.

    :ivar number: the component's number in cookies.
    :ivar state: declared, bound, starting, running, stopping, stopped or failed.
    :ivar error: why it failed, one sentence; empty otherwise.
    :ivar provides: names of interfaces; `requires`: names of the components that it is wired to.
    :ivar handlers: how many it has registered now; `timers` and `tasks` too.
    :ivar errors: how often its handlers, timers and tasks have failed since it was created.
    :ivar slow: how often one of its handlers kept everything waiting, for half a second or more.
    :ivar since: when it came to its state, Unix seconds.
    """

    name: str
    number: int
    state: str
    error: str
    provides: tuple[str, ...]
    requires: tuple[str, ...]
    config: Mapping[str, object]
    handlers: int
    timers: int
    tasks: int
    errors: int
    slow: int
    since: float

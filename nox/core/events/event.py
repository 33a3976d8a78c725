"""What an event is, and what a handler answers."""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Hashable, Mapping
from typing import ClassVar

from nox.lib.errors import NoxError
from nox.lib.nearest import did_you_mean


class Outcome(enum.Enum):
    """What a handler returns: whether the handlers after it see the event."""

    CONTINUE = "continue"
    STOP = "stop"


CONTINUE = Outcome.CONTINUE
STOP = Outcome.STOP

Conditions = Mapping[str, Hashable]
Shape = tuple[Hashable, ...]  # which fields a `where` asks for (and under which masks)


class Hold:
    """An event that waits for its handler: made by `Event.hold`, placed by the chain when the handler returns STOP."""

    __slots__ = ("_continue", "_decided", "_let_go")

    def __init__(self) -> None:
        self._continue: Callable[[], None] | None = None
        self._let_go: Callable[[], object] | None = None
        self._decided: bool | None = None  # whether it goes on

    def place(self, carry_on: Callable[[], None], let_go: Callable[[], object]) -> None:
        """The chain's part. At once, where `resume` or `drop` was called before the handler returned.

        :param carry_on: how the event goes on; `let_go`: how it is forgotten instead.
        """
        if self._decided is None:
            self._continue, self._let_go = carry_on, let_go
        elif self._decided:
            carry_on()
        else:
            let_go()

    def resume(self) -> bool:
        """Let the event go on; False when it was dropped because its time limit had passed, or went on already."""
        carry_on = self._continue
        first = self._decide(True)
        if first and carry_on is not None:
            carry_on()
        return first

    def drop(self) -> bool:
        """The handler wants it no more; False when it went on, or was dropped, already."""
        let_go = self._let_go
        first = self._decide(False)
        if first and let_go is not None:
            let_go()
        return first

    def expire(self) -> bool:
        """Drop the event; False when it had gone on already."""
        return self._decide(False)

    def _decide(self, goes_on: bool) -> bool:
        """Whether this is the first word about it."""
        first = self._decided is None
        if first:
            self._decided = goes_on
        self._continue = self._let_go = None
        return first


class Event:
    """Something that happened. Subclasses are slotted and typed; a handler is registered by class.

    :cvar time_limit: seconds for which a handler may hold the event before it is dropped and counted.
    :cvar where_fields: the attributes that a `where` may ask for.
    """

    __slots__ = ("_hold",)
    time_limit: ClassVar[float] = 10.0
    where_fields: ClassVar[tuple[str, ...]] = ()

    def hold(self) -> None:
        """Say that the handler will call `resume` or `drop` later; it then returns STOP.

        Without it, STOP means that the handler consumed the event.
        """
        self._hold = Hold()

    def resume(self) -> bool:
        """Let a held event go on to the handlers after the one that held it.

        :returns: False when it was dropped because its time limit had passed.
        :raises NoxError: when no handler holds the event.
        """
        return self._held("resume").resume()

    def drop(self) -> bool:
        """Let a held event go no further: its handler has decided against it. This is no fault, and is not counted.

        :returns: False when it was dropped already, because its time limit had passed.
        :raises NoxError: when no handler holds the event.
        """
        return self._held("drop").drop()

    def _held(self, asked: str) -> Hold:
        hold: Hold | None = getattr(self, "_hold", None)
        if hold is None:
            raise NoxError(
                f"{type(self).__name__}.{asked}: no handler holds this event; call hold() before it returns STOP"
            )
        return hold

    @classmethod
    def conditions(cls, where: object) -> tuple[Shape, Hashable]:
        """A `where` as the shape that is looked up and the value that it must have.

        :raises NoxError: when this event cannot be asked for that.
        """
        if not isinstance(where, Mapping) or not where:
            raise NoxError(f"where= of {cls.__name__} is a mapping of its fields to values")
        for name in where:
            if name not in cls.where_fields:
                raise NoxError(
                    f"{cls.__name__} cannot be asked for {name!r}{did_you_mean(str(name), cls.where_fields)}"
                )
        shape = tuple(sorted(where))
        values = tuple(where[name] for name in shape)
        return shape, values if len(values) > 1 else values[0]

    @classmethod
    def getter(cls, shape: Shape) -> Callable[[Event], Hashable]:
        """What reads the value of that shape from an event, to be looked up."""
        return operator.attrgetter(*(str(name) for name in shape))

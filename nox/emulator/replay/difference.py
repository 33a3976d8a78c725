"""What a controller sent then, beside what it sends now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from nox.emulator.replay.brief import brief
from nox.emulator.replay.likeness import likeness
from nox.emulator.replay.recording import RecordedConnection
from nox.lib.openflow.messages import Message

_SHOWN = 20  # messages of each kind in the text


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the controller.

    :ivar time: seconds since the recording, or its replay, began.
    """

    time: float
    connection: RecordedConnection
    message: Message

    def __str__(self) -> str:
        return f"{self.time:.6f} s, {self.connection}: {brief(self.message)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it was then; false when there is nothing.

    :ivar missing: what was sent then and is not now; `extra`: what is sent now and was not then.
    :ivar same: how many messages were sent both times.
    """

    missing: tuple[Sent, ...]
    extra: tuple[Sent, ...]
    same: int

    @classmethod
    def between(cls, then: Iterable[Sent], now: Iterable[Sent], ignoring: tuple[type[Message], ...]) -> Difference:
        """Compare by connection, whatever the order, transactions and numbers of flows in cookies."""
        then, now = ([sent for sent in each if not isinstance(sent.message, ignoring)] for each in (then, now))
        missing, extra = _without(then, now), _without(now, then)
        return cls(missing, extra, len(now) - len(extra))

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra)

    def __str__(self) -> str:
        lines = [f"{self.same} messages as then, {len(self.missing)} are missing, {len(self.extra)} are new"]
        for what, messages_of in (("missing", self.missing), ("new", self.extra)):
            lines += [f"{what}: {sent}" for sent in messages_of[:_SHOWN]]
            if len(messages_of) > _SHOWN:
                lines.append(f"{what}: {len(messages_of) - _SHOWN} more")
        return "\n".join(lines)


def _without(some: list[Sent], others: list[Sent]) -> tuple[Sent, ...]:
    """Those of the first that have no counterpart among the second."""
    left = Counter((sent.connection.number, likeness(sent.message)) for sent in others)
    found = []
    for sent in some:
        key = sent.connection.number, likeness(sent.message)
        if left[key]:
            left[key] -= 1
        else:
            found.append(sent)
    return tuple(found)

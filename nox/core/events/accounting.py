"""What is known of every handler: calls, stops, errors, time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HandlerStats:
    """One handler's account.

    :ivar calls: how often it was called; `stops`: how often it returned STOP.
    :ivar errors: how often it raised, or returned neither CONTINUE nor STOP.
    :ivar slow: how often it was found to keep everything waiting for half a second or more.
    :ivar held: events it holds now; `expired`: events it held beyond their time limit, which were dropped.
    :ivar timed: how many calls were timed (about one in 64); `mean_us` and `max_us` are theirs, microseconds.
    """

    event: str
    owner: str
    handler: str
    priority: int
    where: str
    calls: int
    stops: int
    errors: int
    slow: int
    held: int
    expired: int
    timed: int
    mean_us: float
    max_us: float

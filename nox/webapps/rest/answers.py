"""What a resource answers, and how it says no."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nox.lib.errors import NoxError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Text:
    """An answer that is not JSON.

    :ivar content_type: its media type.
    """

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that goes on.

    :ivar content_type: its media type.
    :ivar start: is given what writes a part, whole or not at all (then it says False), and what ends the answer; it
        gives back what is called at the end, whoever ended it.
    """

    content_type: str
    start: Callable[[Callable[[bytes], bool], Callable[[], None]], Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one resource.

    :ivar method: ``GET`` or ``POST``.
    :ivar path: a path whose parts in angle brackets (``<dpid>``) are given to `answer` by name, as text.
    :ivar answer: makes the answer; what it raises of `NoxError` is told to the client.
    :ivar reads_body: whether it is given the request's body too, as `body`.
    """

    method: str
    path: str
    answer: Callable[..., Awaitable[Json | Text | Stream]]
    reads_body: bool = False


class Refused(NoxError):
    """An answer other than 200. The sentence is told to the client.

    :cvar status: of HTTP (RFC 9110, section 15). 409 is for whatever the present state forbids.
    """

    status = 409


class BadRequest(Refused):
    """The client's words make no sense."""

    status = 400


class NotFound(Refused):
    """There is nothing of that name."""

    status = 404


class TooLarge(Refused):
    """The request has a body that nobody wants."""

    status = 413


class SwitchFailed(Refused):
    """A switch that was asked did not answer, or refused."""

    status = 502

"""What can be wrong with a message, made from our samples, and the message that fills all 64 KiB."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import Version
from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.errorcodes import errors
from nox.lib.openflow.messages import Message
from nox.lib.openflow.nicira.subfields import UnknownFieldId
from nox.lib.openflow.versions import HEADER, MOST_BYTES
from tests.lib.openflow.samples import SAMPLES, Sample, parts

ENOUGH: Final = 240  # bytes of a message to alter: what follows in longer ones is more of the same
_ERRORS: Final = frozenset(errors(Version.V1_3))


def _kinds(sample: Sample) -> tuple[Version, frozenset[type]]:
    return sample.version, frozenset(type(part) for part in parts(sample.message))


# A sample for each combination of structures: match fields and errors differ in their numbers alone.
DISTINCT: Final = list({_kinds(sample): sample for sample in reversed(SAMPLES.values())}.values())


def with_length(data: bytes) -> bytes:
    """The bytes with their length in the header."""
    return data[:2] + len(data).to_bytes(2) + data[4:]


def refused(data: bytes) -> RemoteProtocolError | None:
    """The refusal of these bytes, which says where and which OpenFlow error to answer; None where they are a message.

    :raises AssertionError: when it does not. Anything else that is raised is a defect too.
    """
    refusal = None
    try:
        decode(data)
    except RemoteProtocolError as error:
        refusal = error
    if refusal is not None:
        assert str(refusal)
        assert 0 <= refusal.offset <= len(data), refusal
        assert (refusal.error_type, refusal.error_code) in _ERRORS, refusal
    return refusal


def cuts(data: bytes) -> Iterator[bytes]:
    """The message cut at every byte after its header, with the length that it then has."""
    for end in range(HEADER.size, len(data)):
        yield with_length(data[:end])


def wrong_headers(data: bytes) -> Iterator[bytes]:
    """The message with every wrong length in its header near the right one, none and the largest; and cut in there."""
    for length in {0, 7, 8, len(data) - 8, len(data) - 1, len(data) + 1, len(data) + 8, MOST_BYTES} - {len(data)}:
        yield data[:2] + length.to_bytes(2) + data[4:]
    for end in range(HEADER.size):
        yield data[:end]


def wrong_numbers(data: bytes) -> Iterator[bytes]:
    """Every two bytes too small, too large, none and the largest; every byte too, as match fields have lengths of one.

    Wherever a length or a type lies, at whatever level, this is it.
    """
    for at in range(HEADER.size, min(len(data), ENOUGH)):
        for size in (1, 2):
            value, most = int.from_bytes(data[at : at + size]), (1 << 8 * size) - 1
            for other in {0, 1, value - 1 & most, value + 1 & most, value - 8 & most, value + 8 & most, most} - {value}:
                yield (data[:at] + other.to_bytes(size) + data[at + size :])[: len(data)]


def unended_texts(sample: Sample) -> Iterator[bytes]:
    """The message with a text that fills its field: no zero is left that would end it."""
    data = encode(sample.message, sample.version)
    for part in parts(sample.message):
        for field in dataclasses.fields(part):
            text = getattr(part, field.name)
            if isinstance(text, str) and text and hasattr(type(part), "LAYOUT"):
                [size] = {_size(f.kind) for f in type(part).LAYOUT if f.name == field.name}
                at = data.index(text.encode() + b"\0")
                yield data[:at] + b"x" * size + data[at + size :]


def _size(kind: Any) -> int:
    return int(kind.code.removesuffix("s"))


def largest() -> Iterator[tuple[str, Version, Message]]:
    """Messages that fill 64 KiB as far as can be, each with a name: one for each list of a structure, at any level."""
    seen = set()
    for sample in DISTINCT:
        base = len(encode(sample.message, sample.version))
        for what, longer in _grown(sample.message):
            if what not in seen:
                seen.add(what)
                eight = len(encode(longer(9), sample.version)) - base  # eight more: one may fit into zeros
                yield what, sample.version, longer(1 + 8 * (MOST_BYTES - base - 8) // eight)


Longer: TypeAlias = Callable[[int], Any]  # a value with one of its lists so many times as long


def _grown(value: Any) -> Iterator[tuple[str, Longer]]:
    """Each list in a value, of bytes or of others: which it is, and how to make it longer."""
    for field in dataclasses.fields(value):
        inner = getattr(value, field.name)
        listed = isinstance(inner, tuple) or type(inner) is bytes
        if listed and inner:
            of = type(inner[-1]).__name__
            yield f"{type(value).__name__}.{field.name} of {of}", _times(value, field.name, inner)
        last = inner[-1] if isinstance(inner, tuple) and inner else inner
        if dataclasses.is_dataclass(last) and not isinstance(last, UnknownFieldId):  # a header is no list of bytes
            before = inner[:-1] if isinstance(inner, tuple) else None
            for what, longer in _grown(last):
                yield what, _inside(value, field.name, before, longer)


def _times(value: Any, name: str, inner: Any) -> Longer:
    return lambda n: dataclasses.replace(value, **{name: inner * n})


def _inside(value: Any, name: str, before: tuple[Any, ...] | None, longer: Longer) -> Longer:
    return lambda n: dataclasses.replace(value, **{name: longer(n) if before is None else (*before, longer(n))})

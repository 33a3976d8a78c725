"""Domain names on the wire, with compression (RFC 1035, section 3.1 and 4.1.4)."""

from __future__ import annotations

from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader

MOST_NAME: Final = 255  # bytes, with the lengths
MOST_LABEL: Final = 63
_POINTER: Final = 0xC0
_MOST_OFFSET: Final = 0x3FFF


class Name(tuple[bytes, ...]):
    """A domain name: its labels, without the root. Names compare as they are written; `folded` compares as DNS does."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str) -> Name:
        """The name that people write: ``www.example.net``, with or without a dot at its end.

        :raises LocalProtocolError: when a label is empty or too long, or it is not ASCII.
        """
        plain = text.rstrip(".")
        try:
            name = cls(plain.encode("ascii").split(b".") if plain else ())
        except UnicodeEncodeError as error:
            raise LocalProtocolError(f"{text!r} is not ASCII: write its IDNA form") from error
        name.wire_size()
        return name

    def wire_size(self) -> int:
        """Its bytes on the wire without compression.

        :raises LocalProtocolError: when it is none.
        """
        size = sum(len(label) + 1 for label in self) + 1
        if size > MOST_NAME or not all(0 < len(label) <= MOST_LABEL for label in self):
            raise LocalProtocolError(f"{self} is no domain name: labels have 1 to {MOST_LABEL} bytes, all {MOST_NAME}")
        return size

    def folded(self) -> Name:
        """With ASCII's capitals made small (RFC 4343)."""
        return Name(label.lower() for label in self)

    def __str__(self) -> str:
        """With everything escaped that is no letter, digit, hyphen or underscore: names are hostile text."""
        return ".".join(_escaped(label) for label in self) or "."


def _escaped(label: bytes) -> str:
    return "".join(chr(c) if chr(c).isascii() and (chr(c).isalnum() or c in b"-_") else f"\\{c:03d}" for c in label)


def read_name(source: Reader) -> Name:
    """The name that starts here. A pointer must point before where its name began, so that following them ends.

    :raises RemoteProtocolError: when it is cut short, too long, or points forward.
    """
    labels: list[bytes] = []
    size, at, reading = 1, source.position, source
    while True:
        first = reading.data[reading.claim(1)]
        if first >= _POINTER:
            target = (first & ~_POINTER) << 8 | reading.data[reading.claim(1)]
            if target >= at:
                raise source.error(f"a domain name points to offset {target}, which is not before it", at=at)
            at, reading = target, Reader(source.data, target, at, source.what)
        elif first > MOST_LABEL:
            raise source.error(f"a domain name has a label of the unknown type {first:#x}")
        elif not first:
            return Name(labels)
        else:
            size += first + 1
            if size > MOST_NAME:
                raise source.error(f"a domain name has more than {MOST_NAME} bytes", at=at)
            labels.append(reading.take(first, "a label").rest())


def write_name(out: bytearray, name: Name, known: dict[Name, int] | None) -> None:
    """Append a name.

    :param known: where names stand in this message, to point to; it learns. None for a name without compression.
    :raises LocalProtocolError: when it is none.
    """
    name.wire_size()
    for place in range(len(name)):
        rest = Name(name[place:])
        at = known.get(rest) if known is not None else None
        if at is not None:
            out += (_POINTER << 8 | at).to_bytes(2)
            return
        if known is not None and len(out) <= _MOST_OFFSET:
            known[rest] = len(out)
        out += bytes((len(name[place]),)) + name[place]
    out.append(0)

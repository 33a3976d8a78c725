"""DNS messages (RFC 1035, section 4; AAAA: RFC 3596)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from struct import Struct, error
from typing import Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.reader import Reader
from nox.lib.packet.dnsname import Name, read_name, write_name
from nox.lib.packet.layout import MOST_BYTES, reader

PORT: Final = 53
A, NS, CNAME, PTR, TXT, AAAA, SRV, ANY = 1, 2, 5, 12, 16, 28, 33, 255  # types
INTERNET: Final = 1  # a class
RESPONSE, AUTHORITATIVE, TRUNCATED, RECURSION_DESIRED, RECURSION_AVAILABLE = 0x8000, 0x400, 0x200, 0x100, 0x80  # flags
NO_ERROR, FORMAT_ERROR, SERVER_FAILURE, NO_SUCH_NAME, NOT_IMPLEMENTED, REFUSED = range(6)  # answers' codes

Data = IPv4Address | IPv6Address | Name | tuple[bytes, ...] | bytes

_HEADER: Final = Struct("!6H")
_QUESTION: Final = Struct("!HH")
_RECORD: Final = Struct("!HHIH")
_NAMES: Final = (NS, CNAME, PTR)
_ADDRESSES: Final[dict[tuple[int, int], tuple[int, type[IPv4Address] | type[IPv6Address]]]] = {
    (A, INTERNET): (4, IPv4Address),
    (AAAA, INTERNET): (16, IPv6Address),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    :ivar cls: the class; in mDNS its highest bit asks for an answer to the asker alone.
    """

    name: Name
    type: int = A
    cls: int = INTERNET


@dataclass(frozen=True, slots=True)
class Record:
    """A resource record.

    :ivar data: an address for A and AAAA; a name for NS, CNAME and PTR; strings for TXT; bytes for all others.
    :ivar ttl: seconds.
    :ivar cls: the class; in mDNS its highest bit replaces what is known.
    """

    name: Name
    type: int
    data: Data
    ttl: int = 0
    cls: int = INTERNET


@dataclass(frozen=True, slots=True)
class Dns:
    """A query or an answer.

    :ivar flags: of `RESPONSE` and so on, with the operation (bits 11 to 14) and the answer's code (0 to 3).
    """

    id: int
    flags: int = RECURSION_DESIRED
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    authorities: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()

    @property
    def code(self) -> int:
        """How it went: `NO_ERROR` and so on."""
        return self.flags & 15

    @classmethod
    def parse(cls, data: bytes) -> Dns:
        """The message that these bytes are.

        :raises RemoteProtocolError: when they are none.
        """
        source = reader(data, "Dns")
        id_, flags, *counts = source.unpack(_HEADER)
        questions = tuple([_question(source) for _ in range(counts[0])])
        sections = [tuple([_record(source) for _ in range(count)]) for count in counts[1:]]
        source.finish()
        return cls(id_, flags, questions, *sections)

    def build(self) -> bytes:
        """Its bytes, with names compressed.

        :raises LocalProtocolError: when a field cannot be said.
        """
        sections = (self.answers, self.authorities, self.additional)
        known: dict[Name, int] = {}
        try:
            out = bytearray(_HEADER.pack(self.id, self.flags, len(self.questions), *map(len, sections)))
            for question in self.questions:
                write_name(out, question.name, known)
                out += _QUESTION.pack(question.type, question.cls)
            for section in sections:
                for record in section:
                    _write_record(out, record, known)
        except error as cause:
            raise LocalProtocolError(f"a field of the DNS message {self.id} is too large: {cause}") from cause
        if len(out) > MOST_BYTES:
            raise LocalProtocolError(f"a DNS message of {len(out)} bytes: it has at most {MOST_BYTES}")
        return bytes(out)


def _question(source: Reader) -> Question:
    name = read_name(source)
    return Question(name, *source.unpack(_QUESTION))


def _record(source: Reader) -> Record:
    name = read_name(source)
    kind, cls, ttl, size = source.unpack(_RECORD)
    inside = source.take(size, "a DNS record")
    data = _data(inside, kind, cls)
    inside.finish()
    return Record(name, kind, data, ttl, cls)


def _data(inside: Reader, kind: int, cls: int) -> Data:
    if kind in _NAMES:
        return read_name(inside)
    if (kind, cls & 0x7FFF) in _ADDRESSES:
        size, address = _ADDRESSES[kind, cls & 0x7FFF]
        return address(inside.take(size, "an address").rest())
    if kind == TXT:
        strings = []
        while inside.remaining:
            strings.append(inside.take(inside.data[inside.claim(1)], "a string").rest())
        return tuple(strings)
    return inside.rest()


def _write_record(out: bytearray, record: Record, known: dict[Name, int]) -> None:
    write_name(out, record.name, known)
    start = len(out)
    out += _RECORD.pack(record.type, record.cls, record.ttl, 0)
    _write_data(out, record, known)
    size = len(out) - start - _RECORD.size
    _RECORD.pack_into(out, start, record.type, record.cls, record.ttl, size)


def _write_data(out: bytearray, record: Record, known: dict[Name, int]) -> None:
    data = record.data
    expected = _kind(record.type, record.cls)
    if type(data) is not expected:
        raise LocalProtocolError(f"a DNS record of type {record.type} has {expected.__name__}, not {data!r}")
    if isinstance(data, Name):
        write_name(out, data, known)
    elif isinstance(data, IPv4Address | IPv6Address):
        out += data.packed
    elif isinstance(data, bytes):
        out += data
    else:
        for string in data:
            if len(string) > 255:
                raise LocalProtocolError(f"a string of {len(string)} bytes in a TXT record: at most 255")
            out += bytes((len(string),)) + string


def _kind(record_type: int, cls: int) -> type:
    """The type of a record's data."""
    if (record_type, cls & 0x7FFF) in _ADDRESSES:
        return _ADDRESSES[record_type, cls & 0x7FFF][1]
    return Name if record_type in _NAMES else tuple if record_type == TXT else bytes

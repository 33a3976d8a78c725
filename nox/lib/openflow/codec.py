"""Messages to bytes, and back. All knowledge of layouts is in the messages' own descriptions.

What comes from a peer is hostile: `decode` raises `RemoteProtocolError` and nothing else, reads nothing beyond the
message, and keeps what it does not know as bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any, Final

from nox.lib.errors import LocalProtocolError
from nox.lib.openflow.actions import Action
from nox.lib.openflow.actiontable import ACTIONS
from nox.lib.openflow.messages import Error, Hello, Message, MultipartReply, MultipartRequest
from nox.lib.openflow.messagetable import MESSAGE_NUMBERS, REPLY_NUMBERS, REQUEST_NUMBERS
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.structure import LENGTH
from nox.lib.openflow.versions import HEADER, MOST_BYTES, Version, column, named

_BAD_VERSION: Final = (1, 0)  # OFPET_BAD_REQUEST, OFPBRC_BAD_VERSION
_HELLO, _ERROR = 0, 1  # the types that every version has, laid out alike

# Messages whose first two bytes say which of a family they are.
_FAMILIES: Final[dict[type[Message], Numbers[Any]]] = {
    MultipartRequest: REQUEST_NUMBERS,
    MultipartReply: REPLY_NUMBERS,
}


def encode(message: Message, version: int, xid: int = 0) -> bytes:
    """The bytes of a message, header included.

    :param version: by its number on the wire. Hellos and errors can be written in any.
    :raises LocalProtocolError: when the version cannot say it.
    """
    out = bytearray(HEADER.size)
    layout, name = laid_out_as(message, version), type(message).__name__
    try:
        number = _write(out, message, layout)
        if len(out) > MOST_BYTES:
            raise LocalProtocolError(f"{name} of {len(out)} bytes: a message has at most {MOST_BYTES}")
        HEADER.pack_into(out, 0, version, number, len(out), xid)
    except struct.error as error:  # a type, an element of a list of numbers, the xid
        raise LocalProtocolError(f"{name} has a number that is too large or negative: {error}") from error
    return bytes(out)


def _write(out: bytearray, message: Message, version: Version) -> int:
    """Append the body; the message's number. That of a family's member is written into the body."""
    for base, members in _FAMILIES.items():
        if isinstance(message, base):
            number = members.tag(message, version)
            members.write(out, message, version)
            LENGTH.pack_into(out, HEADER.size, number)
            return MESSAGE_NUMBERS.number(base, version)
    number = MESSAGE_NUMBERS.tag(message, version)
    MESSAGE_NUMBERS.write(out, message, version)
    return number


def encode_actions(actions: Iterable[Action], version: Version) -> bytes:
    """The bytes of a list of actions.

    :raises LocalProtocolError: when the version lacks one.
    """
    out = bytearray()
    ACTIONS.write(out, tuple(actions), _spoken(version))
    return bytes(out)


def decode_actions(data: bytes, version: Version) -> tuple[Action, ...]:
    """The actions in these bytes.

    :raises RemoteProtocolError: when they are malformed.
    """
    return ACTIONS.read(Reader(data, 0, len(data), "the actions"), _spoken(version))


def laid_out_as(message: Message | type[Message], version: int) -> Version:
    """The version whose layout a message has that is written or read in a wire version; hellos have one in each.

    :raises LocalProtocolError: when we do not speak that version.
    """
    cls = message if isinstance(message, type) else type(message)
    if cls is Hello:
        return Version.V1_3 if version >= Version.V1_3 else Version.V1_0
    return (column(version) or Version.V1_3) if cls is Error else _spoken(version)


def _spoken(version: int) -> Version:
    known = column(version)
    if known is None:
        raise LocalProtocolError(f"{named(version)} is not among the versions that we speak")
    return known


def decode(data: bytes) -> Message:
    """The message in these bytes, header included; they are exactly one message.

    Hellos and errors are read in any version, since they come before one is agreed.

    :raises RemoteProtocolError: when they are none, or of a version that we do not speak.
    """
    reader = Reader(data, 0, len(data), "the message")
    version, number, length, _ = reader.unpack(HEADER)
    if length != len(data):
        raise reader.error(f"a message of {len(data)} bytes says that it has {length}", at=2)
    if number == _HELLO:
        return Hello.read(data)
    known = column(version) or (Version.V1_3 if number == _ERROR else None)
    if known is None:
        raise reader.error(f"wire version {version} is not among those that we speak", at=0, blame=_BAD_VERSION)
    message = _body(number, reader, known)
    reader.finish()
    return message


def _body(number: int, reader: Reader, version: Version) -> Message:
    cls = MESSAGE_NUMBERS.classes(version).get(number)
    reader.what = cls.__name__ if cls else f"a message of type {number}"
    members = _FAMILIES.get(cls) if cls else None
    message: Message
    if members is None:
        message = MESSAGE_NUMBERS.read(number, reader, version)
    else:
        message = members.read(_peek(reader), reader, version)
    return message


def _peek(reader: Reader) -> int:
    """The next two bytes, which stay to be read."""
    start = reader.claim(LENGTH.size)
    reader.position = start
    return int(LENGTH.unpack_from(reader.data, start)[0])

"""One message as JSON: version, type, xid, body; and back.

    {"version": "1.3", "type": "PacketOut", "xid": 7, "body": {"in_port": "CONTROLLER", "actions": […], …}}

`type` is the name of the message's class. Inside the body an object has a `type` where several classes may stand.
"""

from __future__ import annotations

from typing import Any, Final

from nox.lib.errors import LocalProtocolError
from nox.lib.nearest import did_you_mean
from nox.lib.openflow.codec import decode, encode, laid_out_as
from nox.lib.openflow.jsonform.dumping import Json, dump
from nox.lib.openflow.jsonform.loading import load
from nox.lib.openflow.jsonform.shape import classes
from nox.lib.openflow.messages import Message
from nox.lib.openflow.versions import HEADER, Version

VERSION, TYPE, XID, BODY, REENCODED = "version", "type", "xid", "body", "reencoded"
_KEYS: Final = (VERSION, TYPE, XID, BODY)
BESIDE: Final = ("time", "stream", "direction", "source", "destination")  # of a captured message: not looked at
_VERSIONS: Final = {int(version): version.text for version in Version}
_TEXTS: Final = {text: version for version, text in _VERSIONS.items()}
_LARGEST_XID: Final = 0xFFFFFFFF
_LARGEST_VERSION: Final = 0xFF


def to_json(data: bytes) -> dict[str, Json]:
    """The message in these bytes, which are exactly one; with `reencoded`, the message encoded anew.

    :raises RemoteProtocolError: when they are none.
    """
    message = decode(data)
    version, _, _, xid = HEADER.unpack_from(data)
    body = dump(message, laid_out_as(message, version), is_tagged=False)
    again = encode(message, version, xid).hex()
    return {
        VERSION: _VERSIONS.get(version, version),
        TYPE: type(message).__name__,
        XID: xid,
        BODY: body,
        REENCODED: again,
    }


def from_json(written: Any) -> bytes:
    """The bytes of the message that an object means; its `reencoded` is not looked at.

    :raises LocalProtocolError: with where it is wrong.
    """
    if not isinstance(written, dict):
        raise LocalProtocolError(f"a message is an object with the keys {', '.join(_KEYS)}")
    for key in written:
        if key not in (*_KEYS, REENCODED, *BESIDE):
            raise LocalProtocolError(f'a message has no key "{key}"{did_you_mean(key, _KEYS)}')
    version, cls = _version(written.get(VERSION)), _class(written.get(TYPE))
    message = load(cls, written.get(BODY, {}), laid_out_as(cls, version), BODY, is_tagged=False)
    return encode(message, version, _within(XID, written.get(XID, 0), _LARGEST_XID))


def _version(written: Any) -> int:
    if isinstance(written, str):
        if written not in _TEXTS:
            raise LocalProtocolError(f'version: there is no OpenFlow {written!r:.40}: write it as "1.3"')
        return _TEXTS[written]
    return _within(VERSION, written, _LARGEST_VERSION)


def _within(key: str, written: Any, largest: int) -> int:
    if isinstance(written, bool) or not isinstance(written, int) or not 0 <= written <= largest:
        raise LocalProtocolError(f"{key}: a whole number up to {largest}, not {written!r:.40}")
    return written


def _class(name: Any) -> type[Message]:
    known = classes(Message)
    if not isinstance(name, str) or name not in known:
        hint = did_you_mean(name, known) if isinstance(name, str) else ""
        raise LocalProtocolError(f"type: there is no message {name!r:.40}{hint}")
    return known[name]

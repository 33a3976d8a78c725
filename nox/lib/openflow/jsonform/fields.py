"""Match fields as JSON: ``{"ipv4_dst": "10.0.0.0/8"}``, the value as `nox.lib.match.Match` reads it.

What such a text cannot say (a field without a name, a mask of all ones, bits beyond the field, another class than the
version's) is ``{"oxm": "…"}``, the hexadecimal of the whole field.
"""

from __future__ import annotations

from typing import Any, Final

from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.nearest import did_you_mean
from nox.lib.openflow.fieldvalue import condition_of
from nox.lib.openflow.match13 import OXM, AnyOxm, Oxm
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.reader import Reader
from nox.lib.openflow.versions import Version

RAW: Final = "oxm"


def dump_oxm(value: AnyOxm, version: Version) -> dict[str, str]:
    """A match field as JSON."""
    field = FIELDS.get(value.name) if isinstance(value, Oxm) else None
    if isinstance(value, Oxm) and field is not None:
        text = field.text(value.value, value.mask)
        if _means(value, text):
            return {value.name: text}
    out = bytearray()
    OXM.write(out, value, version)
    return {RAW: out.hex()}


def _means(value: Oxm, text: str) -> bool:
    try:
        return Oxm(value.name, *condition_of(FIELDS[value.name], text)) == value
    except LocalProtocolError:
        return False


def load_oxm(written: Any, version: Version) -> AnyOxm:
    """The match field that JSON means.

    :raises LocalProtocolError: when it means none.
    """
    if not isinstance(written, dict) or len(written) != 1:
        raise LocalProtocolError('a match field is an object with one key, such as {"in_port": "1"}')
    [(name, text)] = written.items()
    if name == RAW:
        return _raw(text, version)
    if name not in FIELDS:
        raise LocalProtocolError(f'there is no match field "{name}"{did_you_mean(name, FIELDS)}')
    if isinstance(text, bool) or not isinstance(text, str | int):
        raise LocalProtocolError(f'{name} is a text such as "1" or "10.0.0.0/8", or a number')
    return Oxm(name, *condition_of(FIELDS[name], text))


def _raw(text: Any, version: Version) -> AnyOxm:
    try:
        data = bytes.fromhex(text)
        reader = Reader(data, 0, len(data), "the match field")
        field = OXM.read(reader, version)
        reader.finish()
    except (TypeError, ValueError, RemoteProtocolError) as error:
        raise LocalProtocolError(f"{text!r} is no match field in hexadecimal, header included: {error}") from error
    return field

"""Structures from JSON. Whoever wrote it gets one sentence that says where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn, get_args, get_origin

from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.lib.nearest import did_you_mean
from nox.lib.openflow.jsonform.fields import load_oxm
from nox.lib.openflow.jsonform.readable import form_of
from nox.lib.openflow.jsonform.shape import TYPE, Attribute, absent, alternatives, attributes, classes, key_of
from nox.lib.openflow.match13 import Oxm
from nox.lib.openflow.versions import Version


def refuse(where: str, what: str) -> NoReturn:
    """Say where and what is wrong.

    :raises LocalProtocolError: always.
    """
    raise LocalProtocolError(f"{where}: {what}")


def load(cls: type, written: Any, version: Version, where: str, *, is_tagged: bool) -> Any:
    """The structure that an object means.

    :param where: its place, for errors: ``body.actions[0]``.
    :param is_tagged: whether the key `type` names its class.
    :raises LocalProtocolError: when it means none.
    """
    if not isinstance(written, dict):
        refuse(where, f"a {cls.__name__} is an object, not {written!r:.40}")
    fields = {key_of(attribute.name, is_tagged=is_tagged): attribute for attribute in attributes(cls)}
    left = {key: value for key, value in written.items() if not (is_tagged and key == TYPE)}
    given = dict(_fields(cls, fields, left, version, where))
    for key, attribute in fields.items():
        if attribute.is_required and attribute.name not in given and attribute.name not in absent(cls, version):
            refuse(where, f'{cls.__name__} needs "{key}"')
    try:
        return cls(**given)
    except TypeError as error:
        raise LocalProtocolError(f"{where}: {version} has no {cls.__name__}") from error


def _fields(
    cls: type, fields: dict[str, Attribute], written: dict[str, Any], version: Version, where: str
) -> Iterator[tuple[str, Any]]:
    for key, value in written.items():
        attribute = fields.get(key)
        if attribute is None:
            refuse(where, f'{cls.__name__} has no field "{key}"{did_you_mean(key, fields)}')
        yield attribute.name, _field(cls, attribute, value, version, f"{where}.{key}")


def _field(cls: type, attribute: Attribute, written: Any, version: Version, where: str) -> Any:
    if attribute.hint is int:
        return _number(cls, attribute.name, written, version, where)
    return _value(attribute.hint, written, version, where)


def _value(hint: Any, written: Any, version: Version, where: str) -> Any:
    others = alternatives(hint)
    if written is None and type(None) in others:
        return None
    if int in others and not isinstance(written, dict):
        return _number(object, "", written, version, where)
    if get_origin(hint) is tuple:
        return _items(get_args(hint)[0], written, version, where)
    if Oxm in others:
        return _oxm(written, version, where)
    if candidates := classes(hint):
        return _structure(candidates, written, version, where)
    if hint is EthernetAddress:
        return _address(written, where)
    if hint is bytes:
        return _bytes(written, where)
    if hint is str and not isinstance(written, str):
        refuse(where, f"a text, not {written!r:.40}")
    return written


def _items(hint: Any, written: Any, version: Version, where: str) -> tuple[Any, ...]:
    if not isinstance(written, list):
        refuse(where, f"a list, not {written!r:.40}")
    return tuple(_value(hint, one, version, f"{where}[{place}]") for place, one in enumerate(written))


def _structure(candidates: dict[str, type], written: Any, version: Version, where: str) -> Any:
    if len(candidates) == 1:
        [cls] = candidates.values()
        return load(cls, written, version, where, is_tagged=False)
    name = written.get(TYPE) if isinstance(written, dict) else None
    if not isinstance(name, str):
        refuse(where, f'an object whose "{TYPE}" says what it is: one of {", ".join(sorted(candidates))}')
    if name not in candidates:
        refuse(where, f'there is no "{name}" here{did_you_mean(name, candidates)}')
    return load(candidates[name], written, version, where, is_tagged=True)


def _oxm(written: Any, version: Version, where: str) -> Any:
    try:
        return load_oxm(written, version)
    except LocalProtocolError as error:
        raise LocalProtocolError(f"{where}: {error}") from error


def _address(written: Any, where: str) -> EthernetAddress:
    try:
        return EthernetAddress(str(written))
    except LocalProtocolError as error:
        raise LocalProtocolError(f"{where}: {error}") from error


def _bytes(written: Any, where: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except (TypeError, ValueError) as error:
        raise LocalProtocolError(f"{where}: hexadecimal digits, not {written!r:.40}") from error


def _number(cls: type, name: str, written: Any, version: Version, where: str) -> int:
    """An integer: a number, a name, or a text that Python reads as one."""
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    if not isinstance(written, str):
        refuse(where, f"a whole number, not {written!r:.40}")
    form = form_of(cls, name)
    if form is not None:
        try:
            return form.number(written, version)
        except ValueError:
            pass  # a plain number will do as well
    try:
        return int(written, 0)
    except ValueError as error:
        hint = did_you_mean(written.rpartition("|")[2], form.known(version)) if form else ""
        raise LocalProtocolError(f"{where}: {written!r:.40} is no number and no name{hint}") from error

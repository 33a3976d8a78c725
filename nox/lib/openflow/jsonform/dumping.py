"""Structures as JSON."""

from __future__ import annotations

from typing import Any, TypeAlias, get_args, get_origin

from nox.lib.addresses import EthernetAddress
from nox.lib.openflow.jsonform.fields import dump_oxm
from nox.lib.openflow.jsonform.readable import shown
from nox.lib.openflow.jsonform.shape import TYPE, Attribute, absent, attributes, classes, key_of
from nox.lib.openflow.match13 import Oxm, UnknownOxm
from nox.lib.openflow.versions import Version

Json: TypeAlias = "int | str | list[Json] | dict[str, Json] | None"


def dump(value: Any, version: Version, *, is_tagged: bool) -> dict[str, Json]:
    """A structure as an object, a key for each field that the version has.

    :param is_tagged: whether the key `type` names its class; a field of that name is then called ``number``.
    """
    cls: type = type(value)
    left_out = absent(cls, version)
    tag: dict[str, Json] = {TYPE: cls.__name__} if is_tagged else {}
    return tag | {
        key_of(attribute.name, is_tagged=is_tagged): _field(value, attribute, version)
        for attribute in attributes(cls)
        if attribute.name not in left_out
    }


def _field(owner: Any, attribute: Attribute, version: Version) -> Json:
    value = getattr(owner, attribute.name)
    if isinstance(value, int):
        return shown(type(owner), attribute.name, value, version)
    return _value(value, attribute.hint, version)


def _value(value: Any, hint: Any, version: Version) -> Json:
    if isinstance(value, tuple):
        item = get_args(hint)[0] if get_origin(hint) is tuple else hint
        return [_value(one, item, version) for one in value]
    if isinstance(value, Oxm | UnknownOxm):
        return dict(dump_oxm(value, version))
    if isinstance(value, EthernetAddress):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, int | str):
        return value
    return dump(value, version, is_tagged=len(classes(hint)) > 1)

"""What tshark must print of one of our messages, by its names for fields and the specification's numbers.

Nothing here uses our tables or our codec: only the values that are in the message.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from nox.lib.addresses import EthernetAddress
from tests.lab.judges.names import ABSENT, MESSAGES, MULTIPARTS, NAMES, OXM, TAGS, V1, V4
from tests.lab.judges.tshark import Fields

OPENFLOW_BASIC: Final = 0x8000
# The fields of a frame with ARP, and their sizes in bytes.
ARP: Final = {
    "eth.dst": 6,
    "eth.src": 6,
    "eth.type": 2,
    "arp.hw.type": 2,
    "arp.proto.type": 2,
    "arp.hw.size": 1,
    "arp.proto.size": 1,
    "arp.opcode": 2,
    "arp.src.hw_mac": 6,
    "arp.src.proto_ipv4": 4,
    "arp.dst.hw_mac": 6,
    "arp.dst.proto_ipv4": 4,
}


def expected(message: Any, version: int, xid: int) -> Fields:
    """Every field with its values, in their order.

    :raises KeyError: for what `names` does not know.
    """
    return _Expected(version).message(message, xid)


def _bases(value: Any) -> list[str]:
    return [base.__name__ for base in type(value).__mro__]


class _Expected:
    def __init__(self, version: int) -> None:
        self._version = version
        self._v = V1 if version == 1 else V4
        self._fields: Fields = defaultdict(list)
        self._special: dict[str, Callable[[Any], None]] = {
            "VersionBitmap.bitmaps": lambda words: self._add("hello_element.version.bitmap", _words(words)),
            "TableMod.config": lambda config: self._add("tablemod.config", _words((config,))),
            "TableFeatures.config": lambda config: self._add("table_features.config", _words((config,))),
            "Error.data": self._message_inside,
            "PacketIn.data": self._frame,
            "PacketOut.data": self._frame,
            "MultipartRequest.flags": lambda flags: self._flags("multipart_request.flags", flags),
            "MultipartReply.flags": lambda flags: self._flags("multipart_reply.flags", flags),
            "_Ids.ids": lambda ids: None,  # in `structure`: which ids they are is said by the property's class
            "_Tables.tables": self._tables,
            "_Oxms.oxms": self._headers,
        }

    def message(self, message: Any, xid: int) -> Fields:
        """A whole message."""
        family = next((base for base in _bases(message) if base in ("MultipartRequest", "MultipartReply")), "")
        kind = MESSAGES[self._version][family or type(message).__name__]
        self._header(self._version, kind, xid)
        if family:
            number = MULTIPARTS[type(message).__name__.removesuffix(family.removeprefix("Multipart"))]
            shown = {"MultipartRequest": "multipart_request.type", "MultipartReply": "multipart_reply.type"}[family]
            self._add("stats.type" if self._version == 1 else shown, number)
        self.structure(message)
        return dict(self._fields)

    def structure(self, value: Any) -> None:
        """A structure, and what says which it is."""
        bases = _bases(value)
        for base, (name, numbers) in TAGS[self._version].items():
            if base in bases:
                self._fields[name].append(numbers[bases[0]])
        if bases[0] == "OxmMatch":
            self._add("match.type", 1)
        if "_Ids" in bases:
            of = "instruction.type" if "Instructions" in bases[0] else "action.type"
            for one in value.ids:
                self._add(of, one.type)
        if bases[0] == "Oxm":
            self._oxm(value)
            return
        for field in dataclasses.fields(value):
            self._field(bases, field, getattr(value, field.name))

    def _field(self, bases: list[str], field: dataclasses.Field[Any], value: Any) -> None:
        key = f"{bases[0]}.{field.name}"
        inherited = [f"{base}.{field.name}" for base in bases]
        special = next((self._special[name] for name in inherited if name in self._special), None)
        if key in ABSENT[self._version]:
            assert value == field.default, f"{key} is not in this version"
        elif special:
            special(value)
        elif isinstance(value, tuple):
            for one in value:
                self.structure(one)
        elif dataclasses.is_dataclass(value):
            self.structure(value)
        else:
            names = NAMES[self._version]
            name = names.get(key) or names[bases[0]] + field.name
            self._fields[name].append(_value(value))

    def _header(self, version: int, kind: int, xid: int) -> None:
        self._add("version", version)
        self._fields["openflow_1_0.type" if self._version == 1 else V4 + "type"].append(kind)
        self._add("xid", xid)

    def _add(self, name: str, value: int | str) -> None:
        self._fields[self._v + name].append(value)

    def _flags(self, name: str, flags: int) -> None:
        self._add("flags" if self._version == 1 else name, flags)

    def _oxm(self, oxm: Any) -> None:
        """A match field: class, number, whether masked, value and mask."""
        self._add("oxm.class", OPENFLOW_BASIC)
        self._add("oxm.field", OXM.index(oxm.name))
        self._add("oxm.hm", int(oxm.mask is not None))
        if oxm.name == "vlan_vid":
            self._add("oxm.value_vlan_present", oxm.value >> 12)
            self._add("oxm.value_vlan_vid", oxm.value & 0xFFF)
        else:
            self._add("oxm.value", oxm.value)
        if oxm.mask is not None:
            self._add("oxm.mask", oxm.mask)

    def _headers(self, headers: tuple[int, ...]) -> None:
        """Match fields without values: class 16 bits, number 7, mask 1, length 8."""
        for header in headers:
            self._add("oxm.class", header >> 16)
            self._add("oxm.field", header >> 9 & 0x7F)
            self._add("oxm.hm", header >> 8 & 1)

    def _tables(self, tables: bytes) -> None:
        for table in tables:
            self._add("table_feature_prop.next_tables.next_table_id", table)

    def _message_inside(self, data: bytes) -> None:
        """The header of the message that an error is about; or text, of a hello that failed."""
        if data.isascii() and data.decode().isprintable():
            self._add("error.data", data.decode())
            return
        self._add("error.data.body", "")
        self._header(data[0], data[1], int.from_bytes(data[4:8]))

    def _frame(self, data: bytes) -> None:
        """A frame with ARP (RFC 826)."""
        at = 0
        for name, size in ARP.items():
            field, at = data[at : at + size], at + size
            as_text = name in ("eth.dst", "eth.src") or name.endswith("hw_mac")
            self._fields[name].append(field.hex() if as_text else int.from_bytes(field))
        assert at == len(data), "the sample's frame is another one"


def _words(words: tuple[int, ...]) -> str:
    return b"".join(word.to_bytes(4) for word in words).hex()


def _value(value: Any) -> int | str:
    if isinstance(value, bytes | EthernetAddress):
        return bytes(value).hex()
    assert isinstance(value, int | str), value
    return value

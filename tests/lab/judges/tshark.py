"""The second judge: tshark's dissector of OpenFlow, as JSON.

Messages go to it in one capture of the link type that hands each record straight to a named dissector, so that no TCP
has to be made up around them.
"""

from __future__ import annotations

import json
import re
import struct
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any, Final

Value = int | str
Fields = dict[str, list[Value]]  # a field's values in the order in which they stand in the message

_PCAP: Final = struct.pack("!IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, 252)  # LINKTYPE_WIRESHARK_UPPER_PDU
_TO_OPENFLOW: Final = struct.pack("!HH8sHH", 12, 8, b"openflow", 0, 0)  # EXP_PDU_TAG_PROTO_NAME, its end
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2})+")
_NOT_COMPARED: Final = re.compile(r"(\.|_)pad\d?$|\.length$|\.len$|acts_len$|actions_len$|action_len$")
_UNREAD: Final = re.compile(r"undecoded|unknown|_ws\.(expert|malformed)")
_AS_BYTES: Final = re.compile(r"openflow_v4\.oxm\.(value|mask|value_etheraddr|ether_mask)")
_INSIDE: Final = ("openflow_v4.error.data.body_tree",)  # a tree that is no list of bits: a message in a message


class Dissected:
    """What tshark prints of one message.

    :ivar fields: by their names, OpenFlow's and those of a frame inside.
    :ivar unread: names that say that it has not read all, or found something wrong.
    """

    def __init__(self, layers: list[tuple[str, Any]]) -> None:
        self.fields: Fields = defaultdict(list)
        self.unread: list[str] = []
        for name, value in _leaves(layers):
            if _UNREAD.search(name):
                self.unread.append(f"{name} {value}".strip())
            elif not _NOT_COMPARED.search(name):
                read = _bytes if _AS_BYTES.fullmatch(name) else canonical
                self.fields[_oxm(name)].append(read(value))


def dissect(messages: Iterable[bytes], folder: Path) -> list[Dissected]:
    """What it prints of each message.

    :param folder: where the capture is written.
    """
    file = folder / "messages.pcap"
    records = [_TO_OPENFLOW + data for data in messages]
    file.write_bytes(_PCAP + b"".join(struct.pack("!IIII", 0, 0, len(r), len(r)) + r for r in records))
    argv = ["tshark", "-n", "-r", str(file), "-T", "json"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    packets = json.loads(done.stdout, object_pairs_hook=list)
    return [Dissected(_child(_child(packet, "_source"), "layers")) for packet in packets]


def canonical(text: str) -> Value:
    """A value as it is compared: a number or an IP address as an int, bytes and Ethernet addresses in hexadecimal."""
    if _HEXADECIMAL.fullmatch(text):
        return text.replace(":", "")
    for read in (lambda: int(text, 0), lambda: int(IPv4Address(text)), lambda: int(IPv6Address(text))):
        try:
            return read()
        except ValueError:
            continue
    return text


def _bytes(text: str) -> Value:
    """A match field's value that is shown as bytes."""
    return int(text.replace(":", ""), 16)


def _child(pairs: list[tuple[str, Any]], name: str) -> Any:
    return next(value for key, value in pairs if key == name)


def _leaves(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every field; of the trees below a field, which repeat its bits, only what says that something is wrong."""
    for name, value in pairs:
        if name in ("frame", "exported_pdu"):
            continue
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, list):
            leaves = _leaves(value)
            bits = name.endswith("_tree") and name not in _INSIDE
            yield from (leaf for leaf in leaves if not bits or _UNREAD.search(leaf[0]))


def _oxm(name: str) -> str:
    """The dissector has a name for each type of a match field's value, and of its mask."""
    name = re.sub(r"oxm\.value_(?!vlan).*", "oxm.value", name)
    return re.sub(r"oxm\..*mask$", "oxm.mask", name)

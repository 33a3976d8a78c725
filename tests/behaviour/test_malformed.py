"""Bytes that are no OpenFlow, or ask for what there is not: each error by type and code (1.3.5, section 7.5.4)."""

from __future__ import annotations

import struct
from typing import Final

import pytest

from nox.lib.openflow import messages
from nox.lib.openflow.messages import Error
from nox.lib.openflow.versions import Version
from tests.behaviour.bench import Trial
from tests.behaviour.control import ACCEPTED, CLOSED, Control
from tests.behaviour.saying import BOTH, V1_0, V1_3, entries

HELLO, ERROR, EXPERIMENTER, FEATURES, GET_CONFIG, PACKET_OUT, FLOW_MOD = 0, 1, 4, 5, 7, 13, 14
_ANY = 0xFFFFFFFF


def _flow13(match: bytes, instructions: bytes = b"", *, table: int = 0, command: int = 0, flags: int = 0) -> bytes:
    """The body of 1.3's flow-mod."""
    head = struct.pack("!QQBBHHHIIIHxx", 0, 0, table, command, 0, 0, 9, _ANY, _ANY, _ANY, flags)
    return head + match + instructions


def _match(*oxms: bytes, kind: int = 1, length: int | None = None) -> bytes:
    """A match of these fields, with the zeros at its end."""
    body = b"".join(oxms)
    size = 4 + len(body) if length is None else length
    return struct.pack("!HH", kind, size) + body + bytes(-(4 + len(body)) % 8)


def _oxm(number: int, value: bytes, *, mask: bytes = b"", oxm_class: int = 0x8000, length: int | None = None) -> bytes:
    """One field."""
    size = len(value + mask) if length is None else length
    return struct.pack("!HBB", oxm_class, number << 1 | bool(mask), size) + value + mask


def _tlv(kind: int, body: bytes = b"", *, length: int | None = None) -> bytes:
    """An instruction or an action: type, length, the rest."""
    return struct.pack("!HH", kind, 4 + len(body) if length is None else length) + body


def _apply(*actions: bytes) -> bytes:
    body = b"".join(actions)
    return _tlv(4, bytes(4) + body)


def _set_field(oxm: bytes) -> bytes:
    return _tlv(25, oxm + bytes(-(4 + len(oxm)) % 8))


_IN_PORT: Final = _oxm(0, b"\0\0\0\1")
_IP: Final = _oxm(5, b"\x08\x00")
_NOTHING: Final = _match()
_OUT2: Final = _tlv(0, struct.pack("!IH6x", 2, 0))

_MATCHES: Final[dict[str, tuple[bytes, str]]] = {
    "a match of an unknown type": (_match(kind=7), "BAD_TYPE"),
    "a match shorter than its header": (_match(length=3), "BAD_LEN"),
    "a match longer than the message": (_match(length=400), "BAD_LEN"),
    "a field that its match cuts": (_match(_oxm(0, b"\0\0\0\1", length=8)), "BAD_LEN"),
    "a port of two bytes": (_match(_oxm(0, b"\0\1")), "BAD_LEN"),
    "an unknown field": (_match(_oxm(100, b"\0")), "BAD_FIELD"),
    "a field of an unknown class": (_match(_oxm(1, b"\0", oxm_class=0x1234)), "BAD_FIELD"),
    "an unknown experimenter's field": (
        _match(_oxm(1, b"\0\xab\xcd\xef\0", oxm_class=0xFFFF)),
        "BAD_FIELD",
    ),
    "a field twice": (_match(_IN_PORT, _IN_PORT), "DUP_FIELD"),
    "an address without its Ethernet type": (_match(_oxm(11, b"\x0a\0\0\1")), "BAD_PREREQ"),
    "a port without its protocol": (_match(_IP, _oxm(14, b"\0\x50")), "BAD_PREREQ"),
    "what a field needs after it": (_match(_oxm(11, b"\x0a\0\0\1"), _IP), "BAD_PREREQ"),
    "a DSCP of eight bits": (_match(_IP, _oxm(8, b"\xff")), "BAD_VALUE"),
    "a VLAN of fourteen bits": (_match(_oxm(6, b"\x20\x01")), "BAD_VALUE"),
    "a VLAN without the bit of a tag": (_match(_oxm(6, b"\x00\x05")), "BAD_VALUE"),
    "a mask where none may be": (_match(_oxm(0, b"\0\0\0\1", mask=b"\0\0\0\xff")), "BAD_MASK"),
    "a value beyond its mask": (
        _match(_oxm(3, b"\2\0\0\0\0\xff", mask=b"\xff\xff\xff\xff\xff\0")),
        "BAD_WILDCARDS",
    ),
}


@pytest.mark.parametrize("name", _MATCHES)
def test_match(trial: Trial, name: str) -> None:
    """What is no match."""
    match, code = _MATCHES[name]
    _refused(trial, name, _flow13(match), f"BAD_MATCH/{code}")


def _refused(trial: Trial, name: str, body: bytes, error: str, kind: int = FLOW_MOD, version: Version = V1_3) -> None:
    """A message is refused; nothing comes of it; what comes after it is done."""
    control = trial.controller(version)
    control.say_bytes(kind, body)
    specified = trial.expected(name, error)
    assert control.outcome() == specified
    if specified not in (ACCEPTED, CLOSED):
        assert entries(control) == []  # the connection is there still


_ACTIONS: Final[dict[str, tuple[bytes, str]]] = {
    "an unknown action": (_tlv(99, bytes(4)), "BAD_TYPE"),
    "an action that is reserved": (_tlv(0xFFFE, bytes(4)), "BAD_TYPE"),
    "an experimenter's action": (_tlv(0xFFFF, b"\0\xab\xcd\xef"), "BAD_EXPERIMENTER"),
    "an action of length 0": (_tlv(0, struct.pack("!IH6x", 2, 0), length=0), "BAD_LEN"),
    "an action of odd length": (_tlv(0, struct.pack("!IH6x", 2, 0), length=15), "BAD_LEN"),
    "an action that is too short": (_tlv(0, bytes(4)), "BAD_LEN"),
    "an action longer than its list": (_tlv(0, struct.pack("!IH6x", 2, 0), length=64), "BAD_LEN"),
    "output to TABLE": (_tlv(0, struct.pack("!IH6x", 0xFFFFFFF9, 0)), "BAD_OUT_PORT"),
    "output to a number that is reserved": (_tlv(0, struct.pack("!IH6x", 0xFFFFFF01, 0)), "BAD_OUT_PORT"),
    "a group of all": (_tlv(22, struct.pack("!I", 0xFFFFFFFC)), "BAD_OUT_GROUP"),
    "setting an unknown field": (_set_field(_oxm(100, b"\0")), "BAD_SET_TYPE"),
    "setting the port that a packet came in on": (_set_field(_IN_PORT), "BAD_SET_TYPE"),
    "setting metadata": (_set_field(_oxm(2, bytes(8))), "BAD_SET_TYPE"),
    "setting under a mask": (_set_field(_oxm(3, bytes(6), mask=b"\xff" * 6)), "BAD_SET_TYPE"),
    "setting an address of four bytes": (_set_field(_oxm(3, bytes(4))), "BAD_SET_LEN"),
    "setting a field that the action cuts": (_tlv(25, _oxm(3, bytes(8), length=20)), "BAD_SET_LEN"),
    "setting a VLAN of fourteen bits": (
        _tlv(17, b"\x81\x00\0\0") + _set_field(_oxm(6, b"\x30\x01")),
        "BAD_SET_ARGUMENT",
    ),
    "setting a VLAN without the bit of a tag": (
        _tlv(17, b"\x81\x00\0\0") + _set_field(_oxm(6, b"\x00\x01")),
        "BAD_SET_ARGUMENT",
    ),
}


@pytest.mark.parametrize("name", _ACTIONS)
def test_action(trial: Trial, name: str) -> None:
    """What is no action."""
    action, code = _ACTIONS[name]
    match = _match(_oxm(6, b"\0\0")) if "VLAN" in name else _NOTHING
    _refused(trial, name, _flow13(match, _apply(action)), f"BAD_ACTION/{code}")


@pytest.mark.parametrize("name", ["an unknown action", "an action of length 0", "an action longer than its list"])
def test_action_in_a_bucket(trial: Trial, name: str) -> None:
    """The same in a group."""
    action, code = _ACTIONS[name]
    bucket = struct.pack("!HHIIxxxx", 16 + len(action), 0, _ANY, _ANY) + action
    body = struct.pack("!HBxI", 0, 0, 5) + bucket
    _refused(trial, f"{name}, in a bucket", body, f"BAD_ACTION/{code}", kind=15)


@pytest.mark.parametrize("name", ["an unknown action", "an action of length 0", "an action longer than its list"])
def test_action_in_a_packet_out(trial: Trial, name: str) -> None:
    """The same in a packet-out."""
    action, code = _ACTIONS[name]
    body = struct.pack("!IIH6x", _ANY, 1, len(action)) + action + bytes(60)
    _refused(trial, f"{name}, in a packet-out", body, f"BAD_ACTION/{code}", kind=PACKET_OUT)


_INSTRUCTIONS: Final[dict[str, tuple[bytes, str]]] = {
    "an unknown instruction": (_tlv(99, bytes(4)), "UNKNOWN_INST"),
    "an experimenter's instruction": (_tlv(0xFFFF, b"\0\xab\xcd\xef"), "BAD_EXPERIMENTER"),
    "an instruction of length 0": (_tlv(1, b"\1\0\0\0", length=0), "BAD_LEN"),
    "an instruction of odd length": (_tlv(1, b"\1\0\0\0", length=7), "BAD_LEN"),
    "an instruction longer than the message": (_tlv(1, b"\1\0\0\0", length=64), "BAD_LEN"),
    "an instruction that is too short": (_tlv(2, bytes(4)), "BAD_LEN"),
    "an instruction that is too long": (_tlv(1, b"\1" + bytes(11)), "BAD_LEN"),
}


@pytest.mark.parametrize("name", _INSTRUCTIONS)
def test_instruction(trial: Trial, name: str) -> None:
    """What is no instruction."""
    instruction, code = _INSTRUCTIONS[name]
    _refused(trial, name, _flow13(_NOTHING, instruction), f"BAD_INSTRUCTION/{code}")


def _flow10(actions: bytes = b"", *, command: int = 0) -> bytes:
    """The body of 1.0's flow-mod."""
    match = struct.pack("!I", 0x3FFFFF) + bytes(36)
    return match + struct.pack("!QHHHHIHH", 0, command, 0, 0, 9, _ANY, 0xFFFF, 0) + actions


_MESSAGES: Final[dict[str, tuple[Version, int, bytes, str]]] = {
    "an unknown type": (V1_3, 99, b"", "BAD_REQUEST/BAD_TYPE"),
    "an unknown type, 1.0": (V1_0, 99, b"", "BAD_REQUEST/BAD_TYPE"),
    "a request with more behind it": (V1_3, FEATURES, bytes(8), "BAD_REQUEST/BAD_LEN"),
    "a request with more behind it, 1.0": (V1_0, GET_CONFIG, bytes(8), "BAD_REQUEST/BAD_LEN"),
    "a flow-mod that is too short": (V1_3, FLOW_MOD, bytes(20), "BAD_REQUEST/BAD_LEN"),
    "a flow-mod that is too short, 1.0": (V1_0, FLOW_MOD, bytes(20), "BAD_REQUEST/BAD_LEN"),
    "a packet-out whose actions are longer": (
        V1_3,
        PACKET_OUT,
        struct.pack("!IIH6x", _ANY, 1, 800) + _OUT2 + bytes(60),
        "BAD_REQUEST/BAD_LEN",
    ),
    "a port-mod that is too short": (V1_3, 16, bytes(8), "BAD_REQUEST/BAD_LEN"),
    "a group-mod that is too short": (V1_3, 15, bytes(4), "BAD_REQUEST/BAD_LEN"),
    "a role request that is too short": (V1_3, 24, bytes(4), "BAD_REQUEST/BAD_LEN"),
    "unknown statistics": (V1_3, 18, struct.pack("!HH4x", 99, 0), "BAD_REQUEST/BAD_MULTIPART"),
    "unknown statistics, 1.0": (V1_0, 16, struct.pack("!HH", 99, 0), "BAD_REQUEST/BAD_MULTIPART"),
    "statistics that are too short": (V1_3, 18, struct.pack("!HH4x", 4, 0), "BAD_REQUEST/BAD_LEN"),
    "an unknown experimenter": (V1_3, EXPERIMENTER, b"\0\xab\xcd\xef\0\0\0\1", "BAD_REQUEST/BAD_EXPERIMENTER"),
    "an unknown experimenter, 1.0": (V1_0, EXPERIMENTER, b"\0\xab\xcd\xef\0\0\0\1", "BAD_REQUEST/BAD_EXPERIMENTER"),
    "an unknown experimenter's statistics": (
        V1_3,
        18,
        struct.pack("!HH4xII", 0xFFFF, 0, 0xABCDEF, 1),
        "BAD_REQUEST/BAD_EXPERIMENTER",
    ),
    "Nicira's message of no type, 1.0": (
        V1_0,
        EXPERIMENTER,
        struct.pack("!II", 0x2320, 9999),
        "BAD_REQUEST/BAD_EXP_TYPE",
    ),
    "a flag that there is not": (V1_3, FLOW_MOD, _flow13(_NOTHING, flags=1 << 9), "FLOW_MOD_FAILED/BAD_FLAGS"),
    "an unknown action, 1.0": (V1_0, FLOW_MOD, _flow10(_tlv(99, bytes(4))), "BAD_ACTION/BAD_TYPE"),
    "an action of length 0, 1.0": (V1_0, FLOW_MOD, _flow10(_tlv(0, bytes(4), length=0)), "BAD_ACTION/BAD_LEN"),
    "an action longer than its list, 1.0": (
        V1_0,
        FLOW_MOD,
        _flow10(_tlv(0, bytes(4), length=64)),
        "BAD_ACTION/BAD_LEN",
    ),
    "an experimenter's action, 1.0": (
        V1_0,
        FLOW_MOD,
        _flow10(_tlv(0xFFFF, b"\0\xab\xcd\xef")),
        "BAD_ACTION/BAD_EXPERIMENTER",
    ),
    "output to nowhere, 1.0": (V1_0, FLOW_MOD, _flow10(_tlv(0, b"\xff\xff\0\0")), "BAD_ACTION/BAD_OUT_PORT"),
    "output to a number that is reserved, 1.0": (
        V1_0,
        FLOW_MOD,
        _flow10(_tlv(0, b"\xff\x01\0\0")),
        "BAD_ACTION/BAD_OUT_PORT",
    ),
    "output to TABLE, 1.0": (V1_0, FLOW_MOD, _flow10(_tlv(0, b"\xff\xf9\0\0")), "BAD_ACTION/BAD_OUT_PORT"),
    "an unknown command, 1.0": (V1_0, FLOW_MOD, _flow10(command=9), "FLOW_MOD_FAILED/BAD_COMMAND"),
}


@pytest.mark.parametrize("name", _MESSAGES)
def test_message(trial: Trial, name: str) -> None:
    """What is no message, or one that no switch knows."""
    version, kind, body, error = _MESSAGES[name]
    _refused(trial, name, body, error, kind, version)


@BOTH
def test_another_version(trial: Trial, version: Version) -> None:
    """A message of another version than was agreed on."""
    control = trial.controller(version)
    control.say_bytes(FEATURES, b"", version=V1_3 if version == V1_0 else V1_0)
    assert control.outcome() == "BAD_REQUEST/BAD_VERSION"


@BOTH
@pytest.mark.parametrize("length", [0, 7])
def test_no_length(trial: Trial, version: Version, length: int) -> None:
    """Where a message would be shorter than its header nothing more can be read: the connection ends."""
    control = trial.controller(version)
    control.say_bytes(FEATURES, b"", length=length)
    assert control.outcome() == CLOSED


@BOTH
def test_what_an_error_says(trial: Trial, version: Version) -> None:
    """It has the number of the message that it is about, and its first bytes, at least 64."""
    control = trial.controller(version)
    sent = control.say_bytes(99, bytes(range(200)))
    frame = control.said()
    error = frame.decode()
    assert isinstance(error, Error)
    assert frame.xid == int.from_bytes(sent[4:8])
    assert len(error.data) >= 64
    assert sent.startswith(error.data)


_UNANSWERED: Final[dict[str, messages.Message]] = {
    "a second hello": messages.Hello(),
    "an error": messages.Error(type=1, code=1, data=b"x"),
    "an echo's reply": messages.EchoReply(data=b"?"),
}


@BOTH
@pytest.mark.parametrize("name", _UNANSWERED)
def test_what_is_not_answered(trial: Trial, version: Version, name: str) -> None:
    """A switch that complained of complaints would go on for ever."""
    outcome = trial.controller(version).outcome(_UNANSWERED[name])
    assert outcome == trial.expected(f"{name} of a controller", ACCEPTED)


def _hello(version: int, bitmap: int | None = None) -> bytes:
    element = b"" if bitmap is None else struct.pack("!HHI", 1, 8, bitmap)
    return struct.pack("!BBHI", version, HELLO, 8 + len(element), 5) + element


@pytest.mark.parametrize(
    ("hello", "version"),
    [
        (_hello(1), V1_0),
        (_hello(4), V1_3),
        (_hello(9), V1_3),
        (_hello(6, 1 << 1), V1_0),
        (_hello(6, 1 << 1 | 1 << 4), V1_3),
    ],
    ids=["1.0", "1.3", "a later one", "bits: 1.0", "bits: both"],
)
def test_agreeing(trial: Trial, hello: bytes, version: Version) -> None:
    """The smaller of the highest versions, or the highest that both have as bits (1.3.5, section 6.3.1)."""
    (control,) = trial.met((version, hello))
    control.agree()
    assert control.ask(messages.FeaturesRequest(), messages.FeaturesReply).n_tables


def _answer_to_hello(control: Control) -> str:
    """What comes after the switch's own hello."""
    control.say_bytes(FEATURES, b"")
    while isinstance(said := control.said().decode(), messages.Hello):
        pass
    if isinstance(said, Error):
        assert control.outcome() == CLOSED
        return f"{said.type}/{said.code}"
    return type(said).__name__


@pytest.mark.parametrize(
    ("name", "hello", "version"),
    [("hello: 1.1", _hello(2), V1_0), ("hello: bits of 1.5", _hello(6, 1 << 6), V1_3)],
    ids=["1.1", "bits: 1.5"],
)
def test_no_version_in_common(trial: Trial, name: str, hello: bytes, version: Version) -> None:
    """It says so (HELLO_FAILED, INCOMPATIBLE), and ends the connection."""
    (control,) = trial.met((version, hello))
    assert _answer_to_hello(control) == trial.expected(name, "0/0")

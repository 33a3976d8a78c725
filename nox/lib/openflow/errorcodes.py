"""What a switch may complain of: types and codes in 1.3's terms (1.3.5, section 7.5.4), and how 1.0 numbers them."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from nox.lib.openflow.versions import Version


class ErrorType(IntEnum):
    """``ofp_error_type``."""

    HELLO_FAILED = 0
    BAD_REQUEST = 1
    BAD_ACTION = 2
    BAD_INSTRUCTION = 3
    BAD_MATCH = 4
    FLOW_MOD_FAILED = 5
    GROUP_MOD_FAILED = 6
    PORT_MOD_FAILED = 7
    TABLE_MOD_FAILED = 8
    QUEUE_OP_FAILED = 9
    SWITCH_CONFIG_FAILED = 10
    ROLE_REQUEST_FAILED = 11
    METER_MOD_FAILED = 12
    TABLE_FEATURES_FAILED = 13
    EXPERIMENTER = 0xFFFF


class HelloFailed(IntEnum):
    """Codes of `ErrorType.HELLO_FAILED`."""

    INCOMPATIBLE = 0
    EPERM = 1


class BadRequest(IntEnum):
    """Codes of `ErrorType.BAD_REQUEST`; those up to BUFFER_UNKNOWN are 1.0's too."""

    BAD_VERSION = 0
    BAD_TYPE = 1
    BAD_MULTIPART = 2
    BAD_EXPERIMENTER = 3
    BAD_EXP_TYPE = 4
    EPERM = 5
    BAD_LEN = 6
    BUFFER_EMPTY = 7
    BUFFER_UNKNOWN = 8
    BAD_TABLE_ID = 9
    IS_SLAVE = 10
    BAD_PORT = 11
    BAD_PACKET = 12
    MULTIPART_BUFFER_OVERFLOW = 13


class BadAction(IntEnum):
    """Codes of `ErrorType.BAD_ACTION`; those up to BAD_QUEUE are 1.0's too."""

    BAD_TYPE = 0
    BAD_LEN = 1
    BAD_EXPERIMENTER = 2
    BAD_EXP_TYPE = 3
    BAD_OUT_PORT = 4
    BAD_ARGUMENT = 5
    EPERM = 6
    TOO_MANY = 7
    BAD_QUEUE = 8
    BAD_OUT_GROUP = 9
    MATCH_INCONSISTENT = 10
    UNSUPPORTED_ORDER = 11
    BAD_TAG = 12
    BAD_SET_TYPE = 13
    BAD_SET_LEN = 14
    BAD_SET_ARGUMENT = 15


class BadInstruction(IntEnum):
    """Codes of `ErrorType.BAD_INSTRUCTION`."""

    UNKNOWN_INST = 0
    UNSUP_INST = 1
    BAD_TABLE_ID = 2
    UNSUP_METADATA = 3
    UNSUP_METADATA_MASK = 4
    BAD_EXPERIMENTER = 5
    BAD_EXP_TYPE = 6
    BAD_LEN = 7
    EPERM = 8


class BadMatch(IntEnum):
    """Codes of `ErrorType.BAD_MATCH`."""

    BAD_TYPE = 0
    BAD_LEN = 1
    BAD_TAG = 2
    BAD_DL_ADDR_MASK = 3
    BAD_NW_ADDR_MASK = 4
    BAD_WILDCARDS = 5
    BAD_FIELD = 6
    BAD_VALUE = 7
    BAD_MASK = 8
    BAD_PREREQ = 9
    DUP_FIELD = 10
    EPERM = 11


class FlowModFailed(IntEnum):
    """Codes of `ErrorType.FLOW_MOD_FAILED`."""

    UNKNOWN = 0
    TABLE_FULL = 1
    BAD_TABLE_ID = 2
    OVERLAP = 3
    EPERM = 4
    BAD_TIMEOUT = 5
    BAD_COMMAND = 6
    BAD_FLAGS = 7


class GroupModFailed(IntEnum):
    """Codes of `ErrorType.GROUP_MOD_FAILED`."""

    GROUP_EXISTS = 0
    INVALID_GROUP = 1
    WEIGHT_UNSUPPORTED = 2
    OUT_OF_GROUPS = 3
    OUT_OF_BUCKETS = 4
    CHAINING_UNSUPPORTED = 5
    WATCH_UNSUPPORTED = 6
    LOOP = 7
    UNKNOWN_GROUP = 8
    CHAINED_GROUP = 9
    BAD_TYPE = 10
    BAD_COMMAND = 11
    BAD_BUCKET = 12
    BAD_WATCH = 13
    EPERM = 14


class PortModFailed(IntEnum):
    """Codes of `ErrorType.PORT_MOD_FAILED`; the first two are 1.0's too."""

    BAD_PORT = 0
    BAD_HW_ADDR = 1
    BAD_CONFIG = 2
    BAD_ADVERTISE = 3
    EPERM = 4


class TableModFailed(IntEnum):
    """Codes of `ErrorType.TABLE_MOD_FAILED`."""

    BAD_TABLE = 0
    BAD_CONFIG = 1
    EPERM = 2


class QueueOpFailed(IntEnum):
    """Codes of `ErrorType.QUEUE_OP_FAILED`; 1.0's too."""

    BAD_PORT = 0
    BAD_QUEUE = 1
    EPERM = 2


class SwitchConfigFailed(IntEnum):
    """Codes of `ErrorType.SWITCH_CONFIG_FAILED`."""

    BAD_FLAGS = 0
    BAD_LEN = 1
    EPERM = 2


class RoleRequestFailed(IntEnum):
    """Codes of `ErrorType.ROLE_REQUEST_FAILED`."""

    STALE = 0
    UNSUP = 1
    BAD_ROLE = 2


class MeterModFailed(IntEnum):
    """Codes of `ErrorType.METER_MOD_FAILED`."""

    UNKNOWN = 0
    METER_EXISTS = 1
    INVALID_METER = 2
    UNKNOWN_METER = 3
    BAD_COMMAND = 4
    BAD_FLAGS = 5
    BAD_RATE = 6
    BAD_BURST = 7
    BAD_BAND = 8
    BAD_BAND_VALUE = 9
    OUT_OF_METERS = 10
    OUT_OF_BANDS = 11


class TableFeaturesFailed(IntEnum):
    """Codes of `ErrorType.TABLE_FEATURES_FAILED`."""

    BAD_TABLE = 0
    BAD_METADATA = 1
    BAD_TYPE = 2
    BAD_LEN = 3
    BAD_ARGUMENT = 4
    EPERM = 5


_CODES: Final[dict[int, type[IntEnum]]] = {
    ErrorType.HELLO_FAILED: HelloFailed,
    ErrorType.BAD_REQUEST: BadRequest,
    ErrorType.BAD_ACTION: BadAction,
    ErrorType.BAD_INSTRUCTION: BadInstruction,
    ErrorType.BAD_MATCH: BadMatch,
    ErrorType.FLOW_MOD_FAILED: FlowModFailed,
    ErrorType.GROUP_MOD_FAILED: GroupModFailed,
    ErrorType.PORT_MOD_FAILED: PortModFailed,
    ErrorType.TABLE_MOD_FAILED: TableModFailed,
    ErrorType.QUEUE_OP_FAILED: QueueOpFailed,
    ErrorType.SWITCH_CONFIG_FAILED: SwitchConfigFailed,
    ErrorType.ROLE_REQUEST_FAILED: RoleRequestFailed,
    ErrorType.METER_MOD_FAILED: MeterModFailed,
    ErrorType.TABLE_FEATURES_FAILED: TableFeaturesFailed,
}


class ErrorType10(IntEnum):
    """``ofp_error_type`` of OpenFlow 1.0 (1.0.0, section 5.4.4)."""

    HELLO_FAILED = 0
    BAD_REQUEST = 1
    BAD_ACTION = 2
    FLOW_MOD_FAILED = 3
    PORT_MOD_FAILED = 4
    QUEUE_OP_FAILED = 5


class FlowModFailed10(IntEnum):
    """Codes of `ErrorType10.FLOW_MOD_FAILED`."""

    ALL_TABLES_FULL = 0
    OVERLAP = 1
    EPERM = 2
    BAD_EMERG_TIMEOUT = 3
    BAD_COMMAND = 4
    UNSUPPORTED = 5


Error = tuple[int, int]  # type and code

_FLOW_MOD10: Final[dict[FlowModFailed10, Error]] = {
    FlowModFailed10.ALL_TABLES_FULL: (ErrorType.FLOW_MOD_FAILED, FlowModFailed.TABLE_FULL),
    FlowModFailed10.OVERLAP: (ErrorType.FLOW_MOD_FAILED, FlowModFailed.OVERLAP),
    FlowModFailed10.EPERM: (ErrorType.FLOW_MOD_FAILED, FlowModFailed.EPERM),
    FlowModFailed10.BAD_EMERG_TIMEOUT: (ErrorType.FLOW_MOD_FAILED, FlowModFailed.BAD_TIMEOUT),
    FlowModFailed10.BAD_COMMAND: (ErrorType.FLOW_MOD_FAILED, FlowModFailed.BAD_COMMAND),
    FlowModFailed10.UNSUPPORTED: (ErrorType.BAD_ACTION, BadAction.UNSUPPORTED_ORDER),
}
_SAME_CODES: Final[dict[ErrorType10, tuple[ErrorType, IntEnum]]] = {  # with the last code that 1.0 has
    ErrorType10.HELLO_FAILED: (ErrorType.HELLO_FAILED, HelloFailed.EPERM),
    ErrorType10.BAD_REQUEST: (ErrorType.BAD_REQUEST, BadRequest.BUFFER_UNKNOWN),
    ErrorType10.BAD_ACTION: (ErrorType.BAD_ACTION, BadAction.BAD_QUEUE),
    ErrorType10.PORT_MOD_FAILED: (ErrorType.PORT_MOD_FAILED, PortModFailed.BAD_HW_ADDR),
    ErrorType10.QUEUE_OP_FAILED: (ErrorType.QUEUE_OP_FAILED, QueueOpFailed.EPERM),
}
_FROM_1_0: Final[dict[Error, Error]] = {
    **{(old, code): (new, code) for old, (new, last) in _SAME_CODES.items() for code in range(last + 1)},
    **{(ErrorType10.FLOW_MOD_FAILED, code): error for code, error in _FLOW_MOD10.items()},
}
_TO_1_0: Final[dict[Error, Error]] = {
    **{new: old for old, new in _FROM_1_0.items()},
    (ErrorType.BAD_REQUEST, BadRequest.IS_SLAVE): (ErrorType10.BAD_REQUEST, BadRequest.EPERM),  # of Nicira's roles
}
_NEAREST_1_0: Final[Error] = (ErrorType10.BAD_REQUEST, BadRequest.BAD_LEN)


def from_version(error: Error, version: Version) -> Error | None:
    """An error that a switch sent, in 1.3's terms; None for one that its version does not define."""
    return _FROM_1_0.get(error) if version == Version.V1_0 else error


def to_version(error: Error, version: Version) -> Error:
    """An error in 1.3's terms, to be sent. 1.0 has no name for many: these become BAD_REQUEST, BAD_LEN."""
    return _TO_1_0.get(error, _NEAREST_1_0) if version == Version.V1_0 else error


def errors(version: Version) -> tuple[Error, ...]:
    """Every error that a version defines, as it numbers it."""
    if version == Version.V1_0:
        return tuple(_FROM_1_0)
    return tuple((error_type, code.value) for error_type, codes in _CODES.items() for code in codes)


def name(error: Error) -> str:
    """An error in 1.3's terms by its names: ``BAD_MATCH/BAD_PREREQ``; by numbers where it has none."""
    error_type, code = error
    return f"{_name(ErrorType, error_type, 'type')}/{_name(_CODES.get(error_type), code, 'code')}"


def _name(names: type[IntEnum] | None, number: int, what: str) -> str:
    members = {member.value: member.name for member in names or ()}
    return members.get(number, f"{what} {number}")

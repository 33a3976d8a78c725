"""What a switch does not do, by the specification's type and code (1.3.5, section 7.5.4)."""

from __future__ import annotations

from enum import IntEnum

from nox.lib.errors import NoxError
from nox.lib.openflow import errorcodes
from nox.lib.openflow.errorcodes import ErrorType

_TYPES = {
    errorcodes.BadRequest: ErrorType.BAD_REQUEST,
    errorcodes.BadAction: ErrorType.BAD_ACTION,
    errorcodes.BadInstruction: ErrorType.BAD_INSTRUCTION,
    errorcodes.BadMatch: ErrorType.BAD_MATCH,
    errorcodes.FlowModFailed: ErrorType.FLOW_MOD_FAILED,
    errorcodes.GroupModFailed: ErrorType.GROUP_MOD_FAILED,
    errorcodes.PortModFailed: ErrorType.PORT_MOD_FAILED,
    errorcodes.TableModFailed: ErrorType.TABLE_MOD_FAILED,
    errorcodes.QueueOpFailed: ErrorType.QUEUE_OP_FAILED,
    errorcodes.SwitchConfigFailed: ErrorType.SWITCH_CONFIG_FAILED,
    errorcodes.RoleRequestFailed: ErrorType.ROLE_REQUEST_FAILED,
    errorcodes.MeterModFailed: ErrorType.METER_MOD_FAILED,
    errorcodes.TableFeaturesFailed: ErrorType.TABLE_FEATURES_FAILED,
}


class Refused(NoxError):
    """A controller asked for what the switch does not do.

    :ivar error: type and code in 1.3's terms.
    """

    def __init__(self, code: IntEnum, sentence: str) -> None:
        super().__init__(sentence)
        self.error = (int(_TYPES[type(code)]), int(code))

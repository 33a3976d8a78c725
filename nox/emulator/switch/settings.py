"""What a switch is made with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FailMode(Enum):
    """What a switch does while it has no controller (1.3.5, section 6.3.2)."""

    SECURE = "secure"  # the entries go on; what is meant for the controller is dropped
    STANDALONE = "standalone"  # it forwards as a switch without OpenFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a switch is built.

    :ivar tables: how many; `entries`: in each.
    :ivar buffers: packets that it keeps for the controller; 0 for none, as Open vSwitch.
    :ivar probe: seconds of silence after which it asks a controller whether it is there; as long again, and it is gone.
    """

    tables: int = 8
    entries: int = 100_000
    buffers: int = 256
    fail_mode: FailMode = FailMode.SECURE
    probe: float = 5.0
    manufacturer: str = "NOX"
    hardware: str = "emulated switch"
    software: str = "nox.emulator"

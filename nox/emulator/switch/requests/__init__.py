"""What a switch does with each message of a controller, one file a subject."""

from __future__ import annotations

from typing import Final

from nox.emulator.switch.requests import (
    basics,
    flows,
    furnishings,
    groupstats,
    meterstats,
    packets,
    roles,
    statistics,
    tablefeatures,
)
from nox.emulator.switch.requests.answering import Handlers

HANDLERS: Final[Handlers] = {
    **basics.HANDLERS,
    **flows.HANDLERS,
    **packets.HANDLERS,
    **furnishings.HANDLERS,
    **roles.HANDLERS,
    **statistics.HANDLERS,
    **groupstats.HANDLERS,
    **meterstats.HANDLERS,
    **tablefeatures.HANDLERS,
}

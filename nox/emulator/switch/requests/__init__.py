"""What a switch does with each message of a controller, one file a subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nox.emulator.switch.requests import (
    basics,
    flows,
    furnishings,
    groupstats,
    meterstats,
    nicira,
    packets,
    roles,
    statistics,
    tablefeatures,
)
from nox.emulator.switch.requests.answering import Handlers
from nox.lib.openflow.versions import Version

_BOTH: Final[Handlers] = {
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
HANDLERS: Final[Mapping[Version, Handlers]] = {
    Version.V1_0: {**_BOTH, **nicira.HANDLERS},
    Version.V1_3: _BOTH,
}

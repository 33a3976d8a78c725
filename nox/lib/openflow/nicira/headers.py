"""What stands before all that is Nicira's: experimenter and type, which the tables of numbers fill in."""

from __future__ import annotations

from typing import Final

from nox.lib.openflow.messages.multipart import PREFIX
from nox.lib.openflow.structure import Layout, pad
from nox.lib.openflow.versions import Version

MESSAGE: Final[Layout] = (pad(8),)  # nicira_header
STATS: Final[Layout] = (*PREFIX, pad(8), pad(4, until=Version.V1_0))  # nicira10_stats_msg, nicira11_stats_msg

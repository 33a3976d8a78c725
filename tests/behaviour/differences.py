"""Where Open vSwitch 3.1 differs from the specification, with what it does instead and why.

Everything else of the suite holds for it and for the emulated switch alike. A row whose words no test asks for, or that
says what the specification says, fails: the table cannot grow stale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Difference:
    """One of them.

    :ivar does: what it does, in the terms of the test that asks.
    :ivar reason: why.
    """

    does: object
    reason: str


_NO_FIELD: Final = "its flow key has no such field"

DIFFERENCES: Final[dict[str, Difference]] = {
    "match in_phy_port": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match pbb_isid": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match pbb_isid, masked": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match ipv6_exthdr": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
    "match ipv6_exthdr, masked": Difference("BAD_MATCH/BAD_FIELD", _NO_FIELD),
}

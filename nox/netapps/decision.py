"""What may be done with a flow, and by which way."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Verdict(enum.Enum):
    """Whether a flow may pass."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Place:
    """A port of a switch."""

    dpid: int
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What a path must hold to.

    :ivar through: switches or middleboxes' places that it goes through, in this order.
    :ivar avoid: switches that it never crosses; `avoid_links`: ports that it never leaves by.
    :ivar bandwidth: kbit/s that each of its links has at least; 0 for none.
    :ivar disjoint_from: a path with which it shares no link: a backup of that one.
    """

    through: tuple[int | Place, ...] = ()
    avoid: frozenset[int] = frozenset()
    avoid_links: frozenset[Place] = frozenset()
    bandwidth: int = 0
    disjoint_from: Path | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One switch of a path: the flow comes in at one port and leaves by the other."""

    dpid: int
    in_port: int
    out_port: int


Path = tuple[Hop, ...]  # from the source's switch to the destination's; one hop where both are on one switch

ANYWHERE = Constraints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about a flow. Nothing forwards a flow that has none.

    :ivar rule: what decided, for `noxctl` and flow records. :ivar revision: of the policy; 0 where there is none.
    :ivar constraints: for the path of a flow that may pass.
    :ivar answers: whether a TCP connection's answers may pass as well: their entries are then written with its own.
    """

    verdict: Verdict
    rule: str
    revision: int = 0
    constraints: Constraints = ANYWHERE
    answers: bool = True

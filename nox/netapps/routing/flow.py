"""One flow: from where to where, by which path, and which of its entries are in switches."""

from __future__ import annotations

from math import inf

from nox.core.openflow.events import PacketIn
from nox.netapps.decision import Decision, Path, Place
from nox.netapps.routing.change import Change
from nox.netapps.routing.identity import Identity

HostKey = tuple[bytes, int]  # an Ethernet address and a VLAN, as in the view
Entry = tuple[int, int]  # a switch, and the port by which the flow comes in: a switch has one entry for it


class Flow:
    """A flow that may pass.

    :ivar cookie: of all its entries; `former`: of those that an earlier run wrote, 0 for none.
    :ivar path: that it takes, or will once `change` is carried out.
    :ivar hops: all its entries as they shall be, the path's first: with backups and detours where it has them.
    :ivar entries: what has been written and not removed: where each switch sends the flow.
    :ivar change: what is being done about its entries; None where nothing is.
    :ivar held: packets that wait for the path.
    :ivar refused: switches that refused it, or did not answer.
    :ivar answers: the flow of its answers, which is set up with it; None where there is none.
    :ivar written: when its entries were written last, seconds of the clock.
    :ivar begun: when that of its first switch was; minus infinity where another run did.
    :ivar is_confirmed: whether its first switch is known to have it.
    """

    __slots__ = (
        "answers",
        "begun",
        "change",
        "cookie",
        "decision",
        "destination",
        "entries",
        "former",
        "held",
        "hops",
        "identity",
        "is_confirmed",
        "number",
        "path",
        "receiver",
        "refused",
        "sender",
        "source",
        "written",
    )

    def __init__(
        self,
        identity: Identity,
        cookie: int,
        number: int,
        *,
        sender: HostKey,
        receiver: HostKey,
        source: Place,
        destination: Place,
        decision: Decision,
    ) -> None:
        self.former = 0
        self.identity = identity
        self.cookie = cookie
        self.number = number
        self.sender = sender
        self.receiver = receiver
        self.source = source
        self.destination = destination
        self.decision = decision
        self.path: Path = ()
        self.hops: Path = ()
        self.entries: dict[Entry, int] = {}
        self.change: Change | None = None
        self.held: list[PacketIn] = []
        self.refused: set[int] = set()
        self.answers: Flow | None = None
        self.written = 0.0
        self.begun = -inf
        self.is_confirmed = True

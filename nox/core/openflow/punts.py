"""The component ``punts``: packets that always reach the controller.

Each is an entry in the band `plan.PUNT` that is stated for every switch (`IFlows.state`): it is there before the
switch's join is announced, and one that is there already is not touched. An empty match is the table miss, at the
lowest priority: an entry in 1.0 too, where it takes the place of whatever a component that ran before has left there.
On Open vSwitch two more entries stand beside the table miss (`openings`).
"""

from __future__ import annotations

from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.record import ComponentRecord
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IDatapaths, IFlows, IPunts, IScoped
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathLeave
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.handshake import MISS_SEND_LEN
from nox.core.openflow.openings import caches_decisions, openings
from nox.core.plan import MISS, PUNT
from nox.lib.actions import CONTROLLER, Output
from nox.lib.errors import ComponentError
from nox.lib.match import Match

_ALL = Match()  # the table miss


@implementer(IScoped)
class Punts(Component):
    """Keeps the punts of all components in all switches."""

    views = (IPunts,)
    datapaths = requires(IDatapaths)
    flows = requires(IFlows)

    def bind(self) -> None:
        """Begin with nothing wanted."""
        self._wanted: dict[Match, list[int]] = {}
        self._with_openings: dict[int, Datapath] = {}

    async def start(self) -> None:
        """Hear of switches before `flows` compares them."""
        self.own(self.datapaths.before_join(self._before_join), "join hook")
        self.register(DatapathLeave, self._left)

    def scoped(self, record: ComponentRecord) -> IPunts:
        """The view of one component."""
        return OwnedPunts(self, record)

    def add(self, match: Match, max_len: int) -> None:
        """One more component wants these packets."""
        self._wanted.setdefault(match, []).append(max_len)
        self._state(match)

    def drop(self, match: Match, max_len: int) -> None:
        """One component less wants them; the entry goes with the last."""
        wanted = self._wanted[match]
        wanted.remove(max_len)
        if wanted:
            self._state(match)
        else:
            del self._wanted[match]
            self.flows.withdraw(_entry(match, max_len))
            for dpid in list(self._with_openings) if match == _ALL else ():
                self._withdraw_openings(dpid)

    def _state(self, match: Match) -> None:
        """State the entry as it shall be now."""
        self.flows.state(_entry(match, max(self._wanted[match])))
        for datapath in self.datapaths.all() if match == _ALL else ():
            self._before_join(datapath)

    def _before_join(self, datapath: Datapath) -> None:
        """State what stands beside the table miss, while somebody wants that."""
        for dpid in [dpid for dpid, other in self._with_openings.items() if other.channel.closing]:
            self._withdraw_openings(dpid)  # it has gone before it had joined
        if _ALL in self._wanted and caches_decisions(datapath):
            self._with_openings[datapath.dpid] = datapath
            self.flows.state(openings(max(self._wanted[_ALL])), dpid=datapath.dpid)

    def _left(self, event: DatapathLeave) -> Outcome:
        """Forget what was stated for it. It keeps the entries, and finds them stated when it returns."""
        self._withdraw_openings(event.dpid)
        return CONTINUE

    def _withdraw_openings(self, dpid: int) -> None:
        if self._with_openings.pop(dpid, None) is not None:
            self.flows.withdraw(openings(0), dpid=dpid)


def _entry(match: Match, max_len: int) -> FlowSpec:
    return FlowSpec(
        match=match,
        priority=PUNT.low if len(match) else MISS.low,
        actions=(Output(CONTROLLER, max_len=max_len),),
    )


@implementer(IPunts)
class OwnedPunts:
    """What one component wants."""

    def __init__(self, punts: Punts, record: ComponentRecord) -> None:
        self._punts = punts
        self._record = record

    def want(self, match: Match, max_len: int = MISS_SEND_LEN) -> None:
        """Ask every switch for packets that match; see `IPunts`."""
        if not len(match) and MISS not in self._record.cls.bands:
            raise ComponentError(
                f"{self._record.name} asks for the packets that no entry fits, but does not declare the band of "
                f"priorities for that: add MISS to {self._record.cls.__name__}.bands"
            )
        self._punts.add(match, max_len)
        self._record.own(lambda: self._punts.drop(match, max_len), "punt")

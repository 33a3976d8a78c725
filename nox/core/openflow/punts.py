"""The component ``punts``: packets that always reach the controller.

Each is an entry in the band `plan.PUNT` of every switch, written before the switch's join is announced. An empty match
is the table miss, at the lowest priority: an entry in 1.0 too, where it takes the place of whatever a component that
ran before may have left there.
"""

from __future__ import annotations

from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.record import ComponentRecord
from nox.core.interfaces import IDatapaths, IFlows, IPunts, IScoped
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.handshake import MISS_SEND_LEN
from nox.core.plan import MISS, PUNT
from nox.lib.actions import CONTROLLER, Output
from nox.lib.errors import ComponentError, LocalProtocolError
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand


@implementer(IScoped)
class Punts(Component):
    """Keeps the punts of all components in all switches."""

    views = (IPunts,)
    datapaths = requires(IDatapaths)
    flows = requires(IFlows)

    def bind(self) -> None:
        """Begin with nothing wanted."""
        self._wanted: dict[Match, list[int]] = {}

    async def start(self) -> None:
        """Have the punts written into each switch that joins."""
        self.own(self.datapaths.before_join(self._write_all), "join hook")

    def scoped(self, record: ComponentRecord) -> IPunts:
        """The view of one component."""
        return OwnedPunts(self, record)

    def add(self, match: Match, max_len: int) -> None:
        """One more component wants these packets."""
        self._wanted.setdefault(match, []).append(max_len)
        for datapath in self.datapaths.all():
            self._write(datapath, match)

    def drop(self, match: Match, max_len: int) -> None:
        """One component less wants them; the entry goes with the last."""
        wanted = self._wanted[match]
        wanted.remove(max_len)
        if not wanted:
            del self._wanted[match]
        for datapath in self.datapaths.all():
            self._write(datapath, match)

    def _write_all(self, datapath: Datapath) -> None:
        for match in self._wanted:
            self._write(datapath, match)

    def _write(self, datapath: Datapath, match: Match) -> None:
        """Write the entry as it shall be now; or remove it, when nobody wants it any more."""
        lengths = self._wanted.get(match, [])
        flow = FlowSpec(
            match=match,
            priority=PUNT.low if len(match) else MISS.low,
            actions=(Output(CONTROLLER, max_len=max(lengths, default=0)),),
        )
        try:
            if lengths:
                self.flows.add(datapath, flow)
            else:
                datapath.send(datapath.translator.flow_mod(FlowModCommand.DELETE_STRICT, flow))
        except LocalProtocolError as error:
            self.log.warn(
                "switch {dpid} cannot punt {match}: {error}", dpid=str(datapath), match=str(match), error=str(error)
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

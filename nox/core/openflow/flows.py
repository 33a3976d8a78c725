"""The component ``flows``: flow entries, each with its owner's cookie.

A cookie says which component an entry belongs to, in which epoch of this controller it was written, and the flow's
number (`nox.core.plan`). Each component sees `IFlows` as a view of its own. A view writes with its own cookies and
removes no others' entries: 1.3 matches cookies in a deletion; 1.0 does not, so there the entries are read first and
those that are ours are deleted one by one.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

from twisted.internet.defer import Deferred, gatherResults
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.record import ComponentRecord
from nox.core.interfaces import IDatapaths, IFlows, IScoped
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.flowshape import FlowShape
from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.prepared import PreparedFlow, compile_shape
from nox.core.openflow.requests import RequestError
from nox.core.plan import COMPONENT_MASK, component_of, cookie
from nox.lib.actions import ANY, Action
from nox.lib.match import Match
from nox.lib.openflow import FlowModCommand, Version


@implementer(IScoped)
class Flows(Component):
    """Flow entries, by owner."""

    views = (IFlows,)
    datapaths = requires(IDatapaths)

    def bind(self) -> None:
        """Begin an epoch."""
        self.epoch = int(time.time()) & 0xFFFF

    def scoped(self, record: ComponentRecord) -> IFlows:
        """The view of one component; with ``on_stop = "remove"`` its entries go with it."""
        view = OwnedFlows(record, self.epoch)
        if record.config.on_stop == "remove":
            record.own(lambda: self._remove_everywhere(view), "flow entries")
        return view

    def _remove_everywhere(self, view: OwnedFlows) -> Deferred[list[None]]:
        removals = [Deferred.fromCoroutine(self._remove(view, datapath)) for datapath in self.datapaths.all()]
        return gatherResults(removals)

    async def _remove(self, view: OwnedFlows, datapath: Datapath) -> None:
        try:
            await view.remove(datapath)
        except RequestError as error:
            self.log.warn("entries may be left in switch {dpid}: {error}", dpid=str(datapath), error=str(error))


@implementer(IFlows)
class OwnedFlows:
    """The flow entries of one component."""

    def __init__(self, record: ComponentRecord, epoch: int) -> None:
        self._number = record.number
        self._epoch = epoch
        self._flows = itertools.count(1)
        self._base = cookie(record.number, epoch, 0)

    def _next(self) -> int:
        return next(self._flows) & 0xFFFFFFFF

    def prepare(
        self,
        fields: Sequence[str],
        *,
        priority: int,
        actions: Sequence[Action],
        fixed: Match | None = None,
        idle_timeout: int = 0,
        hard_timeout: int = 0,
        notify_removed: bool = False,
        widen: bool = False,
    ) -> PreparedFlow:
        """A shape of entry, made once; see `IFlows`."""
        shape = FlowShape(
            fields=tuple(fields),
            fixed=fixed if fixed is not None else Match(),
            actions=tuple(actions),
            priority=priority,
            idle_timeout=idle_timeout,
            hard_timeout=hard_timeout,
            notify_removed=notify_removed,
            widen=widen,
        )
        compile_shape(shape, Version.V1_3)  # what the richest version cannot say is wrong: refuse it now
        return PreparedFlow(shape, self._base, self._next)

    def add(self, datapath: Datapath, flow: FlowSpec) -> int:
        """Write one entry; its cookie."""
        value = self._base | self._next()
        datapath.send(datapath.translator.flow_mod(FlowModCommand.ADD, flow, cookie=value))
        return value

    async def remove(self, datapath: Datapath, match: Match | None = None, *, out_port: int = ANY) -> None:
        """Remove this component's entries that lie within a match and send to a port; see `IFlows`."""
        within = match if match is not None else Match()
        if datapath.version == Version.V1_0:
            await self._remove_one_by_one(datapath, within, out_port)
            return
        datapath.send(
            datapath.translator.flow_mod(
                FlowModCommand.DELETE,
                FlowSpec(match=within, table_id=0xFF),
                cookie=cookie(self._number, 0, 0),
                cookie_mask=COMPONENT_MASK,
                out_port=out_port,
            )
        )
        await datapath.barrier()

    async def _remove_one_by_one(self, datapath: Datapath, within: Match, out_port: int) -> None:
        """1.0's deletion takes whatever lies within the match: name each entry of ours."""
        for entry in await datapath.flow_stats(within, out_port=out_port):
            if component_of(entry.cookie) == self._number:
                flow = FlowSpec(match=entry.match, priority=entry.priority)
                datapath.send(datapath.translator.flow_mod(FlowModCommand.DELETE_STRICT, flow))
        await datapath.barrier()

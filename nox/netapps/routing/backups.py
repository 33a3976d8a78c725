"""Whether flows have backups in the switches: fast-failover groups, as far as every switch takes them."""

from __future__ import annotations

from collections.abc import Collection

from twisted.logger import Logger

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.requests import RequestError
from nox.lib.graph import Graph
from nox.netapps.decision import Path
from nox.netapps.routing.entries import Entries
from nox.netapps.routing.flow import Flow
from nox.netapps.routing.protection import protect


class Backups:
    """The backups of all flows.

    :param wanted: whether the configuration wants them.
    :param old: the switches that speak OpenFlow 1.0, which has no groups; kept by whoever gives it.
    """

    def __init__(self, graph: Graph, entries: Entries, *, wanted: bool, old: Collection[int], log: Logger) -> None:
        self._graph, self._entries = graph, entries
        self._wanted, self._old, self._log = wanted, old, log
        self._without: set[int] = set()  # switches that take no such groups

    def protect(self, flow: Flow, path: Path) -> Path:
        """A path's hops, with backups where the configuration wants them and every switch has groups."""
        if not self._wanted or self._old or self._without:
            return path
        return protect(self._graph, path, flow.decision.constraints)

    def refused(self, datapath: Datapath) -> None:
        """A switch takes no such groups: from now on paths have no backups."""
        if not self._without:
            self._log.warn(
                "switch {dpid} takes no fast-failover groups: flows have no backups in switches", dpid=str(datapath)
            )
        self._without.add(datapath.dpid)

    async def keep(self, datapath: Datapath) -> None:
        """State the groups that are there; a switch that does not even tell them takes none.

        :raises RequestError: when the switch does not answer.
        """
        try:
            await self._entries.keep_groups(datapath)
        except RequestError as error:
            if error.error_type is None:
                raise
            self.refused(datapath)

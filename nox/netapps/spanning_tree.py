"""The component ``spanning_tree``: switches that flood by themselves do so along the tree of ``topology``.

It sets ``NO_FLOOD`` on each port that is outside of the tree and no edge, and takes it back as the tree changes, and
from all ports when it stops. ``normal`` and entries that flood then work in a network with loops.

Only OpenFlow 1.0 has ``NO_FLOOD``: of a switch with another version it is said once that it is not protected.
"""

from __future__ import annotations

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.events.event import CONTINUE, Outcome
from nox.core.interfaces import IDatapaths
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathJoin, DatapathLeave, PortStatus
from nox.lib.openflow.enums import ReservedPort
from nox.lib.openflow.enums10 import PortConfig10
from nox.lib.openflow.versions import Version
from nox.netapps.events import PortRoleChanged, TopologyChanged
from nox.netapps.interfaces import ITopology

NO_FLOOD = int(PortConfig10.NO_FLOOD)


class SpanningTree(Component):
    """Keeps switches from flooding out of ports that are not in the tree."""

    datapaths = requires(IDatapaths)
    topology = requires(ITopology)

    async def start(self) -> None:
        """Set all ports, and follow the tree."""
        self._blocked: dict[int, set[int]] = {}
        self.register(DatapathJoin, lambda event: self._joined(event.datapath))
        self.register(DatapathLeave, self._left)
        self.register(PortStatus, self._port_status)
        self.register(PortRoleChanged, lambda event: self._set_by(event.dpid))
        self.register(TopologyChanged, self._changed)
        for datapath in self.datapaths.all():
            self._joined(datapath)

    async def stop(self) -> None:
        """Let all ports flood that were kept from it."""
        for dpid, blocked in self._blocked.items():
            datapath = self.datapaths.get(dpid)
            for port in blocked if datapath is not None else ():
                assert datapath is not None
                _flood(datapath, port, True)

    def _joined(self, datapath: Datapath) -> Outcome:
        if datapath.version != Version.V1_0:
            self.log.warn(
                "switch {dpid} speaks OpenFlow {version}, which has no NO_FLOOD: what it floods by itself goes out"
                " of all its ports; let the component switch flood there, or have it speak 1.0",
                dpid=str(datapath),
                version=datapath.version.text,
            )
            return CONTINUE
        self._blocked[datapath.dpid] = {
            number for number, port in datapath.ports.items() if port.config & NO_FLOOD and number < ReservedPort.MAX
        }
        return self._set(datapath)

    def _left(self, event: DatapathLeave) -> Outcome:
        self._blocked.pop(event.dpid, None)
        return CONTINUE

    def _port_status(self, event: PortStatus) -> Outcome:
        """A port may be another one of the same number: believe what it says."""
        blocked = self._blocked.get(event.dpid)
        if blocked is None:
            return CONTINUE
        if event.port.config & NO_FLOOD and event.port.number < ReservedPort.MAX:
            blocked.add(event.port.number)
        else:
            blocked.discard(event.port.number)
        return self._set(event.datapath)

    def _changed(self, event: TopologyChanged) -> Outcome:
        for dpid in event.flooding:
            self._set_by(dpid)
        return CONTINUE

    def _set_by(self, dpid: int) -> Outcome:
        datapath = self.datapaths.get(dpid)
        return self._set(datapath) if datapath is not None else CONTINUE

    def _set(self, datapath: Datapath) -> Outcome:
        """Change what differs: ports are kept from flooding first, and let flood after."""
        blocked = self._blocked.get(datapath.dpid)
        if blocked is None:
            return CONTINUE
        ports = {number for number in datapath.ports if number < ReservedPort.MAX}
        wanted = ports - set(self.topology.flood_ports(datapath.dpid))
        for port in sorted(wanted - blocked):
            _flood(datapath, port, False)
        for port in sorted(blocked & ports - wanted):
            _flood(datapath, port, True)
        self._blocked[datapath.dpid] = wanted
        return CONTINUE


def _flood(datapath: Datapath, port: int, may: bool) -> None:
    if port in datapath.ports:
        datapath.set_port(port, config=0 if may else NO_FLOOD, mask=NO_FLOOD)

"""Switches and ports as rows of the view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.portinfo import PortInfo
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Port, Switch
from nox.core.view.tables import PORTS, SWITCHES
from nox.netapps.discovery.ports import is_ordinary
from nox.netapps.discovery.recorder import Recorder


class Inventory:
    """Writes which switches and ports there are. What the operator has named keeps its name."""

    def __init__(self, view: INetworkView, recorder: Recorder) -> None:
        self._view = view
        self._recorder = recorder

    def joined(self, datapath: Datapath) -> None:
        """A switch is there, with these ports and no others."""
        known = self._view.get(SWITCHES, datapath.dpid) or Switch(dpid=datapath.dpid)
        told = datapath.description
        if told is not None:
            known = replace(
                known,
                manufacturer=told.manufacturer,
                hardware=told.hardware,
                software=told.software,
                serial=told.serial_number,
            )
        self._recorder.put(SWITCHES, (datapath.dpid,), replace(known, connected=True))
        for row in self._ports(datapath.dpid):
            if row.number not in datapath.ports:
                self._recorder.delete(PORTS, (row.dpid, row.number))
        for port in filter(is_ordinary, datapath.ports.values()):
            self.port(datapath.dpid, port)

    def port(self, dpid: int, port: PortInfo) -> None:
        """A port is as it is."""
        row = Port(
            dpid=dpid,
            number=port.number,
            hw_addr=port.hw_addr,
            name=port.name,
            up=port.is_up,
            speed=port.current_speed,
        )
        self._recorder.put(PORTS, (dpid, port.number), row)

    def no_port(self, dpid: int, number: int) -> None:
        """A port is not there any more."""
        self._recorder.delete(PORTS, (dpid, number))

    def left(self, dpid: int) -> None:
        """A switch has gone: nobody knows how its ports are."""
        known = self._view.get(SWITCHES, dpid)
        self._recorder.put(SWITCHES, (dpid,), replace(known or Switch(dpid=dpid), connected=False))
        for row in self._ports(dpid):
            self._recorder.put(PORTS, (dpid, row.number), replace(row, up=False))

    def tidy(self, is_there: Iterable[int]) -> None:
        """Switches that an earlier run has seen, and that have not come back."""
        there = set(is_there)
        for row in self._view.rows(SWITCHES):
            if row.connected and row.dpid not in there:
                self.left(row.dpid)

    def _ports(self, dpid: int) -> list[Port]:
        return list(self._view.find(PORTS, "switch", dpid))

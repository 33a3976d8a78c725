"""Switches and ports as rows of the view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.portinfo import PortInfo
from nox.core.view.interfaces import INetworkView
from nox.core.view.rows import Port, Switch
from nox.core.view.tables import LOCATIONS, PORTS, SWITCHES
from nox.netapps.discovery.evidence import Evidence
from nox.netapps.discovery.links import Place
from nox.netapps.discovery.ports import is_ordinary
from nox.netapps.discovery.recorder import Recorder

LONG_AGO: Final = 0.0  # seconds since 1970: before any switch that is new now has joined


class Inventory:
    """Writes which switches and ports there are. What the operator has named keeps its name."""

    def __init__(self, view: INetworkView, recorder: Recorder, evidence: Evidence) -> None:
        self._view = view
        self._recorder = recorder
        self._evidence = evidence

    def recall(self, datapath: Datapath) -> None:
        """Read at which of a switch's ports an earlier run has seen hosts: a restart must not forget that."""
        for number, port in datapath.ports.items():
            place, row = (datapath.dpid, number), self._view.get(PORTS, datapath.dpid, number)
            was_seen = row is not None and row.carried_host
            if port.is_up and (was_seen or self._view.find(LOCATIONS, "place", *place)):
                self._evidence.carried(place, LONG_AGO)

    def joined(self, datapath: Datapath) -> None:
        """A switch is there, with these ports and no others."""
        self.switch(datapath)
        for row in self._ports(datapath.dpid):
            if row.number not in datapath.ports:
                self._recorder.delete(PORTS, (row.dpid, row.number))
        for port in filter(is_ordinary, datapath.ports.values()):
            self.port(datapath.dpid, port)

    def switch(self, datapath: Datapath) -> None:
        """A switch is there, and is what it says of itself."""
        self._recorder.put(SWITCHES, (datapath.dpid,), self._switch(datapath))

    def _switch(self, datapath: Datapath) -> Switch:
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
        return replace(known, connected=True)

    def port(self, dpid: int, port: PortInfo) -> None:
        """A port is as it is."""
        self._recorder.put(PORTS, (dpid, port.number), self._port(dpid, port))

    def _port(self, dpid: int, port: PortInfo) -> Port:
        return Port(
            dpid=dpid,
            number=port.number,
            hw_addr=port.hw_addr,
            name=port.name,
            up=port.is_up,
            speed=port.current_speed,
            carried_host=(dpid, port.number) in self._evidence,
        )

    def put_switch_right(self, datapath: Datapath) -> None:
        """The row of a switch that is there has changed, perhaps by somebody else's hand: have there what is so."""
        if self._switch(datapath) != self._view.get(SWITCHES, datapath.dpid):
            self.switch(datapath)

    def put_port_right(self, datapath: Datapath, number: int) -> None:
        """The same of one of its ports."""
        port, row = datapath.ports.get(number), self._view.get(PORTS, datapath.dpid, number)
        if port is None or not is_ordinary(port):
            if row is not None:
                self.no_port(datapath.dpid, number)
            return
        wanted = self._port(datapath.dpid, port)
        if row is not None and row.carried_host:
            wanted = replace(wanted, carried_host=True)  # another instance may have seen a host there
        if row != wanted:
            self._recorder.put(PORTS, (datapath.dpid, number), wanted)

    def is_link(self, place: Place) -> None:
        """A port is a link now: what was seen there counts no more."""
        row = self._view.get(PORTS, *place)
        if row is not None and row.carried_host:
            self._recorder.put(PORTS, place, replace(row, carried_host=False))

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

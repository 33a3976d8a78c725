"""Sending frames: spread evenly over each interval, and at once where a role has to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nox.core.interfaces import IDatapaths
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.portinfo import PortInfo
from nox.core.view.rows import LinkKind
from nox.netapps.discovery.frames import Frames
from nox.netapps.discovery.links import Links
from nox.netapps.discovery.ports import UpPort
from nox.netapps.discovery.wheel import Wheel

SLOTS: Final = 100  # turns of the wheel in an interval
TOGETHER: Final = 8  # ports of a switch whose frames are written at once: a write costs as much as ten frames
HOLDS: Final = 3  # intervals for which others should believe a frame


class Sender:
    """Sends each port's frames once in an interval.

    :param interval: seconds.
    :ivar sent: frames.
    """

    def __init__(self, frames: Frames, links: Links, datapaths: IDatapaths, interval: float) -> None:
        self._frames = frames
        self._links = links
        self._datapaths = datapaths
        self._ttl = HOLDS * interval
        self._wheel: Wheel[UpPort] = Wheel(SLOTS)
        self._pause = interval / SLOTS
        self._turned: float | None = None
        self.sent = 0

    def port(self, datapath: Datapath, info: PortInfo, now: float) -> UpPort:
        """A port that has come up, with its frames prepared."""
        heads = {
            kind: self._frames.head(datapath.dpid, info.number, info.hw_addr, kind, self._ttl)
            for kind in (LinkKind.DIRECT, LinkKind.BROADCAST)
        }
        return UpPort(datapath, info, heads, now)

    def add(self, ports: Sequence[UpPort]) -> None:
        """Have these ports of one switch send from now on."""
        for first in range(0, len(ports), TOGETHER):
            self._wheel.add(ports[first : first + TOGETHER])

    def remove(self, port: UpPort) -> None:
        """Have it send no more."""
        self._wheel.remove(port)
        for head in port.heads.values():
            self._frames.forget(head)

    def turn(self, now: float) -> None:
        """Send what is due: of several turns where the reactor was late, so that the interval stays what it is."""
        if self._turned is None or not 0 <= now - self._turned <= SLOTS * self._pause:
            self._turned = now - self._pause  # the first time, or the clock was set
        while now - self._turned >= self._pause * 0.999:  # a timer is not exact
            self._turned += self._pause
            for port in self._wheel.turn():
                self.send(port, now)

    def send(self, port: UpPort, now: float) -> None:
        """Send a port's frames now: LLDP, and BDDP where no cable to another switch is known.

        Only the instance that owns the switch does so.
        """
        if self._datapaths.owns(port.place[0]):
            self._send(port, LinkKind.DIRECT, now)
            if not self._links.is_direct(port.place):
                self._send(port, LinkKind.BROADCAST, now)

    def send_direct(self, port: UpPort, now: float) -> None:
        """Send LLDP alone: for nearly every port that has just come up it decides what it is for."""
        if self._datapaths.owns(port.place[0]):
            self._send(port, LinkKind.DIRECT, now)

    def _send(self, port: UpPort, kind: LinkKind, now: float) -> None:
        frame = self._frames.frame(port.heads[kind], port.next_stamp(now))
        port.datapath.emit_at(port.info.number, frame)
        self.sent += 1

"""The ports that are up: what each sends, what it is for, and what speaks against its being a link."""

from __future__ import annotations

from collections.abc import Iterator

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.portinfo import PortInfo
from nox.core.view.rows import LinkKind
from nox.lib.openflow.enums import ReservedPort
from nox.netapps.discovery.links import Place
from nox.netapps.interfaces import Role

MOST_HEARD = 64  # frames that are read at one port in a second; what comes on top of them is left alone


class UpPort:
    """A port from when it comes up to when it goes down; then another one begins.

    :ivar since: seconds since 1970. :ivar stamp: of the frame that it has sent last.
    :ivar heads: what its frames begin with, by kind.
    """

    __slots__ = ("_heard", "_second", "datapath", "heads", "info", "place", "role", "since", "stamp")

    def __init__(self, datapath: Datapath, info: PortInfo, heads: dict[LinkKind, bytes], now: float) -> None:
        self.datapath = datapath
        self.info = info
        self.place: Place = (datapath.dpid, info.number)
        self.heads = heads
        self.role = Role.UNKNOWN
        self.since = now
        self.stamp = int(now * 1e6)
        self._second = self._heard = 0

    def next_stamp(self, now: float) -> int:
        """For its next frame."""
        self.stamp = max(int(now * 1e6), self.stamp + 1)
        return self.stamp

    def may_be_heard(self, now: float) -> bool:
        """Count a frame that was heard here; whether it is to be read."""
        second = int(now)
        if second != self._second:
            self._second, self._heard = second, 0
        self._heard += 1
        return self._heard <= MOST_HEARD


class UpPorts:
    """Those of all switches that have joined."""

    def __init__(self) -> None:
        self._by_place: dict[Place, UpPort] = {}
        self._by_switch: dict[int, dict[int, UpPort]] = {}
        self._known: set[int] = set()

    def __iter__(self) -> Iterator[UpPort]:
        return iter(list(self._by_place.values()))

    def __len__(self) -> int:
        return len(self._by_place)

    def get(self, place: Place) -> UpPort | None:
        """The port, while it is up."""
        return self._by_place.get(place)

    def add(self, port: UpPort) -> None:
        """It came up."""
        dpid, number = port.place
        self._by_place[port.place] = port
        self._by_switch.setdefault(dpid, {})[number] = port

    def remove(self, place: Place) -> UpPort | None:
        """It went down: what it was until then, or None."""
        port = self._by_place.pop(place, None)
        if port is not None:
            del self._by_switch[place[0]][place[1]]
            if not self._by_switch[place[0]]:
                del self._by_switch[place[0]]
        return port

    def joined(self, dpid: int) -> bool:
        """A switch has joined this instance; whether it had before."""
        had = dpid in self._known
        self._known.add(dpid)
        return had

    def knows(self, dpid: int) -> bool:
        """Whether a switch is this instance's, or was."""
        return dpid in self._known

    def of(self, dpid: int) -> list[UpPort]:
        """A switch's."""
        return list(self._by_switch.get(dpid, {}).values())


def is_ordinary(port: PortInfo) -> bool:
    """Whether it is a port with a number of its own, and none that is reserved."""
    return 0 < port.number < ReservedPort.MAX

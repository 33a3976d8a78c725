"""Trees of an earlier run: entries that lead what is sent to a group to those who want it.

Who they are was forgotten with that run, and hosts do not say it again unless somebody asks. The entries say it: they
lead to edge ports. So these are wanted there, and the next packet sets the tree up anew.
"""

from __future__ import annotations

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.statistics import FlowStats
from nox.core.plan import FLOWS
from nox.lib.actions import Output
from nox.netapps.decision import Place
from nox.netapps.interfaces import ITopology, Role
from nox.netapps.routing.entries import Entries
from nox.netapps.routing.flow import Entry
from nox.netapps.routing.identity import Identity
from nox.netapps.routing.membership import Members
from nox.netapps.routing.streams import Streams

_GROUP = 1 << 40  # the bit of an Ethernet address that says that it is a group's


class Trees:
    """What was found of them: by stream the entries, and the ports where each sends."""

    def __init__(self, topology: ITopology, entries: Entries, streams: Streams, members: Members) -> None:
        self._topology, self._entries, self._streams, self._members = topology, entries, streams, members
        self._found: dict[Identity, dict[Entry, list[int]]] = {}

    def found(self, datapath: Datapath, entry: FlowStats, identity: Identity) -> bool:
        """A part of one; whether it stays until all of it can be seen."""
        in_port = entry.match.get("in_port")
        if entry.priority != FLOWS.low or in_port is None:
            return False
        ports = [action.port for action in entry.actions if isinstance(action, Output)]
        self._found.setdefault(identity, {})[datapath.dpid, in_port] = ports
        return True

    def settle(self) -> None:
        """All has been found: who is at their ends wants these groups. The first switch's entries go first."""
        found, self._found = self._found, {}
        for identity, entries in found.items():
            shape, values = identity
            group = bytes(values[0]), int(values[2]) & 0xFFF if shape.tagged else 0
            for (dpid, _), ports in entries.items():
                for place in (Place(dpid, port) for port in ports if self._is_edge(dpid, port)):
                    self._members.want(group, place)
            if identity not in self._streams:
                for entry in sorted(entries, key=lambda entry: not self._is_edge(*entry)):
                    self._entries.erase(identity, entry)

    def _is_edge(self, dpid: int, port: int) -> bool:
        return self._topology.role(dpid, port) is Role.EDGE


def is_for_many(entry: FlowStats) -> bool:
    """Whether an entry is for packets to a group."""
    return bool((entry.match.get("eth_dst") or 0) & _GROUP)

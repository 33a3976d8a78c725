"""One direction of a link."""

from __future__ import annotations

from dataclasses import dataclass

Port = tuple[int, int]  # a node and the number of one of its ports


@dataclass(frozen=True, slots=True)
class Edge:
    """What leaves node `src` by `src_port` arrives at node `dst` by `dst_port`.

    :ivar cost: of crossing it, at least 1. :ivar speed: kbit/s; 0 where unknown.
    """

    src: int
    src_port: int
    dst: int
    dst_port: int
    cost: int = 1
    speed: int = 0

    @property
    def begin(self) -> Port:
        """Where it begins; an edge is known by it."""
        return self.src, self.src_port

    @property
    def end(self) -> Port:
        """Where it ends."""
        return self.dst, self.dst_port

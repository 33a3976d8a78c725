"""Paths that avoid who is not trusted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from nox.netapps.decision import Constraints, Path, Place
from nox.netapps.routing.blame import Suspect


def around(constraints: Constraints, avoided: Collection[Suspect]) -> Constraints:
    """The same, and none of these."""
    switches = {one.dpid for one in avoided if one.port is None}
    links = {Place(one.dpid, one.port) for one in avoided if one.port is not None}
    return replace(constraints, avoid=constraints.avoid | switches, avoid_links=constraints.avoid_links | links)


def crosses(path: Path, suspect: Suspect) -> bool:
    """Whether a path has this switch in it, or leaves by this link."""
    return any(hop.dpid == suspect.dpid and suspect.port in (None, hop.out_port) for hop in path)

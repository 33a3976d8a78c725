"""What crossing a link costs, by choice of the configuration. Whole numbers, so that equal costs are equal."""

from __future__ import annotations

from nox.netapps.interfaces import ILoad

_REFERENCE = 100_000_000  # kbit/s that cost 1: 100 Gbit/s
_UNKNOWN = 1_000_000  # kbit/s that a link is taken to have whose speed nobody says
_STEPS = 8  # of load: smaller differences are none, or costs would change all the time
_HEAVIER = 4  # times the cost of a link that is full


def cost(kind: str, dpid: int, port: int, speed: int, load: ILoad | None) -> int:
    """The cost of leaving a switch by a port.

    :param kind: as the configuration has it. :param speed: of the port, kbit/s; 0 where unknown.
    """
    if kind == "hops":
        return 1
    plain = max(1, _REFERENCE // (speed or _UNKNOWN))
    if kind == "bandwidth" or load is None:
        return plain
    used = load.utilisation(dpid, port) or 0.0
    steps = min(_STEPS, max(0, int(used * _STEPS)))
    return plain * _STEPS + plain * steps * (_HEAVIER - 1)

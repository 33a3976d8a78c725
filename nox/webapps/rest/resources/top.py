"""``/v1/top``: the ports, hosts and flows with most traffic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from typing import Any, Final

from nox.lib.addresses import format_dpid
from nox.netapps.interfaces import IMonitoring
from nox.webapps.rest.answers import Json, Refused, Route

MOST: Final = 100  # rows of an answer


class Top:
    """What goes through the network.

    :param monitoring: None while nothing provides it.
    """

    def __init__(self, monitoring: IMonitoring | None) -> None:
        self._monitoring = monitoring

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/top/ports", self.ports)
        yield Route("GET", "/v1/top/hosts", self.hosts)
        yield Route("GET", "/v1/top/flows", self.flows)

    async def ports(self) -> Json:
        """The ports through which most goes, most first."""
        return [_plain(one) for one in self._known().ports(MOST)]

    async def hosts(self) -> Json:
        """The hosts that send and receive most."""
        return [_plain(one) for one in self._known().hosts(MOST)]

    async def flows(self) -> Json:
        """The flows with most bytes a second."""
        return [_plain(one) for one in self._known().flows(MOST)]

    def _known(self) -> IMonitoring:
        if self._monitoring is None:
            raise Refused('nothing reads the counters: "noxctl load monitoring" does')
        return self._monitoring


def _plain(row: Any) -> Json:
    """A row, with dpids as people write them."""
    assert is_dataclass(row)
    assert not isinstance(row, type)
    return _written(asdict(row))


def _written(values: dict[str, Any]) -> dict[str, Json]:
    return {name: _value(name, value) for name, value in values.items()}


def _value(name: str, value: Any) -> Json:
    if name == "dpid":
        return format_dpid(value)
    if isinstance(value, dict):
        return _written(value)
    return round(value, 6) if isinstance(value, float) else value

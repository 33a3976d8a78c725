"""``/v1/view``: the network view as a whole; ``/v1/history``: who had an address, a name, a port."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, Final, TypeVar

from twisted.internet.interfaces import IReactorTime

from nox.core.view.errors import ViewError
from nox.core.view.interfaces import INetworkView, IViewKeeping
from nox.core.view.rowcodec import RowCodec
from nox.core.view.table import KEY, Table
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS, USERS
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import LocalProtocolError
from nox.webapps.rest.answers import BadRequest, Json, Refused, Route, Stream
from nox.webapps.rest.resources.dpids import dpid_of

T = TypeVar("T")
_Asked = tuple[Table[Any], str, tuple[Any, ...]]  # a table, one of its indexes, values

_LINES = 200  # of a dump that are written at once
_PAUSE: Final = 0.05  # seconds until a client that reads slowly is given more
_TYPE = "application/x-ndjson"


class ViewResources:
    """The network view.

    :param view: None while nothing provides it; `keeping` too.
    """

    def __init__(self, view: INetworkView | None, keeping: IViewKeeping | None, clock: IReactorTime) -> None:
        self._view = view
        self._keeping = keeping
        self._clock = clock

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/view", self.state)
        yield Route("GET", "/v1/view/dump", self.dump)
        yield Route("GET", "/v1/view/dump/secrets", self.dump_all)
        yield Route("POST", "/v1/view/restore", self.restore, reads_body=True)
        for path, answer in (
            ("address/<ip>", self.of_address),
            ("name/<name>", self.of_name),
            ("host/<mac>/<vlan>", self.of_host),
            ("port/<dpid>/<port>", self.of_port),
        ):
            yield Route("GET", f"/v1/history/{path}", answer)
            yield Route("GET", f"/v1/history/{path}/at/<at>", answer)

    # The whole

    async def state(self) -> Json:
        """Revision, store, and how many rows each table has."""
        return asdict(_known(self._keeping).state())

    async def dump(self) -> Stream:
        """Every row, without secrets."""
        return self._dump(secrets=False)

    async def dump_all(self) -> Stream:
        """Every row."""
        return self._dump(secrets=True)

    def _dump(self, secrets: bool) -> Stream:
        lines = _known(self._keeping).dump(secrets)
        return Stream(_TYPE, lambda write, finish: _Dump(lines, self._clock, write, finish).stop)

    async def restore(self, body: bytes) -> Json:
        """Put some rows: ``[[line's number, line], …]``."""
        return {"restored": await _known(self._keeping).restore(_lines(body))}

    # The past

    async def of_address(self, ip: str, at: str | None = None) -> Json:
        """Who had an IP address."""
        return await self._past([(ADDRESSES, "ip", (ip,))], at)

    async def of_name(self, name: str, at: str | None = None) -> Json:
        """Which hosts had a name, and where a user was logged in."""
        return await self._past([(HOSTS, "name", (name,)), (USERS, "name", (name,))], at)

    async def of_host(self, mac: str, vlan: str, at: str | None = None) -> Json:
        """What a host was called, where it was, which addresses and users it had."""
        host = _address(mac), _number(vlan)
        asked: list[_Asked] = [(table, "host", host) for table in (LOCATIONS, ADDRESSES, USERS)]
        return await self._past([(HOSTS, KEY, host), *asked], at)

    async def of_port(self, dpid: str, port: str, at: str | None = None) -> Json:
        """Who was at a port of a switch."""
        return await self._past([(LOCATIONS, "place", (dpid_of(dpid), _number(port)))], at)

    async def _past(self, asked: Sequence[_Asked], at: str | None) -> Json:
        view, moment = _known(self._view), None if at is None else _moment(at)
        found = [one for table, index, values in asked for one in await _history(view, table, index, values, moment)]
        return sorted(found, key=lambda one: (one["until"] is None, one["until"], one["since"]), reverse=True)


async def _history(
    view: INetworkView, table: Table[Any], index: str, values: tuple[Any, ...], at: float | None
) -> list[dict[str, Any]]:
    try:
        found = await view.history(table, index, *values, at=at)
    except ViewError as error:
        raise BadRequest(str(error)) from error
    codec = RowCodec(table)
    return [
        {
            "table": table.name,
            "row": json.loads(codec.text(row, row.extra)),
            "source": row.meta.source,
            "since": row.meta.since,
            "until": until,
        }
        for row, until in found
    ]


class _Dump:
    """A dump on its way: no faster than the client reads."""

    def __init__(
        self,
        lines: Iterator[str],
        clock: IReactorTime,
        write: Callable[[bytes], bool],
        finish: Callable[[], None],
    ) -> None:
        self._lines = lines
        self._clock = clock
        self._write = write
        self._finish = finish
        self._part = b""
        self._next = clock.callLater(0, self._go_on)

    def _go_on(self) -> None:
        self._part = self._part or "".join(islice(self._lines, _LINES)).encode()
        if not self._part:
            self._finish()
            return
        written = self._write(self._part)
        self._part = b"" if written else self._part
        self._next = self._clock.callLater(0 if written else _PAUSE, self._go_on)

    def stop(self) -> None:
        """The answer has ended."""
        if self._next.active():
            self._next.cancel()


def _known(view: T | None) -> T:
    if view is None:
        raise Refused('nothing keeps the network view: "noxctl load view" does')
    return view


def _lines(body: bytes) -> list[tuple[int, str]]:
    try:
        found = json.loads(body)
        return [(int(number), str(line)) for number, line in found]
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRequest("the body is no list of lines, each with its number") from error


def _address(text: str) -> EthernetAddress:
    try:
        return EthernetAddress(text)
    except LocalProtocolError as error:
        raise BadRequest(str(error)) from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        raise BadRequest(f"{text!r:.40} is no number")
    return int(text)


def _moment(text: str) -> float:
    try:
        moment = float(text)
    except ValueError as error:
        raise BadRequest(f"{text!r:.40} is no moment: write it as seconds since 1970") from error
    if not 0 <= moment < 1e11:
        raise BadRequest(f"{text!r:.40} is no moment: write it as seconds since 1970")
    return moment

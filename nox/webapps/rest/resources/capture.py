"""``/v1/capture``: the control channel as it is, as a pcapng file without an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nox.core.interfaces import ICapture
from nox.webapps.rest.answers import NotFound, Route, Stream
from nox.webapps.rest.resources.dpids import dpid_of

_PCAPNG = "application/x-pcapng"


class Captures:
    """The connections of switches.

    :param capture: None while nothing provides it.
    """

    def __init__(self, capture: ICapture | None) -> None:
        self._capture = capture
        self._ends: list[Callable[[], None]] = []

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/capture", self.all)
        yield Route("GET", "/v1/capture/<dpid>", self.one)

    async def all(self) -> Stream:
        """Every connection."""
        return self._stream(None)

    async def one(self, dpid: str) -> Stream:
        """The connections of one switch, which need not be there yet."""
        return self._stream(dpid_of(dpid))

    def _stream(self, dpid: int | None) -> Stream:
        capture = self._capture
        if capture is None:
            raise NotFound("nothing listens for switches: load openflow")

        def start(write: Callable[[bytes], bool], finish: Callable[[], None]) -> Callable[[], None]:
            self._ends.append(finish)
            stop = capture.capture(write, dpid, finish)

            def end() -> None:
                self._ends.remove(finish)
                stop()

            return end

        return Stream(_PCAPNG, start)

    def close(self) -> None:
        """End those that run."""
        for finish in list(self._ends):
            finish()

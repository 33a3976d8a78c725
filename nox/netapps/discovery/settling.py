"""How it is decided what a port is for that has just come up: ask, listen, and then take it for an edge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from nox.core.openflow.requests import RequestError
from nox.netapps.discovery.links import Links
from nox.netapps.discovery.ports import UpPort
from nox.netapps.discovery.sending import Sender
from nox.netapps.interfaces import Role

ASK = 0.25  # seconds after which a port that has heard nothing asks again
LISTEN = 0.35  # seconds of listening after the last frame has certainly left


class Settling:
    """Decides the roles of ports that have come up.

    A port that hears nothing, however often it asks, is an edge. A switch that is slow to send is waited for: a port
    must not be taken for an edge while its frames lie in the switch.

    :param pause: waits so many seconds. :param now: seconds since 1970.
    :param decide: is called for each port that is an edge.
    """

    def __init__(
        self,
        sender: Sender,
        links: Links,
        *,
        pause: Callable[[float], Awaitable[object]],
        now: Callable[[], float],
        is_up: Callable[[UpPort], bool],
        decide: Callable[[UpPort], None],
    ) -> None:
        self._sender = sender
        self._links = links
        self._pause = pause
        self._now = now
        self._is_up = is_up
        self._decide = decide

    async def settle(self, ports: Sequence[UpPort]) -> None:
        """Decide what some ports of one switch are for."""
        for port in ports:
            self._sender.send_direct(port, self._now())
        for _ in range(2):
            await self._pause(ASK)
            for port in self._open(ports):
                self._sender.send(port, self._now())
        await self._sent(ports)
        await self._pause(LISTEN)
        for port in ports:
            if port.role is Role.UNKNOWN and self._is_up(port):
                self._decide(port)

    async def _sent(self, ports: Sequence[UpPort]) -> None:
        """Wait until the switch has sent all that it was given, however long that takes, or its ports are gone."""
        while any(map(self._is_up, ports)):
            try:
                await ports[0].datapath.barrier()
            except RequestError as error:
                if error.error_type is not None:
                    return  # it knows no barriers, but has answered
                await self._pause(ASK)
            else:
                return

    def _open(self, ports: Sequence[UpPort]) -> list[UpPort]:
        """Those of which not both directions are known yet."""
        return [port for port in ports if self._is_up(port) and not self._links.is_mutual(port.place)]

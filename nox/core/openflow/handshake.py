"""From a connection to a switch that has joined (OpenFlow 1.3.5, section 6.3).

hello both ways → features → configuration → ports and description → Nicira's extensions, where a 1.0 switch knows them
→ what others want in the table before anybody hears of the switch → barrier → joined. All of it within
`channel.HANDSHAKE` seconds, and from the configuration on a few at a time (`turns.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import ensureDeferred
from twisted.python.failure import Failure

from nox.core.openflow.channel import Channel
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.extensions import try_nicira
from nox.core.openflow.requests import RequestError
from nox.lib.addresses import format_dpid
from nox.lib.errors import ProtocolError, RemoteProtocolError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.frames import Frame

if TYPE_CHECKING:
    from nox.core.openflow.home import Home

MISS_SEND_LEN = 200  # bytes of a packet that a switch with buffers sends first
VERSIONS = (Version.V1_0, Version.V1_3)  # that we speak

_HELLO, _ERROR = 0, 1  # the types that may open a connection
_HELLO_FAILED, _INCOMPATIBLE = 0, 0
_TLS = (0x16, 3)  # how a handshake of TLS begins (RFC 8446, section 5.1)


def negotiate(ours: tuple[Version, ...], version: int, offered: frozenset[int] | None) -> Version | None:
    """The version to speak; None where there is none (section 6.3.1).

    :param version: of the peer's hello.
    :param offered: its version bitmap, if its hello had one.
    """
    if offered is not None:
        common = [v for v in ours if v in offered]
        return max(common) if common else None
    lower = min(max(ours), version)
    return next((v for v in ours if v == lower), None)


def _offered(version: int, offered: frozenset[int] | None) -> str:
    if offered is None:
        return f"wire version up to {version}"
    return f"wire version {', '.join(map(str, sorted(offered)))}" if offered else "no version, as its bitmap says"


class Handshake:
    """One connection's way to a joined switch."""

    def __init__(self, channel: Channel, home: Home) -> None:
        self._channel = channel
        self._home = home

    def begin(self) -> None:
        """Say hello, and wait for the peer's."""
        channel = self._channel
        channel.on_start, channel.on_frame = self._opening, self._hello
        channel.send(messages.Hello.offering(VERSIONS))

    def _opening(self, version: int, kind: int) -> None:
        """Nothing but a hello may come first; what is not OpenFlow is seen here."""
        if (version, kind) == _TLS and self._channel.on_frame == self._hello:
            raise RemoteProtocolError(
                "it speaks TLS, and this port does not: it needs one that is opened with noxtls:",
                error_type=_HELLO_FAILED,
                error_code=_INCOMPATIBLE,
            )
        if kind not in (_HELLO, _ERROR) and self._channel.on_frame == self._hello:
            raise RemoteProtocolError(
                f"it begins with a message of type {kind} and not with a hello: no OpenFlow switch?",
                error_type=_HELLO_FAILED,
                error_code=_INCOMPATIBLE,
            )

    def _hello(self, channel: Channel, frame: Frame) -> None:
        self._opening(frame.version, frame.type)
        if frame.type == _ERROR:
            self._channel.close("the peer answered our hello with an error: it speaks none of our versions")
            return
        hello = messages.Hello.read(frame.data)
        agreed = negotiate(VERSIONS, frame.version, hello.versions)
        if agreed is None:
            theirs = _offered(frame.version, hello.versions)
            raise RemoteProtocolError(
                f"no common version: it speaks {theirs}, we 1 (OpenFlow 1.0) and 4 (1.3)",
                error_type=_HELLO_FAILED,
                error_code=_INCOMPATIBLE,
            )
        self._channel.version = agreed
        self._channel.on_frame = self._home.incoming
        ensureDeferred(self._get_acquainted()).addErrback(self._failed)

    async def _get_acquainted(self) -> None:
        channel = self._channel
        [features] = await channel.requests.ask(messages.FeaturesRequest(), messages.FeaturesReply)
        if features.auxiliary_id:
            channel.close(f"an auxiliary connection of {format_dpid(features.datapath_id)}; NOX uses none")
            return
        if not await self._home.admit(channel, features.datapath_id):
            return
        give_back = await self._home.turns.take()
        try:
            await self._join(features)
        finally:
            give_back()

    async def _join(self, features: messages.FeaturesReply) -> None:
        channel = self._channel
        channel.send(messages.SetConfig(flags=0, miss_send_len=MISS_SEND_LEN))
        datapath = Datapath(channel, channel.version, features, channel.address, self._home.now())
        channel.joining = datapath
        await self._describe(datapath, features)
        await try_nicira(datapath)
        await self._home.prepare(datapath)
        await datapath.barrier()
        self._home.join(channel, datapath)

    async def _describe(self, datapath: Datapath, features: messages.FeaturesReply) -> None:
        """Its ports, which 1.0 has in its features, and what it says of itself."""
        if datapath.version == Version.V1_0:
            ports = [datapath.translator.port_info(port) for port in features.ports]
        else:
            ports = await datapath.port_descriptions()
        datapath.learn_ports(ports)
        datapath.description = await datapath.describe()

    def _failed(self, failure: Failure) -> None:
        """A peer that ends the handshake with an error, silence or nonsense is closed; so it is after our defect."""
        if not failure.check(RequestError, ProtocolError):
            self._home.log.failure("{address}: the handshake failed", failure, address=self._channel.address)
        if isinstance(failure.value, RemoteProtocolError):
            self._channel.fail(failure.value)
        self._channel.close(f"the handshake failed: {failure.getErrorMessage()}")

"""What emulated switches and their controllers say to each other, as a pcapng file."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO, Self

from twisted.internet.interfaces import ITCPTransport

from nox.core.openflow.recording import conversation
from nox.lib.capture import writing
from nox.lib.capture.conversation import Conversation


class Recorder:
    """A file in the making, until `close`; it is a context manager. A connection is known by the switch's transport.

    :param file: is closed with it.
    :param forget: called when it is closed.
    """

    def __init__(self, file: BinaryIO, forget: Callable[[Recorder], None]) -> None:
        self._file, self._forget = file, forget
        self._talks: dict[ITCPTransport, Conversation] = {}
        self._count = 0
        file.write(writing.section("NOX") + writing.interface("openflow"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Write nothing more. Doing so twice does no harm."""
        if not self._file.closed:
            self._forget(self)
            self._file.close()

    def made(self, transport: ITCPTransport, time: float) -> None:
        """A switch has connected."""
        for frame in self._talk(transport).begin():
            self._packet(time, frame)

    def heard(self, transport: ITCPTransport, time: float, data: bytes, *, by_switch: bool) -> None:
        """One side has said something."""
        for frame in self._talk(transport).frames(data, is_ours=not by_switch):
            self._packet(time, frame)

    def ended(self, transport: ITCPTransport, time: float) -> None:
        """A connection has ended."""
        talk = self._talks.pop(transport, None)
        if talk is not None:
            self._packet(time, talk.end(is_ours=False))

    def _talk(self, transport: ITCPTransport) -> Conversation:
        talk = self._talks.get(transport)
        if talk is None:
            self._count += 1
            talk = conversation(transport.getPeer(), transport.getHost(), self._count)
            self._talks[transport] = talk
        return talk

    def _packet(self, time: float, frame: bytes) -> None:
        self._file.write(writing.packet(time, frame))

"""A switch's side of one control channel: bytes in, bytes out (1.3.5, sections 6.3 and 7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nox.emulator.switch.controlstate import ControlState
from nox.emulator.switch.dialect import Dialect
from nox.emulator.switch.dialect10 import Dialect10
from nox.emulator.switch.dialect13 import Dialect13
from nox.emulator.switch.refusal import Refused
from nox.emulator.switch.requests import HANDLERS
from nox.lib.errors import LocalProtocolError, RemoteProtocolError
from nox.lib.openflow import errorcodes, messages, nicira
from nox.lib.openflow.codec import encode
from nox.lib.openflow.errorcodes import BadRequest, ErrorType, HelloFailed
from nox.lib.openflow.frames import Frame, frames
from nox.lib.openflow.versions import Version

if TYPE_CHECKING:
    from nox.emulator.switch.switch import Switch

_DIALECTS: Final[dict[int, Dialect]] = {Version.V1_0: Dialect10(), Version.V1_3: Dialect13()}
_EXPERIMENTERS: Final = (messages.Experimenter, messages.ExperimenterRequest)
_NICIRA: Final = 0x2320
_MOST_SHOWN: Final = 0xFFFF - 12
_HELLO, _ERROR = 0, 1
_MOST_WAITING: Final = 1 << 20  # bytes for a controller that does not read, beyond which it gets no packets


class Connection:
    """One controller.

    :ivar dialect: the version's, once it is agreed.
    :ivar reason: why the switch has given the connection up, in words; empty while it has not.
    """

    __slots__ = ("_buffer", "_heard", "_offered", "_out", "_probed", "_switch", "dialect", "reason", "state")

    def __init__(self, switch: Switch, versions: frozenset[Version], now: float) -> None:
        self._switch, self._offered = switch, versions
        self._buffer, self._out = bytearray(), bytearray()
        self._heard, self._probed = now, False
        self.dialect: Dialect | None = None
        self.state = ControlState()
        self.reason = ""
        highest = max(versions)
        hello = messages.Hello() if highest == Version.V1_0 else messages.Hello.offering(versions)
        self._out += encode(hello, highest)

    # Towards who carries its bytes

    def receive(self, data: bytes, now: float) -> None:
        """Bytes of the controller."""
        if self.closed:
            return
        self._switch.at(now)
        self._heard, self._probed = now, False
        self._buffer += data
        try:
            for frame in frames(self._buffer):
                self._frame(frame)
                if self.closed:
                    return
        except RemoteProtocolError as error:  # without lengths nothing more can be read
            self.reason = f"it sends what is not OpenFlow: {error}"

    def take(self) -> bytes:
        """What is to be sent, once."""
        data, self._out = bytes(self._out), bytearray()
        return data

    def lost(self, now: float) -> None:
        """The connection has ended."""
        self.reason = self.reason or "the connection has ended"
        self._switch.disconnected(self, now)

    def next_wake(self) -> float:
        """When `run` is to be called."""
        return self._heard + self._switch.settings.probe * (2 if self._probed else 1)

    def run(self, now: float) -> None:
        """Ask a silent controller whether it is there; give one up that does not answer."""
        if self.closed or now < self.next_wake():
            return
        if self._probed or self.dialect is None:
            self.reason = f"it has said nothing for {now - self._heard:g} s"
        else:
            self._probed = True
            self.send(messages.EchoRequest())

    # Towards the switch

    @property
    def closed(self) -> bool:
        """Whether the switch has given the connection up: who carries its bytes sends the last ones and closes it."""
        return bool(self.reason)

    @property
    def full(self) -> bool:
        """Whether so much waits for the controller that it gets no more packets, as with real switches."""
        return len(self._out) > _MOST_WAITING

    @property
    def version(self) -> Version | None:
        """The version that both have agreed on."""
        return self.dialect.version if self.dialect is not None else None

    @property
    def ready(self) -> bool:
        """Whether the version is agreed, so that the controller can be told of what happens."""
        return self.dialect is not None and not self.closed

    def send(self, message: messages.Message, xid: int = 0) -> None:
        """:raises LocalProtocolError: when the version cannot say it, or it is too long."""
        assert self.dialect is not None
        self._out += encode(message, self.dialect.version, xid)

    def fits(self, message: messages.Message) -> bool:
        """Whether a message is not too long."""
        assert self.dialect is not None
        try:
            encode(message, self.dialect.version)
        except LocalProtocolError:
            return False
        return True

    # Messages

    def _frame(self, frame: Frame) -> None:
        if self.dialect is None:
            self._hello(frame)
        elif frame.version != self.dialect.version:
            self._error(frame, (ErrorType.BAD_REQUEST, BadRequest.BAD_VERSION))
        else:
            self._request(frame)

    def _hello(self, frame: Frame) -> None:
        try:
            hello = frame.decode()
        except RemoteProtocolError:
            hello = None
        agreed = self._agreed(frame.version, hello) if isinstance(hello, messages.Hello) else None
        if agreed is None:
            error = messages.Error(
                type=ErrorType.HELLO_FAILED, code=HelloFailed.INCOMPATIBLE, data=b"the switch speaks no such version"
            )
            self._out += encode(error, min(max(self._offered), frame.version or 1), frame.xid)
            self.reason = "it speaks no version of OpenFlow that the switch speaks"
            return
        self.dialect = _DIALECTS[agreed]
        self._switch.connected()

    def _agreed(self, highest: int, hello: messages.Hello) -> Version | None:
        """The highest version that both name; with no bitmap, the smaller of the two highest."""
        theirs = hello.versions
        if theirs is not None:
            return max(self._offered & theirs, default=None)
        smaller = min(highest, max(self._offered))
        return next((version for version in self._offered if version == smaller), None)

    def _request(self, frame: Frame) -> None:
        try:
            message = frame.decode()
            handler = HANDLERS[self.version or Version.V1_3].get(type(message))
            if handler is not None:
                handler(self._switch, self, message, frame.xid)
            elif isinstance(message, messages.UnknownMultipartRequest):
                raise Refused(BadRequest.BAD_MULTIPART, "the switch has no such statistics")
            elif self.version == Version.V1_0 and _is_niciras(message):
                raise Refused(BadRequest.BAD_EXP_TYPE, "of Nicira's messages the switch knows roles and their masks")
            elif isinstance(message, _EXPERIMENTERS) or _is_niciras(message):
                raise Refused(BadRequest.BAD_EXPERIMENTER, "the switch knows no experimenter")
            else:
                raise Refused(BadRequest.BAD_TYPE, "no controller sends that to a switch")
        except Refused as refused:
            self._error(frame, refused.error)
        except RemoteProtocolError as error:
            if frame.type not in (_HELLO, _ERROR):
                self._error(frame, (error.error_type, error.error_code))
        except LocalProtocolError:  # a message that the version cannot answer
            self._error(frame, (ErrorType.BAD_REQUEST, BadRequest.BAD_TYPE))

    def _error(self, frame: Frame, error: tuple[int, int]) -> None:
        assert self.dialect is not None
        kind, code = errorcodes.to_version(error, self.dialect.version)
        self.send(messages.Error(type=kind, code=code, data=frame.data[:_MOST_SHOWN]), frame.xid)


def _is_niciras(message: messages.Message) -> bool:
    """Whether Nicira has defined a message, known to us or not."""
    unknown = isinstance(message, _EXPERIMENTERS) and message.experimenter == _NICIRA
    return unknown or type(message).__module__.startswith(nicira.__name__)

"""What a joined switch (or one in its handshake) sends other than packet-ins, as events and as answers to requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nox.core.openflow.channel import Channel
from nox.core.openflow.events import ErrorReceived, FlowRefused, FlowRemoved, PortStatus
from nox.core.openflow.translation.translator import AnyFlowRemoved
from nox.core.plan import component_of
from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import messages
from nox.lib.openflow.frames import Frame
from nox.lib.openflow.nicira.flows import NxFlowRemoved

if TYPE_CHECKING:
    from nox.core.openflow.home import Home

_BAD_REQUEST, _BAD_VERSION = 1, 0
_ECHO_REQUEST, _ECHO_REPLY = 2, 3
_DELETED = 1  # OFPPR_DELETE


class Incoming:
    """Handles the messages of all connections after their hello."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def frame(self, channel: Channel, frame: Frame) -> None:
        """Handle one message.

        :raises RemoteProtocolError: when it is none, or not of the agreed version.
        """
        if frame.version != channel.version:
            raise RemoteProtocolError(
                f"a message of wire version {frame.version} after {int(channel.version)} was agreed",
                error_type=_BAD_REQUEST,
                error_code=_BAD_VERSION,
            )
        if frame.type in (_ECHO_REQUEST, _ECHO_REPLY):
            self.held(channel, frame)
        else:
            self._message(channel, frame.xid, frame.decode(), len(frame.data))

    def held(self, channel: Channel, frame: Frame) -> None:
        """Handle one message of a switch that waits for approval: an echo. Nothing else is looked at."""
        if frame.type == _ECHO_REQUEST:
            channel.send(messages.EchoReply(data=frame.body), frame.xid)
        elif frame.type == _ECHO_REPLY:
            channel.echoed(frame.xid)

    def _message(self, channel: Channel, xid: int, message: messages.Message, size: int) -> None:
        match message:
            case messages.Error():
                self._error(channel, xid, message)
            case messages.PortStatus():
                self._port_status(channel, message)
            case messages.FlowRemoved() | NxFlowRemoved():
                self._flow_removed(channel, message)
            case _ if not channel.requests.answer(xid, message, size):
                self._unasked(channel, type(message).__name__)

    def _unasked(self, channel: Channel, name: str) -> None:
        if count := channel.seldom.count(name):
            channel.log.debug(
                "{address}: {message} that nobody asked for ({count} so far)",
                address=channel.address,
                message=name,
                count=count,
            )

    def _error(self, channel: Channel, xid: int, message: messages.Error) -> None:
        """An error belongs to the request with its xid, to the owner of the entry in its data, or to who listens."""
        datapath = channel.joining
        translator = self._home.translator(channel.version)
        error = translator.error_text(message)
        if channel.requests.refuse(xid, error, translator.error_numbers(message)):
            return
        if count := channel.seldom.count(error):
            channel.log.warn(
                "{address}: the switch refused a message: {error} ({count} so far)",
                address=channel.address,
                dpid=str(datapath) if datapath else None,
                error=error,
                count=count,
            )
        if datapath is None:
            return
        about = datapath.translator.refused(message)
        cookie = datapath.translator.cookie_of(about)
        if cookie is None:
            self._home.dispatcher.dispatch(ErrorReceived(datapath, error, xid, about))
        else:
            owner = self._home.owner(component_of(cookie))
            self._home.dispatcher.dispatch(FlowRefused(datapath, owner, cookie, error, xid, about))

    def _port_status(self, channel: Channel, message: messages.PortStatus) -> None:
        datapath = channel.joining
        if datapath is None:  # the handshake asks for the ports after this
            return
        port = datapath.translator.port_info(message.desc)
        if message.reason == _DELETED:
            datapath.ports.pop(port.number, None)
        else:
            datapath.learn_ports([port])
        if channel.datapath is not None:  # nobody has heard of the switch before its join
            self._home.dispatcher.dispatch(PortStatus(datapath, message.reason, port))

    def _flow_removed(self, channel: Channel, message: AnyFlowRemoved) -> None:
        datapath = channel.datapath
        if datapath is None:
            return
        gone = datapath.translator.flow_removed(message)
        owner = self._home.owner(component_of(gone.cookie))
        self._home.dispatcher.dispatch(
            FlowRemoved(
                datapath,
                owner,
                cookie=gone.cookie,
                match=gone.match,
                priority=gone.priority,
                reason=gone.reason,
                table_id=gone.table_id,
                duration=gone.duration,
                idle_timeout=gone.idle_timeout,
                hard_timeout=gone.hard_timeout,
                packet_count=gone.packet_count,
                byte_count=gone.byte_count,
            )
        )

"""What all connections share: the dispatcher, the outboxes to flush, and the table of switches that have joined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from twisted.internet.interfaces import IReactorFDSet, IReactorTime
from twisted.logger import Logger

from nox.core.events.dispatcher import Dispatcher
from nox.core.openflow.admission import Admission
from nox.core.openflow.approvals import Approvals
from nox.core.openflow.channel import Channel
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.events import DatapathJoin, DatapathLeave, PacketIn
from nox.core.openflow.handshake import Handshake
from nox.core.openflow.incoming import Incoming
from nox.core.openflow.outbox import Flusher
from nox.core.openflow.reading import Reading, available
from nox.core.openflow.requests import RequestError
from nox.core.openflow.rules import Rules
from nox.core.openflow.translation import Translator, translator
from nox.core.openflow.turns import Turns
from nox.lib.addresses import format_dpid
from nox.lib.openflow import Version, messages

BeforeJoin = Callable[[Datapath], Awaitable[None] | None]

PROBE = 2  # seconds in which an older connection of the same switch must answer to stay


class Home:
    """The connections and switches of one controller.

    :ivar owner: the name of the component with that number; empty for none.
    :ivar is_pressed: whether too many events wait, so that nothing is read.
    :ivar on_connected: called with each new channel, before anything is sent to it.
    :ivar on_disconnected: called with each channel whose connection has ended.
    :ivar before_join: called for each switch before its join is announced, and waited for; what they send is done then.
    """

    def __init__(
        self,
        clock: IReactorTime,
        dispatcher: Dispatcher,
        owner: Callable[[int], str],
        log: Logger,
        admission: Admission | None = None,
    ) -> None:
        self.log = log
        self.admission = admission or Admission(Rules(), Approvals())
        self.clock = clock
        self.dispatcher = dispatcher
        self.flusher = Flusher(clock)
        self.turns = Turns(clock)
        self.owner = owner
        self.on_connected: list[Callable[[Channel], None]] = []
        self.on_disconnected: list[Callable[[Channel], None]] = []
        self.before_join: list[BeforeJoin] = []
        self.channels: dict[Channel, None] = {}  # a set that keeps its order
        self.datapaths: dict[int, Datapath] = {}
        self.refused = 0
        self.is_pressed = False
        incoming = Incoming(self)
        self.incoming, self.incoming_of_held = incoming.frame, incoming.held
        self.packet_in = dispatcher.runner(PacketIn)
        dispatcher.on_change.append(self._handlers_changed)
        self.reading: Reading | None = None
        self.translator: Callable[[Version], Translator] = translator

    def _handlers_changed(self) -> None:
        self.packet_in = self.dispatcher.runner(PacketIn)
        for channel in self.channels:
            channel.handlers_changed()

    def watch(self, reactor: IReactorFDSet) -> None:
        """Read plain connections through one descriptor, where the system can."""
        if available():
            self.reading = Reading(self, reactor)

    def unwatch(self, channel: Channel) -> None:
        """Read from this connection no more."""
        if self.reading is not None:
            self.reading.remove(channel)

    def close(self) -> None:
        """Close every connection."""
        self.turns.close()
        for channel in list(self.channels):
            channel.close("the controller stops")
        if self.reading is not None:
            self.reading.close()
        self.dispatcher.on_change.remove(self._handlers_changed)

    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock.seconds()

    def begin_read(self) -> None:
        """A read is being handled: what is sent and posted waits for its end."""
        self.flusher.begin_read()
        self.dispatcher.begin_read()

    def drain(self) -> None:
        """Dispatch what was posted."""
        self.dispatcher.drain()

    def send(self) -> None:
        """Send what was gathered."""
        self.flusher.flush()

    def end_read(self) -> None:
        """A read has been handled: drain what was posted, send what was gathered."""
        self.dispatcher.end_read()
        self.flusher.end_read()

    # A connection's life

    def connected(self, channel: Channel) -> None:
        """A peer has connected."""
        self.channels[channel] = None
        for call in tuple(self.on_connected):
            call(channel)
        Handshake(channel, self).begin()

    async def admit(self, channel: Channel, dpid: int) -> bool:
        """Whether this connection may be the switch: one that is connected already stays if it answers a probe.

        One that is not admitted cannot even have the older one probed.
        """
        if not await self.admission.admit(channel, dpid, self.now()):
            return False
        older = self.datapaths.get(dpid)
        if older is None:
            return True
        try:
            await older.channel.requests.ask(messages.BarrierRequest(), messages.BarrierReply, PROBE)
        except RequestError:
            older.channel.close("another connection of this switch has come, and this one does not answer")
            self._leave(older.channel)
            return True
        self._refuse_second(channel, older)
        return False

    def _refuse_second(self, channel: Channel, older: Datapath) -> None:
        channel.close(f"switch {older} is connected already, from {older.address}")
        self.refused += 1

    async def prepare(self, datapath: Datapath) -> None:
        """Let those who want something of every switch have it, before its join is announced.

        Who came last is asked first: `flows`, on which the others depend, then compares what they have stated.

        :raises RequestError: when the switch does not answer one of them.
        """
        for call in reversed(self.before_join):
            waiting = call(datapath)
            if waiting is not None:
                await waiting

    def join(self, channel: Channel, datapath: Datapath) -> None:
        """The switch is ready."""
        if channel.closing or not self._may_still_join(channel, datapath.dpid):
            return
        channel.joined(datapath)
        self.datapaths[datapath.dpid] = datapath
        self.log.info(
            "switch {dpid} joined from {address} with OpenFlow {version} and {ports} ports",
            dpid=str(datapath),
            address=datapath.address,
            version=datapath.version.text,
            ports=len(datapath.ports),
            event=DatapathJoin.__name__,
        )
        self.dispatcher.dispatch(DatapathJoin(datapath))

    def _may_still_join(self, channel: Channel, dpid: int) -> bool:
        """What has changed since it was admitted: the rules, or another connection of the switch was quicker."""
        if not self.admission.admitted(channel, dpid):
            channel.close(self._not_admitted(channel, dpid))
        elif (older := self.datapaths.get(dpid)) is not None:
            self._refuse_second(channel, older)
        return not channel.closing

    def _not_admitted(self, channel: Channel, dpid: int) -> str:
        return self.admission.objection(channel, dpid) or f"switch {format_dpid(dpid)} is not approved any more"

    def judge_again(self) -> None:
        """The rules of admission have changed: close the switches that may not stay, look again at those that wait."""
        for datapath in list(self.datapaths.values()):
            if not self.admission.admitted(datapath.channel, datapath.dpid):
                datapath.channel.close(self._not_admitted(datapath.channel, datapath.dpid))
        self.admission.judge_again()

    def disconnected(self, channel: Channel) -> None:
        """A connection has ended."""
        if self.reading is not None:
            self.reading.lost(channel)
        self.channels.pop(channel, None)
        self.admission.forget(channel)
        self._leave(channel)
        for call in tuple(self.on_disconnected):
            call(channel)

    def _leave(self, channel: Channel) -> None:
        datapath, channel.datapath = channel.datapath, None
        channel.handlers_changed()
        if datapath is None:
            return
        if self.datapaths.get(datapath.dpid) is datapath:
            del self.datapaths[datapath.dpid]
        self.log.info(
            "switch {dpid} left: {reason}", dpid=str(datapath), reason=channel.closing, event=DatapathLeave.__name__
        )
        self.dispatcher.dispatch(DatapathLeave(datapath, channel.closing))

    def tick(self) -> None:
        """Once a second: each connection looks after itself."""
        for channel in list(self.channels):
            channel.tick()

    def pause(self, pressed: bool) -> None:
        """Stop reading from switches while too many events wait, and go on after."""
        self.is_pressed = pressed
        for channel in self.channels:
            channel.pause(pressed)

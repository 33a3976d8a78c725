"""Questions: is a host where it was? Whoever waits is told once: where it answered, or that it did not in time.

Each question has an Ethernet address of its own, which nobody can guess, as the asker's. What is sent to it answers the
question, wherever it comes from: only who has got the question knows where to answer to.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, Final

from twisted.internet.defer import Deferred, gatherResults

from nox.core.component.belongings import Owned
from nox.core.interfaces import IDatapaths
from nox.core.openflow.datapath import Datapath
from nox.core.openflow.requests import RequestError
from nox.lib.actions import Output
from nox.lib.addresses import EthernetAddress
from nox.netapps.hosts.probes import probes
from nox.netapps.hosts.values import Host, Ip, Place

Later = Callable[..., Owned]  # Component.call_later
Spawn = Callable[[Coroutine[Any, Any, object]], Owned]  # Component.spawn
Told = Callable[[Place | None], None]

_REPEATED: Final = (0.1, 0.3, 0.6)  # of the patience: when it is asked again, where that is longer than `_SHORT`
_SHORT: Final = 0.1  # seconds; also those after which a switch counts as one that has sent the question
_SLOW: Final = 2  # times as long as a switch takes to say that it has sent the question, an answer may take
_LINGER: Final = 5.0  # seconds in which more answers to a question may come


def drawn() -> EthernetAddress:
    """An address of nobody's, administered locally, with 46 bits that nobody can guess."""
    first, *rest = secrets.token_bytes(6)
    return EthernetAddress(bytes((first & 0xFC | 2, *rest)))


class Question:
    """One question.

    :ivar host: who is asked; `places`: where.
    """

    __slots__ = ("_asker", "_ips", "_mac", "_timers", "_told", "_waits", "host", "places")

    def __init__(self, asker: Asker, host: Host, places: tuple[Place, ...], ips: tuple[Ip, ...], told: Told) -> None:
        self.host, self.places = host, places
        self._asker, self._ips, self._told = asker, ips, told
        self._mac = drawn()
        self._timers: list[Owned] = []
        self._waits = False

    def begin(self, patience: float, later: Later) -> None:
        """Ask, and wait for so many seconds, which begin when the switches have sent the question.

        Where they are slow to say so, as on a machine that is busy, the answer may take as long again, and twice.
        """
        self._asker.own[self._mac] = self
        self._send()
        if patience > _SHORT:
            self._timers += [later(patience * share, self._send) for share in _REPEATED]
            self._wait(patience, later)
        else:
            began = self._asker.now()
            self._timers.append(later(_SHORT, self._wait, _SHORT, later))
            self._asker.when_sent(
                self.places, lambda: self._wait(max(patience, min(_SLOW * (self._asker.now() - began), _SHORT)), later)
            )

    def _wait(self, patience: float, later: Later) -> None:
        """Wait from now on. What has come by then is read before it counts as silence: one more turn of the reactor."""
        if self._asker.own.get(self._mac) is self and not self._waits:
            self._waits = True
            self._timers.append(later(patience, lambda: self._timers.append(later(0, self.end, None))))

    def _send(self) -> None:
        self._asker.send(self.host, self.places, self._ips, self._mac)

    def end(self, answered: Place | None) -> None:
        """It is answered, or has waited long enough. A second call does nothing."""
        if self._asker.own.get(self._mac) is self:
            self.forget()
            self._told(answered)

    def forget(self) -> None:
        """Nobody waits for it any more."""
        self._asker.close(self._mac)
        for timer in self._timers:
            timer.cancel()


class Asker:
    """All questions.

    :ivar own: the addresses that answers are sent to: nobody else shall get these. With the question while it is open.
    :ivar mac: the address that hosts are asked from where nobody waits for the answer.
    :ivar sent: frames so far.
    """

    def __init__(self, datapaths: IDatapaths, later: Later, spawn: Spawn, now: Callable[[], float]) -> None:
        self.mac = drawn()
        self.own: dict[bytes, Question | None] = {self.mac: None}
        self.sent = 0
        self.now = now
        self._datapaths, self._later, self._spawn = datapaths, later, spawn

    def ask(self, host: Host, places: Iterable[Place], ips: Iterable[Ip], patience: float, told: Told) -> Question:
        """Ask a host where it was.

        :param ips: addresses that it has, or the one that somebody else claims.
        :param patience: seconds.
        """
        question = Question(self, host, tuple(places), tuple(ips), told)
        question.begin(patience, self._later)
        return question

    def when_sent(self, places: Iterable[Place], call: Callable[[], None]) -> None:
        """Have this called when the switches there have done all that they were sent, or do not answer."""
        found = [self._datapaths.get(dpid) for dpid in {dpid for dpid, _ in places}]
        self._spawn(_after([datapath for datapath in found if datapath is not None], call))

    def close(self, mac: EthernetAddress) -> None:
        """A question is over. Further answers to it are known as such for a while."""
        self.own[mac] = None
        self._later(_LINGER, self.own.pop, mac, None)

    def send(self, host: Host, places: Iterable[Place], ips: Iterable[Ip], mac: EthernetAddress | None = None) -> None:
        """Ask without waiting: what it answers comes as any other packet of it."""
        frames = list(probes(host, ips, mac or self.mac))
        for dpid, port in places:
            datapath = self._datapaths.get(dpid)
            if datapath is None:
                continue
            for frame in frames:
                datapath.emit(frame, (Output(port),))
                self.sent += 1


async def _after(datapaths: Iterable[Datapath], call: Callable[[], None]) -> None:
    await gatherResults([Deferred.fromCoroutine(_barrier(datapath)) for datapath in datapaths], consumeErrors=True)
    call()


async def _barrier(datapath: Datapath) -> None:
    with suppress(RequestError):  # it has gone: nobody answers there
        await datapath.barrier()

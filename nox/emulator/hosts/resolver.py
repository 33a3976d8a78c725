"""A stub resolver for DNS over UDP (RFC 1035, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nox.emulator.hosts.node import Node
from nox.emulator.hosts.timers import Timer
from nox.emulator.hosts.udp import Datagram, UdpPorts
from nox.lib.errors import RemoteProtocolError
from nox.lib.packet import dns
from nox.lib.packet.checksum import Address
from nox.lib.packet.dns import Data, Dns, Question
from nox.lib.packet.dnsname import Name

WAIT: Final = 2.0  # seconds for an answer
TRIES: Final = 4  # questions, to each server in turn
_MOST_ALIASES: Final = 8
_ERRORS: Final = {1: "format error", 2: "server failure", 3: "no such name", 4: "not implemented", 5: "refused"}


class Lookup:
    """One question, and what came of it.

    :ivar answers: addresses, names or strings, as the question's type has them.
    :ivar error: ``no such name``, ``timed out`` and so on; empty where there was an answer.
    :ivar done: whether it is over.
    """

    __slots__ = ("_id", "_ports", "_servers", "_timer", "_tries", "_when_done", "answers", "done", "error", "question")

    def __init__(
        self,
        node: Node,
        ports: UdpPorts,
        question: Question,
        servers: Sequence[Address],
        when_done: Callable[[Lookup], None] | None,
    ) -> None:
        self.question, self._servers, self._ports, self._when_done = question, servers, ports, when_done
        self.answers: tuple[Data, ...] = ()
        self.error = ""
        self.done = False
        self._id = node.draw() & 0xFFFF
        self._tries = 0
        self._timer: Timer | None = None

    def ask(self, now: float) -> None:
        """Ask the next server."""
        if self._tries == TRIES or not self._servers:
            self._finish((), "timed out" if self._servers else "no server")
            return
        server = self._servers[self._tries % len(self._servers)]
        self._tries += 1
        socket = self._ports.bind(0)  # a port of its own for each, which an answer must know (RFC 5452, section 9)

        def heard(datagram: Datagram) -> None:
            if (datagram.src, datagram.src_port) == (server, dns.PORT) and self._hear(datagram.data, now):
                socket.close()

        def late(later: float) -> None:
            socket.close()
            if not self.done:
                self.ask(later)

        socket.hear = heard
        socket.send(server, dns.PORT, Dns(self._id, questions=(self.question,)).build(), now)
        self._timer = self._ports.node.timers.at(now + WAIT, late)

    def _hear(self, data: bytes, _now: float) -> bool:
        """An answer; whether it is one to our question."""
        try:
            answer = Dns.parse(data)
        except RemoteProtocolError:
            self._ports.node.malformed += 1
            return False
        if answer.id != self._id or not answer.flags & dns.RESPONSE or len(answer.questions) != 1:
            return False
        asked, own = answer.questions[0], self.question
        if (asked.name.folded(), asked.type, asked.cls) != (own.name.folded(), own.type, own.cls) or self.done:
            return False
        if answer.flags & dns.TRUNCATED:
            self._finish((), "truncated")
        elif answer.code:
            self._finish((), _ERRORS.get(answer.code, f"error {answer.code}"))
        else:
            found = _answers(answer, own)
            self._finish(found, "" if found else "no such record")
        return True

    def _finish(self, answers: tuple[Data, ...], error: str) -> None:
        self.answers, self.error, self.done = answers, error, True
        if self._timer is not None:
            self._timer.cancel()
        if self._when_done is not None:
            self._when_done(self)


def _answers(answer: Dns, question: Question) -> tuple[Data, ...]:
    """What the answer says of the name, or of what the name is an alias of."""
    name = question.name.folded()
    for _ in range(_MOST_ALIASES):
        found = tuple(r.data for r in answer.answers if r.type == question.type and r.name.folded() == name)
        if found:
            return found
        aliases = (r.data for r in answer.answers if r.type == dns.CNAME and r.name.folded() == name)
        alias = next(aliases, None)
        if not isinstance(alias, Name):
            return ()
        name = alias.folded()
    return ()


def reverse(address: Address) -> Name:
    """The name that has the PTR record of an address (RFC 1035, section 3.5; RFC 3596, section 2.5)."""
    return Name.of(address.reverse_pointer)


def question(name: str | IPv4Address | IPv6Address, kind: int = dns.A) -> Question:
    """The question for a name; an address is asked for its name.

    :raises LocalProtocolError: when it is no name.
    """
    if isinstance(name, str):
        return Question(Name.of(name), kind)
    return Question(reverse(name), dns.PTR)

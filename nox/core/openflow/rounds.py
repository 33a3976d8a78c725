"""Rounds of reads over the connections that are ready: what `Reading` does, without the reactor.

Of a group of ready connections all are read first, then all that was read is handled: one after the other, the
kernel's network code and Python would push each other out of the processor's caches, which costs a tenth. A round goes
over all groups, at most `READ_SIZE` bytes from each connection, so that none waits for another's flood for longer than
it takes to handle that much. The answers are sent when nothing more is ready, or after `HOLD` bytes: a peer that waits
sleeps, to wake it costs more than to answer it, and it sleeps once for all that is sent together. Rounds go on until
there is nothing to read and to send, or `BUDGET` bytes have been read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from nox.core.openflow.inbox import Inbox

if TYPE_CHECKING:
    from nox.core.openflow.home import Home

READ_SIZE: Final = 16384  # bytes that one connection gives in one round
BUDGET: Final = 65536  # bytes after which the reactor has its turn
HOLD: Final = 16384  # bytes after which answers are sent although more is ready
GROUP: Final = 16  # connections that are read, then handled
MOST_TOLD: Final = 256  # connections that the set tells of at once
_READABLE: Final = 1  # EPOLLIN, alone

Recv = Callable[[int], bytes]
Ready = list[tuple[int, int]]  # descriptors, and what the set tells of them
Poll = Callable[[int, int], Ready]  # for how long, and of how many at most


class Rounds:
    """The connections by their descriptors.

    :ivar more: those that were not read to their end, since the set tells of a connection once.
    :param over: called with the descriptor of a connection that has ended, orderly or not.
    """

    __slots__ = ("_home", "_over", "inboxes", "more")

    def __init__(self, home: Home, over: Callable[[int], None]) -> None:
        self._home = home
        self._over = over
        self.inboxes: dict[int, tuple[Inbox, Recv]] = {}
        self.more: Ready = []

    def run(self, poll: Poll) -> None:
        """Read what is ready, round after round."""
        home, budget, held = self._home, BUDGET, 0
        while budget > 0:
            ready = self._once(poll(0, MOST_TOLD)) if self.more else poll(0, MOST_TOLD)
            if ready:
                size = self._round(ready)
                held += size
                budget -= size
            elif not held:
                break
            if held >= HOLD or not ready:
                home.send()  # and look once more: whoever waited for it may have more to say
                held = 0

    def _once(self, told: Ready) -> Ready:
        """What has more and what the set tells of: each once, or a flood, which is both, would have ever more turns."""
        return list((dict(self.more) | dict(told)).items())

    def _round(self, ready: Ready) -> int:
        """Read once from each of these and handle it, group by group; how many bytes."""
        self.more = []
        size = 0
        for start in range(0, len(ready), GROUP):
            size += self._handle(ready[start : start + GROUP])
        self._home.drain()
        return size

    def _handle(self, ready: Ready) -> int:
        """Read once from each of these, then handle what was read; how many bytes."""
        inboxes, size = self.inboxes, 0
        read: list[tuple[Inbox, bytes]] = []
        for event in ready:
            try:
                inbox, recv = inboxes[event[0]]
                data = recv(READ_SIZE)
            except (KeyError, BlockingIOError):  # closed by what another sent; or told of twice
                continue
            except OSError:
                data = b""
            if not data:
                self._over(event[0])
                continue
            if len(data) == READ_SIZE or event[1] != _READABLE:  # the end of a stream is told of once too
                self.more.append(event)
            size += len(data)
            read.append((inbox, data))
        for inbox, data in read:
            inbox.receive(data)
        return size

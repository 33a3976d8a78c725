"""Numbered broadcasts, sent and counted at hosts of the lab, from the test's own process."""

from __future__ import annotations

import select
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.lab.namespaces import Host
from tests.lab.sockets import raw_socket

EXPERIMENTAL = 0x88B5  # IEEE 802, table 3: for experiments


class Broadcasts:
    """Hosts that send broadcasts in turn and count what they get.

    :ivar sent: who sent each, by number. :ivar got: by number and host, how often.
    """

    def __init__(self, hosts: Sequence[Host]) -> None:
        self._sockets = [raw_socket(host, EXPERIMENTAL) for host in hosts]
        self._macs = [bytes.fromhex(host.mac.replace(":", "")) for host in hosts]
        self.sent: list[int] = []
        self.got: Counter[tuple[int, int]] = Counter()

    @contextmanager
    def going_on(self, every: float) -> Iterator[None]:
        """Send while the block runs, one of the hosts after the other."""
        over = threading.Event()
        thread = threading.Thread(target=self._go_on, args=(every, over))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _go_on(self, every: float, over: threading.Event) -> None:
        while not over.is_set():
            self.send()
            self.hear(every)

    def some(self, count: int, every: float) -> None:
        """Send so many, and wait until all have arrived."""
        for _ in range(count):
            self.send()
            self.hear(every)
        self.hear(1.0)

    def send(self) -> None:
        """Have the next host send the next one."""
        number, host = len(self.sent), len(self.sent) % len(self._sockets)
        self.sent.append(host)
        frame = b"\xff" * 6 + self._macs[host] + EXPERIMENTAL.to_bytes(2) + number.to_bytes(4) + bytes(42)
        self._sockets[host].send(frame)

    def hear(self, seconds: float) -> None:
        """Count what comes in this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for ready in select.select(self._sockets, [], [], left)[0]:
                frame = ready.recv(2048)
                self.got[int.from_bytes(frame[14:18]), self._sockets.index(ready)] += 1

    @property
    def doubled(self) -> list[tuple[int, int]]:
        """Which came to which host more than once."""
        return [one for one, copies in self.got.items() if copies > 1]

    def missing(self, since: int) -> list[tuple[int, int]]:
        """Which, from this number on, did not come to which host."""
        hosts = range(len(self._sockets))
        numbers = range(since, len(self.sent))
        return [(n, host) for n in numbers for host in hosts if host != self.sent[n] and not self.got[n, host]]

    def close(self) -> None:
        """Close the sockets."""
        for one in self._sockets:
            one.close()

"""A ping that goes on while something breaks."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from tests.lab.namespaces import Host


@dataclass(frozen=True)
class Pinged:
    """What came of it.

    :ivar times: of the answers, seconds, by sequence number from 1.
    """

    sent: int
    times: dict[int, float]

    @property
    def lost(self) -> int:
        """How many were not answered."""
        return self.sent - len(self.times)

    @property
    def first(self) -> int:
        """The sequence number of the first that was answered; one more than the last where none was."""
        return min(self.times, default=self.sent + 1)


class Pinging:
    """A request every so often.

    :param every: seconds between two of them; `count`: of them.
    """

    def __init__(self, one: Host, other: Host, *, count: int, every: float = 0.01) -> None:
        self._count = count
        argv = ["ping", "-n", "-i", str(every), "-c", str(count), "-W", "1", other.address]
        self._process: subprocess.Popen[str] = one.namespace.popen(*argv)

    def end(self) -> Pinged:
        """Wait for its end; what came of it."""
        said, _ = self._process.communicate(timeout=120)
        answers = re.findall(r"icmp_seq=(\d+) ttl=\d+ time=([\d.]+) ms", said)
        sent = re.search(r"(\d+) packets transmitted", said)
        assert sent, said
        return Pinged(int(sent[1]), {int(number): float(took) / 1000 for number, took in answers})

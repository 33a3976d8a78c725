"""Broadcasts that are counted: who has got which, and how often."""

from __future__ import annotations

from collections import Counter

import pytest

from nox.emulator.hosts.host import Host
from nox.emulator.network import Network
from nox.lib.packet.ethernet import BROADCAST, Ethernet

EXPERIMENTAL = 0x88B5  # IEEE 802, table 3: for experiments


class Counted:
    """Broadcasts with numbers.

    :ivar sent: by number, who and when. :ivar got: by number and host, how often.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: dict[int, tuple[str, float]] = {}
        self.got: Counter[tuple[int, str]] = Counter()
        receive = Host.receive

        def count(host: Host, frame: bytes, now: float) -> None:
            if frame[12:14] == EXPERIMENTAL.to_bytes(2):
                self.got[int.from_bytes(frame[14:18]), host.name] += 1
            receive(host, frame, now)

        monkeypatch.setattr(Host, "receive", count)

    def send(self, net: Network, name: str) -> None:
        """Have a host send one."""
        number = len(self.sent)
        self.sent[number] = (name, net.now)
        frame = Ethernet(BROADCAST, net[name].mac, EXPERIMENTAL, number.to_bytes(4) + bytes(42)).build()
        net[name].do(lambda host, _: host.send_raw(frame))

    def storm(self, net: Network, seconds: float, every: float = 0.005) -> None:
        """Hosts send in turn for a while, each some milliseconds after the other; until all have arrived."""
        hosts = net.hosts
        for number in range(round(seconds / every)):
            self.send(net, hosts[number % len(hosts)].name)
            net.run(every)
        net.run(0.1)  # until the last has arrived

    @property
    def doubled(self) -> list[tuple[int, str]]:
        """Which came to whom more than once."""
        return [one for one, copies in self.got.items() if copies > 1]

    def missing(self, net: Network, since: float = 0.0) -> list[tuple[int, str]]:
        """Which of those that were sent after that time did not come to whom."""
        numbers = [(number, sender) for number, (sender, when) in self.sent.items() if when >= since]
        hosts = [host.name for host in net.hosts]
        return [(n, host) for n, sender in numbers for host in hosts if host != sender and not self.got[n, host]]

"""Faults as words, so that they can stand in a script: what each does, and scripts of chance.

link s1 s2 down            host h1 sleep
link s1 s2 up              host h1 wake
link s1 s2 delay 0.05      host h1 move s3
link s1 s2 loss 0.2        host h1 lie mac=02:00:00:00:00:07 ipv4=10.0.0.7
link s1 s2 miswire s3 s4   host h1 honest
switch s1 crash            host h1 flood 1000 5000
switch s1 restart
switch s1 disconnect
switch s1 connect
switch s1 deaf             it accepts entries and does not forward by them
switch s1 hear
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import NamedTuple

from nox.emulator.building import Building
from nox.emulator.handles import NetworkHost
from nox.lib.addresses import EthernetAddress
from nox.lib.errors import ConfigError, LocalProtocolError

Do = Callable[[], object]


class Fault(NamedTuple):
    """What happens, and when: seconds from the start of the script."""

    at: float
    words: str


def read(path: str | Path) -> list[Fault]:
    """The script in a TOML file: tables ``[[fault]]`` with the keys ``at`` and ``do``.

    :raises ConfigError: when it is none.
    """
    try:
        tables = tomllib.loads(Path(path).read_text())
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigError(f"{path} is not TOML: {error}") from error
    found = tables.get("fault", [])
    if set(tables) - {"fault"} or not isinstance(found, list):
        raise ConfigError(f"{path}: a script of faults has tables [[fault]] and nothing else")
    return [_table(f"{path}, fault {number}", table) for number, table in enumerate(found, 1)]


def _table(place: str, table: object) -> Fault:
    if not isinstance(table, dict) or set(table) != {"at", "do"}:
        raise ConfigError(f"{place}: it has the keys at (seconds) and do (words), and no others")
    at, words = table["at"], table["do"]
    if isinstance(at, bool) or not isinstance(at, int | float) or not isinstance(words, str):
        raise ConfigError(f"{place}: at is a number of seconds, and do a text")
    return Fault(float(at), words)


def parse(net: Building, words: str) -> Do:
    """What does it.

    :raises ConfigError: when nobody knows how, or it is about something that is not in the network.
    """
    try:
        kind, *rest = words.split()
        return _KINDS[kind](net, rest)
    except (KeyError, ValueError, IndexError, LocalProtocolError) as error:
        raise ConfigError(
            f'"{words}" is no fault ({error}); write it like "link s1 s2 down" or "host h1 sleep"'
        ) from error


def _link(net: Building, words: list[str]) -> Do:
    a, b, what, *rest = words
    link = net.link(a, b)
    if what == "miswire":
        one, other = rest
        target = net.link(one, other)
        return lambda: link.miswire(target)
    if what in ("delay", "loss"):
        (text,) = rest
        value = float(text)
        return lambda: link.set(**{what: value})
    _no_more(rest)
    return {"down": link.down, "up": link.up}[what]


def _switch(net: Building, words: list[str]) -> Do:
    name, what, *rest = words
    switch = net.switch(name)
    _no_more(rest)
    return {
        "crash": switch.crash, "restart": switch.restart, "disconnect": switch.disconnect, "connect": switch.connect,
        "deaf": switch.deafen, "hear": switch.hear,
    }[what]  # fmt: skip


def _host(net: Building, words: list[str]) -> Do:
    name, what, *rest = words
    host = net[name]
    if what == "move":
        switch, *port = rest
        net.switch(switch)
        number = int(port[0]) if port else None
        return lambda: host.move(switch, number)
    if what == "flood":
        per_second, total = rest
        rate, count = float(per_second), int(total)
        return lambda: host.flood(rate, count)
    if what == "lie":
        return _lie(host, dict(word.split("=", 1) for word in rest))
    _no_more(rest)
    return {"sleep": host.sleep, "wake": host.wake, "honest": host.lie}[what]


def _lie(host: NetworkHost, said: dict[str, str]) -> Do:
    if not said or set(said) - {"mac", "ipv4", "ipv6"}:
        raise ValueError("a lie is about mac=, ipv4= or ipv6=")
    mac = EthernetAddress(said["mac"]) if "mac" in said else None
    ipv4 = IPv4Address(said["ipv4"]) if "ipv4" in said else None
    ipv6 = IPv6Address(said["ipv6"]) if "ipv6" in said else None
    return lambda: host.lie(mac=mac, ipv4=ipv4, ipv6=ipv6)


def _no_more(rest: list[str]) -> None:
    if rest:
        raise ValueError(f"{rest[0]} is too much")


_KINDS: dict[str, Callable[[Building, list[str]], Do]] = {"link": _link, "switch": _switch, "host": _host}


class Chance:
    """Makes scripts by chance: the same for the same network and seed. Whatever breaks is mended before the end.

    :param seconds: that the script lasts.
    :param every: seconds from one fault to the next, on average.
    """

    def __init__(self, net: Building, *, seed: int, seconds: float, every: float) -> None:
        self._chance = random.Random(seed)
        self._seconds, self._every = seconds, every
        self._busy: dict[str, float] = {}
        links = ["link " + " ".join(link.between) for link in net.links if all(end.port for end in link.link.ends)]
        switches = [f"switch {switch.name}" for switch in net.switches]
        hosts = [f"host {host.name}" for host in net.hosts]
        self._choices = (
            ("down", "up", links), ("loss 0.3", "loss 0", links), ("crash", "restart", switches),
            ("disconnect", "connect", switches), ("deaf", "hear", switches), ("sleep", "wake", hosts),
        )  # fmt: skip

    def script(self) -> list[Fault]:
        """One script, in the order of time."""
        faults: list[Fault] = []
        now = self._chance.expovariate(1 / self._every)
        while now < self._seconds * 0.9:
            faults += self._one(now)
            now += self._chance.expovariate(1 / self._every)
        return sorted(faults)

    def _one(self, now: float) -> Iterable[Fault]:
        """Something that breaks, and when it is mended; nothing where what was drawn is broken already."""
        end = min(now + self._chance.uniform(0.1, 2) * self._every, self._seconds)
        breaks, mends, names = self._chance.choice([choice for choice in self._choices if choice[2]])
        name = self._chance.choice(names)
        if self._busy.get(name, 0.0) > now:
            return []
        self._busy[name] = end
        return [Fault(now, f"{name} {breaks}"), Fault(end, f"{name} {mends}")]

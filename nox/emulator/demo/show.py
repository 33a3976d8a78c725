"""What the demonstration shows: switches that join, hosts that ping each other, a table, and a link that is cut."""

from __future__ import annotations

import os
import random
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from nox.core.events.event import CONTINUE, Outcome
from nox.core.kernel import Kernel
from nox.core.openflow.component import OpenFlow
from nox.core.openflow.events import DatapathJoin
from nox.emulator.demo.cutting import cut, linked
from nox.emulator.handles import NetworkHost
from nox.emulator.hosts.echo import Ping
from nox.emulator.network import Network
from nox.lib.errors import NoxError

_PAUSE = 0.03  # seconds between two pings, so that one can look at them
_JOIN = 10.0  # seconds for all switches to join


async def show(kernel: Kernel, network: Network, reactor: Any, console: Console, folder: Path) -> None:
    """Start, show what happens, and go on for ever.

    :raises NoxError: when the controller does not start, or a switch does not join.
    """
    switches, hosts = network.switches, network.hosts
    console.print(
        f"[bold]NOX[/]: a controller that leads flows, and an emulated ring of {len(switches)} switches and "
        f"{len(hosts)} hosts. Ctrl-C ends it."
    )
    names = {switch.dpid: switch.name for switch in switches}
    await _joined(kernel, network, reactor, console, names)
    await linked(kernel, network, reactor, console)
    times = await _pings(hosts, reactor, console)
    console.print(_table(hosts, times))
    await cut(kernel, network, reactor, console, names)
    console.print(
        f"Every second some host pings another. In another terminal:\n\n"
        f"    {_noxctl()} --socket {folder / 'nox.sock'} switches\n\n"
        f"or [bold]paths[/], [bold]route 10.0.0.1 10.0.0.3[/], [bold]topology[/], [bold]hosts[/] … Ctrl-C ends it.",
        soft_wrap=True,
    )
    await _for_ever(hosts, reactor)


def _noxctl() -> str:
    """The command, as short as it can be written here."""
    path = Path(sys.executable).with_name("noxctl")
    return os.path.relpath(path) if path.exists() else "noxctl"


async def _joined(kernel: Kernel, network: Network, reactor: Any, console: Console, names: dict[int, str]) -> None:
    """Start the controller, connect the network and wait until every switch has joined."""
    missing = set(names)
    done: Deferred[None] = Deferred()

    def joined(event: DatapathJoin) -> Outcome:
        datapath = event.datapath
        console.print(
            f"[green]{names[event.dpid]}[/] joined: {datapath}, OpenFlow {datapath.version.text}, "
            f"{len(datapath.ports)} ports"
        )
        missing.discard(event.dpid)
        if not missing and not done.called:
            done.callback(None)
        return CONTINUE

    kernel.bind()
    await kernel.start()
    kernel.dispatcher.register(DatapathJoin, joined, owner="demo")
    openflow = kernel.registry.records["openflow"].instance
    assert isinstance(openflow, OpenFlow)
    (address,) = openflow.addresses()
    console.print(f"The controller listens at {address}.")
    network.connect(f"tcp:{address}", reactor=reactor)
    late = reactor.callLater(_JOIN, done.cancel)
    try:
        await done
    finally:
        if late.active():
            late.cancel()
    if missing:
        raise NoxError(f"{', '.join(names[dpid] for dpid in sorted(missing))}: not joined within {_JOIN:g} s")


def _ping(one: NetworkHost, other: NetworkHost) -> Deferred[Ping]:
    done: Deferred[Ping] = Deferred()
    one.do(lambda host, now: host.ping(other.ipv4, now, when_done=done.callback))
    return done


async def _pings(hosts: list[NetworkHost], reactor: Any, console: Console) -> dict[tuple[str, str], float | None]:
    """Have each ping each; seconds that the answer took, None for none."""
    times: dict[tuple[str, str], float | None] = {}
    for one, other in permutations(hosts, 2):
        ping = await _ping(one, other)
        times[one.name, other.name] = took = ping.times[0] if ping.times else None
        said = f"[green]{took * 1000:7.2f} ms[/]" if took is not None else "[red]no answer[/]"
        console.print(f"{one.name} {one.ipv4} → {other.name} {other.ipv4}  {said}")
        await deferLater(reactor, _PAUSE)
    return times


def _table(hosts: list[NetworkHost], times: dict[tuple[str, str], float | None]) -> Table:
    """All times, by source and destination."""
    lost = sum(took is None for took in times.values())
    table = Table("", *(host.name for host in hosts), title="From row to column, first ping, in ms")
    table.caption = f"{len(times) - lost} of {len(times)} pings answered"
    for one in hosts:
        row = [""] * len(hosts)
        for place, other in enumerate(hosts):
            took = times.get((one.name, other.name))
            row[place] = "·" if one.name == other.name else "[red]lost[/]" if took is None else f"{took * 1000:.1f}"
        table.add_row(one.name, *row)
    return table


async def _for_ever(hosts: list[NetworkHost], reactor: Any) -> None:
    """A little traffic, so that there is something to look at."""
    chance = random.Random(0)
    while True:
        one, other = chance.sample(hosts, 2)
        await _ping(one, other)
        await deferLater(reactor, 1.0)

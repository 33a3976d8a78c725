"""How the demonstration begins and ends: signals, the folder of its own, the controller, the network."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent, globalLogBeginner
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.component.plugins import find_plugins
from nox.core.config.document import Document
from nox.core.config.loader import check
from nox.core.kernel import Kernel
from nox.emulator.demo.show import show
from nox.emulator.network import Network
from nox.lib.errors import NoxError

_PATIENCE = 8.0  # seconds that an orderly end may take


def run(signals: Iterable[signal.Signals]) -> int:
    """Run until one of these signals comes; the exit code.

    There is one task: a signal cancels it, and what it has made it takes away.
    """
    from twisted.internet import reactor  # here: it is Twisted's to install one

    console = Console(highlight=False)
    demonstration = Demonstration(reactor, console)
    globalLogBeginner.beginLoggingTo([_Warnings(demonstration)], redirectStandardIO=False, discardBuffer=True)
    for number in signals:
        signal.signal(number, demonstration.interrupted)
    reactor.callWhenRunning(demonstration.begin)
    reactor.run(installSignalHandlers=False)  # type: ignore[call-arg] # its interface does not say it
    return demonstration.code


@implementer(ILogObserver)
class _Warnings:
    """Shows what the log warns of, until the end: connections that are closed then are no news."""

    def __init__(self, demonstration: Demonstration) -> None:
        self._demonstration = demonstration

    def __call__(self, event: LogEvent) -> None:
        least = LogLevel.error if self._demonstration.ends else LogLevel.warn
        if event.get("log_level", LogLevel.info) >= least:
            self._demonstration.say(formatEvent(event), "yellow")


class Demonstration:
    """One demonstration.

    :ivar code: the exit code.
    :ivar ends: whether it has been told to end.
    """

    def __init__(self, reactor: Any, console: Console) -> None:
        self._reactor, self.console = reactor, console
        self._task: Deferred[None] | None = None
        self.ends = False
        self.code = 0

    def say(self, text: str, style: str = "") -> None:
        """Show it, where anybody looks: the terminal may be gone."""
        with suppress(OSError, SystemExit):  # rich ends the program where nobody reads what it prints
            self.console.print(text, style=style, markup=False)

    def interrupted(self, number: int, frame: FrameType | None) -> None:
        """A signal has come, at any moment: end in the reactor's next turn."""
        self._reactor.callFromThread(self._end)

    def _end(self) -> None:
        if not self.ends:
            self.ends = True
            if self._task is not None:
                self._task.cancel()

    def begin(self) -> None:
        """Begin, unless it has been interrupted before."""
        if self.ends:
            self._reactor.stop()
            return
        self._task = Deferred.fromCoroutine(self._run())
        self._task.addErrback(self._failed).addBoth(lambda _: self._reactor.stop())

    def _failed(self, failure: Failure) -> None:
        if not failure.check(CancelledError, SystemExit, OSError):
            self.code = 1
            reason = failure.getErrorMessage() if failure.check(NoxError) else failure.getTraceback()
            self.say(f"The demonstration has failed: {reason}", "red")

    async def _run(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="nox-demo-"))
        kernel: Kernel | None = None
        network = Network.ring(4, hosts=2)
        try:
            kernel = _kernel(folder, self._reactor)
            await show(kernel, network, self._reactor, self.console, folder)
        finally:
            self.ends = True
            self.say("\nThe demonstration ends.")
            emergency = self._reactor.callLater(_PATIENCE, _give_up, folder)
            await network.closed()
            if kernel is not None:
                await kernel.stop()
            shutil.rmtree(folder)
            emergency.cancel()


def _kernel(folder: Path, reactor: Any) -> Kernel:
    """A controller whose port is any that is free, and whose files are in that folder."""
    tables = {
        "nox": {"listen": ["tcp:0:interface=127.0.0.1"], "components": ["routing", "allow_all"]},
        "view": {"store": "memory"},
        "rest": {"socket": str(folder / "nox.sock")},
        "openflow": {"state": str(folder / "switches.json")},
    }
    installed = find_plugins()
    return Kernel(check(Document("demo", tables), installed), installed, reactor)


def _give_up(folder: Path) -> None:
    """Something does not come to its end: leave nothing behind all the same."""
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)

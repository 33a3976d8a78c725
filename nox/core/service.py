"""NOX as a service of ``twistd``.

Ports are bound while the process still has its privileges and before ``twistd`` reports success; components start
afterwards.
"""

from __future__ import annotations

import gc
import signal
from types import FrameType
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from nox.core.component.plugins import find_plugins
from nox.core.config.loader import Configuration, check
from nox.core.events.watch import Watch
from nox.core.exits import exit_with_failure, say_errors
from nox.core.kernel import Kernel
from nox.core.logs import ComponentLogger, JsonLog
from nox.core.options import Options
from nox.lib.errors import NoxError


def make_service(options: Options) -> NoxService:
    """Check the configuration and make the service that will run it. Nothing is started yet.

    :raises NoxError: when something is wrong with it.
    """
    from twisted.internet import reactor  # here and not above: `twistd --reactor` chooses it

    say_errors()
    return NoxService(reactor, options)


class NoxService(Service):
    """A kernel, from the binding of its ports to the stop of its last component."""

    name = "nox"

    def __init__(self, reactor: Any, options: Options) -> None:
        self.log = ComponentLogger("nox")
        self._reactor = reactor
        self._options = options
        self._installed = find_plugins()
        self._file = options.absolute()  # `twistd` may change the directory
        configuration = check(options.document(), self._installed)
        reread = self._reread if self._file else None
        self.kernel = Kernel(configuration, self._installed, reactor, reread=reread, on_fatal=self._end)
        self._json_log = JsonLog(configuration.nox.json_log)
        self._watch: Watch | None = None

    def _reread(self) -> Configuration:
        return check(self._options.document(self._file), self._installed)

    def privilegedStartService(self) -> None:
        """Open what may need the privileges that the process was started with.

        :raises NoxError: when a file or port cannot be opened, or a component cannot be made.
        """
        try:
            self._json_log.open()
            self.kernel.bind()
        except NoxError as error:
            self.log.critical("{error}", error=error)
            raise

    def startService(self) -> None:
        """Start the components.

        :raises NoxError: when one fails at once. One that fails later ends the process.
        """
        Service.startService(self)
        starting = self.kernel.start()
        if starting.called and isinstance(starting.result, Failure):
            failure: Failure = starting.result
            starting.addErrback(lambda _: None)  # raised here instead
            self.log.critical("{error}", error=failure.value)
            failure.raiseException()
        starting.addCallbacks(lambda _: _settle(), self._failed_later)
        signal.signal(signal.SIGHUP, self._hang_up)
        self._watch = Watch(self.kernel.dispatcher, self._reactor.callFromThread)  # here: a daemon has forked by now
        self._watch.start()

    def stopService(self) -> Deferred[None]:
        """Stop the components; fires when the last one has stopped."""
        Service.stopService(self)
        if self._watch is not None:
            self._watch.stop()
        return self.kernel.stop().addBoth(self._stopped)

    def _stopped(self, result: object) -> None:
        self.log.info("stopped", event="stopped")
        self._json_log.close()

    def _hang_up(self, number: int, frame: FrameType | None) -> None:
        """SIGHUP came, at any moment: reload in the reactor's next turn."""
        self._reactor.callFromThread(self._reload)

    def _reload(self) -> None:
        def refused(failure: Failure) -> None:
            for sentence in failure.getErrorMessage().splitlines():
                self.log.error("SIGHUP: {sentence}", sentence=sentence, event="reload")

        self.kernel.reload().addErrback(refused)

    def _failed_later(self, failure: Failure) -> None:
        self._end(failure.value)

    def _end(self, error: object) -> None:
        """End the process, unless it is ending: a required component has failed."""
        if self.running:
            self.running = False
            self.log.critical("{error}; NOX ends", error=error)
            exit_with_failure()
            self._reactor.stop()


def _settle() -> None:
    """Take what the start has made out of the garbage collector's sight.

    It stays until the end. A full collection then looks at what came later alone: it takes less than a millisecond
    instead of some twenty, and is due earlier, since it waits for a quarter of what it looks at to be new.
    """
    gc.collect()
    gc.freeze()

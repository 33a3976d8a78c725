"""The controller inside of this process, under emulated time: the real kernel with the components that are given."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent, globalLogPublisher
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.plugins import ComponentPlugin, Installed, find_plugins
from nox.core.config.arguments import from_arguments
from nox.core.config.document import Document
from nox.core.config.loader import check
from nox.core.kernel import Kernel
from nox.core.openflow.component import OpenFlow
from nox.core.openflow.home import Home
from nox.emulator.reactor import EmulatedReactor
from nox.lib.errors import ConfigError, NoxError

C = TypeVar("C", bound=Component)
PORT = 6653
_OF_THE_MACHINE = frozenset({"rest"})  # components that open sockets of the machine


@dataclass(frozen=True)
class _Here(ComponentPlugin):
    """A component whose class is at hand."""

    cls: type[Component] = Component

    def load(self) -> type[Component]:
        return self.cls


@implementer(ILogObserver)
class _Errors:
    """What is logged as an error, with its traceback."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def __call__(self, event: LogEvent) -> None:
        if event.get("log_level", LogLevel.info) < LogLevel.error:
            return
        failure = event.get("log_failure")
        trace = f"\n{failure.getTraceback()}" if isinstance(failure, Failure) else ""
        self.sentences.append(f"{formatEvent(event)}{trace}")


class Controller:
    """A kernel and what it logs.

    :param components: names with settings, as on the command line of `twistd nox`, or classes. A class is called by its
        name in lower case.
    :param toml: tables of the configuration.
    :ivar errors: what was logged as an error since the start: a handler that raises, for instance.
    :raises NoxError: when the configuration is wrong.
    """

    def __init__(self, components: tuple[str | type[Component], ...], toml: str, reactor: EmulatedReactor) -> None:
        installed = _installed(components)
        configuration = check(_document(components, toml), installed)
        self._noted = _Errors()
        self.errors = self._noted.sentences
        self.kernel = Kernel(configuration, installed, reactor, on_fatal=lambda error: self.errors.append(str(error)))

    def start(self) -> Deferred[None]:
        """Bind and start the components.

        :raises NoxError: when a component cannot open what it needs.
        """
        globalLogPublisher.addObserver(self._noted)
        self.kernel.bind()
        return self.kernel.start()

    def stop(self) -> Deferred[None]:
        """Stop the components."""
        return self.kernel.stop().addBoth(self._stopped)

    def _stopped(self, result: object) -> None:
        globalLogPublisher.removeObserver(self._noted)
        if isinstance(result, Failure):
            self.errors.append(result.getErrorMessage())

    def component(self, cls: type[C]) -> C:
        """The running component of this class.

        :raises NoxError: when none runs.
        """
        for record in self.kernel.registry.records.values():
            if isinstance(record.instance, cls):
                return record.instance
        raise NoxError(f"no component {cls.__name__} runs: start it, or look at `errors` why it does not")

    @property
    def home(self) -> Home:
        """The connections of switches."""
        return self.component(OpenFlow).home


def _installed(components: tuple[str | type[Component], ...]) -> Installed:
    found = find_plugins()
    plugins = {name: plugin for name, plugin in found.plugins.items() if name not in _OF_THE_MACHINE}
    for cls in components:
        if not isinstance(cls, str):
            name = cls.__name__.lower()
            plugins[name] = _Here(name, f"{cls.__module__}:{cls.__qualname__}", cls=cls)
    return Installed(plugins, found.broken)


def _document(components: tuple[str | type[Component], ...], toml: str) -> Document:
    """What a configuration file would say.

    :raises ConfigError: when the text is not TOML, or has a table `[nox]`, which is ours.
    """
    words = [one if isinstance(one, str) else one.__name__.lower() for one in components]
    said = from_arguments(words, [f"tcp:{PORT}"])
    try:
        tables = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration of the controller is not TOML: {error}") from error
    if "nox" in tables:
        raise ConfigError("[nox] is not needed: say the components when you start the controller")
    return Document("start()", {**said.tables, **tables})


def outcome(deferred: Deferred[None], until: Callable[[Callable[[], bool]], bool]) -> None:
    """Wait for a Deferred by letting time go on.

    :param until: lets it go on until something is so; False when it has been too long.
    :raises NoxError: when it takes too long, and whatever it fails with.
    """
    results: list[object] = []
    deferred.addBoth(results.append)
    if not until(lambda: bool(results)):
        raise NoxError("the controller does not come to an end with what it does")
    if isinstance(results[0], Failure):
        results[0].raiseException()

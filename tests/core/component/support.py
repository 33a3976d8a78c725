"""Kernels inside of a test: installed components are classes of the test's own module, time is a Clock."""

from __future__ import annotations

import tomllib
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from nox.core.component.component import Component
from nox.core.component.declaration import provides
from nox.core.component.plugins import ComponentPlugin, Installed
from nox.core.config.document import Document
from nox.core.config.loader import Configuration, check
from nox.core.kernel import Kernel

T = TypeVar("T")
FILE = "nox.toml"


def plugin(cls: type[Component], *, default: bool = False, **options: Any) -> ComponentPlugin:
    """The plugin of a class at the top of a test's module, named like the class in lower case.

    :param default: whether it is loaded on demand for all that it provides.
    """
    if default:
        options["on_demand"] = provides(cls)
    return ComponentPlugin(cls.__name__.lower(), f"{cls.__module__}:{cls.__name__}", **options)


def configured(installed: Installed, toml: str) -> Configuration:
    """The checked configuration of a file that says this."""
    return check(Document(FILE, tomllib.loads(toml)), installed)


def result(deferred: Deferred[T]) -> T:
    """What a Deferred that has fired fired with; raises what it failed with."""
    outcome: list[Any] = []
    deferred.addBoth(outcome.append)
    assert outcome, "the Deferred has not fired"
    if isinstance(outcome[0], Failure):
        outcome[0].raiseException()
    found: T = outcome[0]
    return found


class Running:
    """A kernel, bound and started; its configuration's text can change.

    :ivar fatal: sentences of the errors that would have ended the process.
    """

    def __init__(self, installed: Installed, toml: str, *, start: bool = True) -> None:
        self.installed = installed
        self.toml = toml
        self.clock = Clock()
        self.fatal: list[str] = []
        self.kernel = Kernel(
            self.read(), installed, self.clock, reread=self.read, on_fatal=lambda error: self.fatal.append(str(error))
        )
        self.kernel.bind()
        if start:
            result(self.kernel.start())
            self.clock.advance(0)

    def read(self) -> Configuration:
        """The configuration as its text says it now."""
        return configured(self.installed, self.toml)

    def states(self) -> dict[str, str]:
        """Each component's state, in start order."""
        return {status.name: status.state for status in self.kernel.components()}

    def instance(self, cls: type[T]) -> T:
        """The instance of a component class."""
        found = self.kernel.registry.records[cls.__name__.lower()].instance
        assert isinstance(found, cls)
        return found

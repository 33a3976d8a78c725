"""The kernel's record of a component: what it is, how it is, and all that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure

from nox.core.component.belongings import Belongings, Owned, Sort, Withdraw
from nox.core.component.declaration import Dependency, Kind, dependencies_of, provides
from nox.core.component.status import ComponentStatus
from nox.core.config.model import ComponentConfig
from nox.core.events.dispatcher import Dispatcher
from nox.core.interfaces import IScoped
from nox.core.logs import ComponentLogger

if TYPE_CHECKING:
    from nox.core.component.component import Component
    from nox.core.component.registry import Registry


class State(Enum):
    """How far a component has come in its life. See docs/architecture.md."""

    DECLARED = "declared"
    BOUND = "bound"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


_SETTLED = frozenset({State.STARTING, State.RUNNING, State.STOPPING})


@dataclass(frozen=True)
class Surroundings:
    """What every component of one kernel shares."""

    clock: IReactorTime
    dispatcher: Dispatcher
    registry: Registry


class ComponentRecord:
    """One component as the kernel knows it.

    :ivar wiring: for each attribute that declares a dependency the names of the components that satisfy it.
    :ivar error: the sentence that says why it failed; empty otherwise.
    :ivar errors: how often its handlers, timers and tasks have failed.
    :ivar slow: how often a handler of it kept everything waiting.
    :ivar since: when it came to its state, seconds of the clock.
    """

    def __init__(
        self,
        name: str,
        number: int,
        cls: type[Component],
        config: ComponentConfig,
        wiring: Mapping[str, tuple[str, ...]],
        surroundings: Surroundings,
    ) -> None:
        self.name = name
        self.number = number
        self.cls = cls
        self.config = config
        self.wiring = wiring
        self.clock = surroundings.clock
        self.dispatcher = surroundings.dispatcher
        self.log = ComponentLogger(name, component=name)
        self.belongings = Belongings(name, self.clock, self.dispatcher, self.report)
        self.instance: Component | None = None
        self.error = ""
        self.errors = self.slow = 0
        self._registry = surroundings.registry
        self._views: dict[int, object] = {}
        self.enter(State.DECLARED)

    # Its life

    def enter(self, state: State) -> None:
        """Note that it has come to a state."""
        self.state = state
        self.since = self.clock.seconds()

    def fail(self, sentence: str, failure: Failure | None = None) -> None:
        """Note and log that it has failed.

        :param failure: where it comes from, when its traceback tells something.
        """
        self.enter(State.FAILED)
        self.error = sentence
        if failure is None:
            self.log.error("{error}", error=sentence, event="failed")
        else:
            self.log.failure("{error}", failure, error=sentence, event="failed")

    @property
    def is_settled(self) -> bool:
        """Whether its dependencies can no longer change: those before it in the start order have started or failed."""
        return self.state in _SETTLED

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the components that it is wired to, each once."""
        return tuple(dict.fromkeys(name for names in self.wiring.values() for name in names))

    @property
    def required(self) -> tuple[str, ...]:
        """Those of them without which it cannot run."""
        needs = [need.attribute for need in dependencies_of(self.cls) if need.kind is Kind.ONE]
        return tuple(name for attribute in needs for name in self.wiring[attribute])

    def report(self, failure: Failure, what: str) -> None:
        """Count and log that something of the component failed."""
        self.errors += 1
        self.log.failure("{what} failed: {error}", failure=failure, what=what, error=failure.getErrorMessage())

    # What it sees

    def providers(self, dependency: Dependency) -> tuple[object, ...]:
        """Those that satisfy the dependency and have not failed, each as this component shall see it."""
        found = self._registry.providers(dependency.interface, self.wiring.get(dependency.attribute, ()))
        return tuple(self._view(provider) for provider in found)

    def _view(self, provider: object) -> object:
        """The provider itself; where it must know for whom it works, its one view for this component."""
        if not IScoped.providedBy(provider):
            return provider
        if id(provider) not in self._views:
            self._views[id(provider)] = IScoped(provider).scoped(self)
        return self._views[id(provider)]

    # What it owns

    def own(self, withdraw: Withdraw, what: str = "registration") -> Owned:
        """Have ``withdraw()`` called when the component stops, at the latest; it may return a Deferred to wait for."""
        return self.belongings.own(withdraw, what)

    def holdings(self) -> list[str]:
        """What it owns now, in words: empty after it has stopped."""
        return [str(owned) for owned in self.belongings]

    def status(self) -> ComponentStatus:
        """How it is now."""
        return ComponentStatus(
            name=self.name,
            number=self.number,
            state=self.state.value,
            error=self.error,
            provides=provides(self.cls),
            requires=self.needs,
            config=self.config.model_dump(mode="json"),
            handlers=self.belongings.count(Sort.HANDLER),
            timers=self.belongings.count(Sort.TIMER),
            tasks=self.belongings.count(Sort.TASK),
            errors=self.errors,
            slow=self.slow,
            since=self.since,
        )

"""The kernel: it runs the components of a configuration, and changes what runs while it runs.

What is asked (start, load, unload, restart, reload, stop) comes down to moves from the components that run now to
those of another configuration; `nox.core.component.conductor` makes them. Here is what is asked, one after the
other, and what follows from a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from nox.core.component.conductor import Conductor
from nox.core.component.declaration import dependencies_of
from nox.core.component.given import given_by
from nox.core.component.plugins import Installed
from nox.core.component.record import State, Surroundings
from nox.core.component.registry import Registry
from nox.core.component.status import ComponentStatus
from nox.core.config.difference import Difference, difference
from nox.core.config.loader import Configuration, assemble
from nox.core.config.model import ISettings
from nox.core.events.accounting import HandlerStats
from nox.core.events.dispatcher import Dispatcher
from nox.core.events.event import Event
from nox.core.interfaces import IKernel
from nox.core.logs import ComponentLogger
from nox.core.metrics import IMetrics, Metrics
from nox.lib.errors import ComponentError, NoxError
from nox.lib.nearest import did_you_mean

__all__ = ["ComponentStatus", "Kernel"]

T = TypeVar("T")


@implementer(IKernel)
class Kernel:
    """The running system.

    :param installed: the components that can be loaded by name.
    :param reactor: the clock at least; what else it provides is given to components that require it.
    :param given: more providers that are not components, by interface.
    :param reread: gives the configuration as the file says it now, for `reload`.
    :param on_fatal: told when a required component has failed after the start: the process must end.
    """

    def __init__(
        self,
        configuration: Configuration,
        installed: Installed,
        reactor: IReactorTime,
        *,
        given: Mapping[type, object] | None = None,
        reread: Callable[[], Configuration] | None = None,
        on_fatal: Callable[[NoxError], None] | None = None,
    ) -> None:
        self.log = ComponentLogger("kernel", component="kernel")
        self.configuration = configuration
        self.dispatcher = Dispatcher(reactor, on_error=self._count_error, on_slow=self._count_slow)
        self.registry = Registry({IKernel: self, **given_by(reactor), **(given or {})})
        self.metrics = Metrics(self.registry, self.dispatcher)
        self._installed = installed
        self._conductor = Conductor(installed, Surroundings(reactor, self.dispatcher, self.registry))
        self._reactor = reactor
        self._reread = reread
        self._on_fatal = on_fatal
        self._lock = DeferredLock()
        self._step: Deferred[Any] | None = None
        self._adopt(configuration)

    def _count_error(self, owner: str, event: Event, error: BaseException) -> None:
        if owner in self.registry.records:
            self.registry.records[owner].errors += 1

    def _count_slow(self, owner: str) -> None:
        if owner in self.registry.records:
            self.registry.records[owner].slow += 1

    # What is

    def components(self) -> Sequence[ComponentStatus]:
        """Every component that is loaded or has failed, in start order."""
        return [record.status() for record in self.registry.records.values()]

    def graph(self) -> Mapping[str, Sequence[str]]:
        """For each loaded component the names of those that it depends on."""
        return {name: record.needs for name, record in self.registry.records.items()}

    def names(self) -> Mapping[int, str]:
        """The name of every component that is installed, by its number."""
        return {plugin.number: name for name, plugin in self._installed.plugins.items()}

    def events(self) -> Sequence[HandlerStats]:
        """Every handler with its counts."""
        return self.dispatcher.stats()

    # Start and stop

    def bind(self) -> None:
        """Create every component and open its ports.

        :raises NoxError: when one that is required fails; what was bound is stopped.
        """
        self._conductor.admit(self.configuration)
        try:
            self._conductor.bind()
        except NoxError:
            self.stop()
            raise

    def start(self) -> Deferred[None]:
        """Start every component; then post `BootstrapComplete`.

        :raises NoxError: when one that is required fails. The others are being stopped then; `stop` says when they are.
        """
        return self._in_turn(self._start).addErrback(self._give_up)

    def _give_up(self, failure: Failure) -> Failure:
        """Stop what has started, without keeping the error from the caller until that is done."""
        self.stop()
        return failure

    async def _start(self) -> None:
        await self._conductor.start()
        self._reactor.callLater(0, self._say_running)  # when the reactor runs: it handles signals from then on

    def _say_running(self) -> None:
        names = [record.name for record in self.registry.records.values() if record.state is State.RUNNING]
        self.log.info("running: {names}", names=", ".join(names), event="running")

    def stop(self) -> Deferred[None]:
        """Stop every component, last started first. What is under way is cancelled, what is asked later refused."""
        self._conductor.is_closing = True
        if self._step is not None:
            self._step.cancel()
        return self._lock.run(lambda: Deferred.fromCoroutine(self._stop()))

    async def _stop(self) -> None:
        await self._conductor.stop(set(self.registry.records))

    # Changes while running

    def load(self, name: str) -> Deferred[None]:
        """Load and start a component, and the defaults that it needs.

        :raises NoxError: with the sentence to show. One whose start fails is shown as failed, and the rest runs.
        """
        return self._in_turn(lambda: self._load(name))

    async def _load(self, name: str) -> None:
        record = self.registry.records.get(name)
        if record is not None and record.state is not State.FAILED:
            raise ComponentError(f'component "{name}" is loaded already')
        await self._move(self._with_components([*self.configuration.wanted, name]), {name}, strict=False)
        record = self.registry.records[name]
        if record.state is State.FAILED:
            raise ComponentError(record.error)

    def unload(self, name: str) -> Deferred[Sequence[str]]:
        """Stop a component, those that cannot run without it, and defaults that nobody needs any more.

        Dependents that can do without it are restarted.

        :returns: the names of those that are gone, in the order in which they stopped.
        :raises NoxError: when it is not loaded.
        """
        return self._in_turn(lambda: self._unload(name))

    async def _unload(self, name: str) -> Sequence[str]:
        self._refuse_unloaded(name)
        gone = self.registry.requirers(name)
        loaded = list(self.registry.records)
        target = self._with_components([one for one in self.configuration.wanted if one not in gone])
        await self._or_end(self._move(target))
        return [one for one in reversed(loaded) if one not in self.registry.records]

    def restart(self, name: str) -> Deferred[Sequence[str]]:
        """Stop a component and its dependents, start them again; their names, in start order.

        :raises NoxError: when it is not loaded, or fails to start again.
        """
        return self._in_turn(lambda: self._restart(name))

    async def _restart(self, name: str) -> Sequence[str]:
        self._refuse_unloaded(name)
        concerned = self.registry.dependents({name})
        await self._or_end(self._move(self.configuration, {name}))
        return [one for one in self.registry.records if one in concerned]

    def reload(self) -> Deferred[Difference]:
        """Read the configuration file again and apply what differs.

        :raises NoxError: when the file is wrong, or a component does not start as it says. What ran before runs on
            then.
        """
        return self._in_turn(self._reload)

    async def _reload(self) -> Difference:
        if self._reread is None:
            raise ComponentError("there is no configuration file to reload: NOX was started without one")
        old, new = self.configuration, self._reread()
        told = difference(old.tables, new.tables, self._told_otherwise(new))
        if new.nox.json_log != old.nox.json_log:
            self.log.warn("[nox] json_log takes effect when NOX is started again", event="reload")
        try:
            await self._move(new)
        except NoxError as error:
            self.log.error("the reload failed and is taken back: {error}", error=error, event="reload")
            await self._or_end(self._move(old, self._failed()))
            raise
        self.log.info("reloaded: {told}", told=told, event="reload")
        return told

    # How

    async def _move(self, target: Configuration, restart: Collection[str] = (), *, strict: bool = True) -> None:
        restarted = {*restart, *self._told_otherwise(target)}
        self._adopt(target)
        await self._conductor.move(target, restarted, strict=strict)

    def _adopt(self, target: Configuration) -> None:
        """Take over what concerns no component alone."""
        for event in self.configuration.nox.order:
            self.dispatcher.order(event, ())
        for event, components in target.nox.order.items():
            self.dispatcher.order(event, components)
        self.registry.given = {**self.registry.given, IMetrics: self.metrics, ISettings: target.nox}
        self.configuration = target

    def _told_otherwise(self, target: Configuration) -> set[str]:
        """Those that read ``[nox]``, when it says something else to them."""
        if target.nox.listen == self.configuration.nox.listen:
            return set()
        records = self.registry.records.values()
        return {one.name for one in records if any(need.interface is ISettings for need in dependencies_of(one.cls))}

    def _with_components(self, names: Sequence[str]) -> Configuration:
        """The configuration in which these components run instead."""
        now, given = self.configuration, tuple(self.registry.given)
        return assemble(now.document, now.nox, tuple(dict.fromkeys(names)), self._installed, given)

    def _refuse_unloaded(self, name: str) -> None:
        if name not in self.registry.records:
            raise ComponentError(f'component "{name}" is not loaded{did_you_mean(name, self.registry.records)}')

    def _failed(self) -> set[str]:
        return {record.name for record in self.registry.records.values() if record.state is State.FAILED}

    async def _or_end(self, move: Coroutine[Any, Any, None]) -> None:
        """Make a move from which there is no way back: a required component that fails ends the process."""
        try:
            await move
        except NoxError as error:
            if self._on_fatal is not None and not self._conductor.is_closing:
                self._on_fatal(error)
            raise

    def _in_turn(self, work: Callable[[], Coroutine[Any, Any, T]]) -> Deferred[T]:
        """Do one thing after the other. Who asked may lose interest; it is done all the same."""
        answer: Deferred[T] = Deferred()

        def begin() -> Deferred[T]:
            if self._conductor.is_closing:
                raise ComponentError("NOX is stopping")
            self._step = Deferred.fromCoroutine(work())
            return self._step

        def end(result: Any) -> None:
            self._step = None
            if not answer.called:
                answer.callback(result)

        self._lock.run(begin).addBoth(end)
        return answer

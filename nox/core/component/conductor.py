"""From the components that run now to those of another configuration.

Those that go, are rewired, or do not take their changed table are stopped, with their dependents, last started
first. Then what is missing is created, bound and started, in start order. What did not change is not touched.
"""

from __future__ import annotations

from collections.abc import Collection

from twisted.internet.defer import Deferred

from nox.core.component import life
from nox.core.component.plugins import Installed
from nox.core.component.record import ComponentRecord, State, Surroundings
from nox.core.config.loader import Configuration
from nox.core.events.event import Event
from nox.core.events.lifecycle import BootstrapComplete, ComponentFailed, ComponentStarted, ComponentStopped
from nox.lib.errors import ComponentError, NoxError


class Conductor:
    """Moves components through their lives, one step at a time.

    :ivar is_closing: set when everything is about to stop: nothing is started any more.
    """

    def __init__(self, installed: Installed, surroundings: Surroundings) -> None:
        self._installed = installed
        self._surroundings = surroundings
        self._registry = surroundings.registry
        self.is_closing = False

    async def move(self, target: Configuration, restart: Collection[str] = (), *, strict: bool = True) -> list[str]:
        """Make what runs equal to what the target says.

        :param restart: names of components that are stopped although nothing of theirs has changed.
        :param strict: give up when a required component fails; else the rest is started all the same.
        :returns: the names of those that were stopped, in that order.
        :raises NoxError: when strict, and a required component failed.
        """
        going = self._registry.dependents(self._going(target, restart))
        going |= await self._refuse_change(target, going)
        stopped = await self.stop(self._registry.dependents(going))
        self.admit(target)
        self.bind(strict=strict)
        await self.start(strict=strict)
        return stopped

    def _going(self, target: Configuration, restart: Collection[str]) -> set[str]:
        """Those that cannot stay as they are."""
        wiring = target.assembly.wiring
        records = self._registry.records.values()
        return {one.name for one in records if one.name in restart or wiring.get(one.name) != one.wiring}

    async def _refuse_change(self, target: Configuration, going: Collection[str]) -> set[str]:
        """Offer the others their changed tables; those that do not take them while running."""
        refused = set()
        for name, record in self._registry.records.items():
            if name in going or record.config == target.tables[name]:
                continue
            if record.state is not State.RUNNING or not await life.configure(record, target.tables[name]):
                refused.add(name)
        return refused

    def admit(self, target: Configuration) -> None:
        """Make a record for each component that has none yet."""
        old = self._registry.records
        self._registry.records = {name: old.get(name) or self._record(name, target) for name in target.assembly.classes}

    def _record(self, name: str, target: Configuration) -> ComponentRecord:
        number = self._installed.get(name).number
        cls, wiring = target.assembly.classes[name], target.assembly.wiring[name]
        return ComponentRecord(name, number, cls, target.tables[name], wiring, self._surroundings)

    def bind(self, *, strict: bool = True) -> None:
        """Create and bind those that are not yet.

        :raises NoxError: when strict, and a required one fails.
        """
        for record in self._in_state(State.DECLARED):
            try:
                self._refuse_failed_need(record)
                life.bind(record)
            except NoxError as error:
                Deferred.fromCoroutine(record.belongings.withdraw_all())
                self._failed(record, error, strict=strict)

    async def start(self, *, strict: bool = True) -> None:
        """Start those that are bound.

        :raises NoxError: when strict, and a required one fails; or when everything is about to stop.
        """
        bound = self._in_state(State.BOUND)
        for record in bound:
            if self.is_closing:
                raise ComponentError("NOX is stopping")
            try:
                self._refuse_failed_need(record)
                await life.start(record)
            except NoxError as error:
                await record.belongings.withdraw_all()
                self._failed(record, error, strict=strict)
            else:
                self._post(ComponentStarted(record.name))
        if bound:
            self._post(BootstrapComplete())

    def _in_state(self, state: State) -> list[ComponentRecord]:
        return [record for record in self._registry.records.values() if record.state is state]

    def _refuse_failed_need(self, record: ComponentRecord) -> None:
        """See that everything that a component cannot do without has not failed."""
        for need in record.required:
            provider = self._registry.records[need]
            if provider.state is State.FAILED:
                sentence = f'component "{record.name}" cannot run without "{need}", which failed: {provider.error}'
                record.fail(sentence)
                raise ComponentError(sentence)

    def _failed(self, record: ComponentRecord, error: NoxError, *, strict: bool) -> None:
        self._post(ComponentFailed(record.name, str(error)))
        if strict and record.config.required:
            raise error

    async def stop(self, names: Collection[str]) -> list[str]:
        """Stop these components, last started first, and forget them. Never fails.

        :returns: the names of those that had not failed, in the order in which they stopped.
        """
        stopped = []
        for name in [name for name in reversed(self._registry.records) if name in names]:
            record = self._registry.records[name]
            if record.state is not State.FAILED:
                await life.stop(record)
                stopped.append(name)
                self._post(ComponentStopped(name))
            del self._registry.records[name]
        return stopped

    def _post(self, event: Event) -> None:
        self._surroundings.dispatcher.post(event)

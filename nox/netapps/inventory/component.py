"""The component ``inventory``: what the operator names, in the network view.

Each entry has a row in DECLARATIONS beside the rows that it states. So it is known over a restart what the
configuration said before: what it says no more is taken back. What others change in the rows that an entry states is
put right.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError
from twisted.internet.defer import Deferred, DeferredLock, gatherResults
from zope.interface import implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.config.model import ComponentConfig
from nox.core.config.sentences import sentences
from nox.core.events.event import CONTINUE, Outcome
from nox.core.view.errors import Moved
from nox.core.view.events import ViewChange
from nox.core.view.interfaces import INetworkView, ITransaction
from nox.core.view.rows import Declaration, Declarer
from nox.core.view.table import Key
from nox.core.view.tables import DECLARATIONS
from nox.lib.errors import ConfigError
from nox.lib.nearest import did_you_mean
from nox.netapps.interfaces import Declared, IInventory
from nox.netapps.inventory.effects import TOUCHED, Effect, effects
from nox.netapps.inventory.entries import KINDS, AnyEntry, InventoryConfig, refuse_twice

_AT_ONCE = 64  # entries that are written at a time
_TRIES = 10  # for one entry, while others change its rows at the same time
_Name = tuple[str, str]  # an entry's kind and key


@implementer(IInventory)
class Inventory(Component):
    """Keeps in the network view what the operator has named."""

    Config = InventoryConfig
    config: InventoryConfig
    view = requires(INetworkView)

    def bind(self) -> None:
        """Begin with nothing."""
        self._entries: dict[_Name, tuple[AnyEntry, Declarer]] = {}
        self._stated: dict[tuple[str, Key], Effect] = {}
        self._turn = DeferredLock()

    async def start(self) -> None:
        """State what the configuration says, and take back what it said before."""
        for row in self.view.rows(DECLARATIONS):
            if entry := self._read(row):
                self._entries[row.kind, row.key] = entry, row.by
        await self._turn.run(self._bring, self.config.entries())
        for table in TOUCHED:
            self.register(ViewChange, self._changed, where={"table": table})
        self.register(ViewChange, self._declared_elsewhere, where={"table": DECLARATIONS})

    def _read(self, row: Declaration) -> AnyEntry | None:
        """What a row of an earlier run says; None where it makes no sense to this version."""
        try:
            return KINDS[row.kind].model_validate_json(row.entry)
        except (KeyError, ValidationError) as error:
            self.log.warn("{kind} {key} is left as it is: {why}", kind=row.kind, key=row.key, why=_why(row.kind, error))
            return None

    async def configure(self, config: ComponentConfig) -> bool:
        """Take what the configuration says now."""
        assert isinstance(config, InventoryConfig)
        await self._turn.run(self._bring, config.entries())
        return True

    # The configuration

    def _bring(self, entries: Sequence[AnyEntry]) -> Deferred[None]:
        return Deferred.fromCoroutine(self._make_so({(entry.kind, entry.key()): entry for entry in entries}))

    async def _make_so(self, wanted: Mapping[_Name, AnyEntry]) -> None:
        """Have what the configuration says, and nothing that it said before."""
        said_before = [name for name, (_, by) in self._entries.items() if by is Declarer.FILE]
        await _some_at_once(self._take_back(name) for name in said_before if name not in wanted)
        await _some_at_once(self._state(name, entry, Declarer.FILE) for name, entry in wanted.items())

    # IInventory

    def declared(self) -> Sequence[Declared]:
        """All of it, by kind and key."""
        return [
            Declared(kind, key, by.value, entry.model_dump(mode="json", exclude_defaults=True))
            for (kind, key), (entry, by) in sorted(self._entries.items(), key=lambda item: item[0])
        ]

    def declare(self, kind: str, entry: Mapping[str, Any]) -> Deferred[Declared]:
        """Name something; see `IInventory`."""
        return self._turn.run(lambda: Deferred.fromCoroutine(self._declare(kind, entry)))

    async def _declare(self, kind: str, values: Mapping[str, Any]) -> Declared:
        entry = self._understood(kind, values)
        name = kind, entry.key()
        self._refuse_of_file(name)
        others = [one for other, (one, _) in self._entries.items() if other != name]
        try:
            refuse_twice([*others, entry])
        except ValueError as error:
            raise ConfigError(str(error)) from error
        await self._state(name, entry, Declarer.COMMAND)
        return next(one for one in self.declared() if (one.kind, one.key) == name)

    def _understood(self, kind: str, values: Mapping[str, Any]) -> AnyEntry:
        if kind not in KINDS:
            raise ConfigError(f"there is no {kind!r:.40}: {', '.join(KINDS)} can be named{did_you_mean(kind, KINDS)}")
        try:
            return KINDS[kind].model_validate(values, strict=False)
        except ValidationError as error:
            first = next(sentences(error, KINDS[kind], kind))
            raise ConfigError(first.replace(f"[{kind}] ", f"{kind}: ", 1)) from error

    def withdraw(self, kind: str, key: str) -> Deferred[None]:
        """Name it no more; see `IInventory`."""
        return self._turn.run(lambda: Deferred.fromCoroutine(self._withdraw((kind, key))))

    async def _withdraw(self, name: _Name) -> None:
        if name not in self._entries:
            known = [key for kind, key in self._entries if kind == name[0]]
            raise ConfigError(f"{name[0]:.40} {name[1]:.60} is not named{did_you_mean(name[1], known)}")
        self._refuse_of_file(name)
        await self._take_back(name)

    def _refuse_of_file(self, name: _Name) -> None:
        if name in self._entries and self._entries[name][1] is Declarer.FILE:
            raise ConfigError(f"{name[0]} {name[1]} is named in the configuration: change it there, then noxctl reload")

    # Rows

    async def _state(self, name: _Name, entry: AnyEntry, by: Declarer) -> None:
        """Have an entry in the view, in the place of what was said of it before."""
        before = effects(self._entries[name][0]) if name in self._entries else {}
        wanted = effects(entry)
        row = Declaration(kind=name[0], key=name[1], by=by, entry=json.dumps(entry.model_dump(mode="json")))
        gone = {key: effect for key, effect in before.items() if key not in wanted}
        self._entries[name] = entry, by
        self._stated = {**{key: one for key, one in self._stated.items() if key not in gone}, **wanted}
        await self._write(row, (row.kind, row.key), wanted, gone)

    async def _take_back(self, name: _Name) -> None:
        """Have it in the view no more."""
        gone = effects(self._entries.pop(name)[0])
        self._stated = {key: one for key, one in self._stated.items() if key not in gone}
        await self._write(None, name, {}, gone)

    async def _write(
        self,
        row: Declaration | None,
        key: Key,
        wanted: Mapping[tuple[str, Key], Effect],
        gone: Mapping[tuple[str, Key], Effect],
    ) -> None:
        """Write an entry's rows in one transaction; again, when others were quicker."""
        for attempt in range(_TRIES):
            transaction = self.view.transaction()
            if row is not None:
                transaction.put(DECLARATIONS, row)
            else:
                transaction.delete(DECLARATIONS, key)
            for effect in wanted.values():
                self._change(transaction, effect, is_wanted=True)
            for effect in gone.values():
                self._change(transaction, effect, is_wanted=False)
            try:
                await transaction.commit()
                return
            except Moved:
                if attempt == _TRIES - 1:
                    raise

    def _change(self, transaction: ITransaction, effect: Effect, is_wanted: bool) -> None:
        before = self.view.get(effect.table, *effect.key)
        after = effect.state(before) if is_wanted else effect.undo(before, self.view) if before is not None else None
        transaction.expect(effect.table, effect.key, before.meta.revision if before is not None else 0)
        if after is None:
            transaction.delete(effect.table, effect.key)
        else:
            transaction.put(effect.table, after)

    # What others change

    def _declared_elsewhere(self, event: ViewChange) -> Outcome:
        """Another instance, or a dump that was restored, may have declared something: look when nothing is written."""
        kind, key = event.key
        self.spawn(self._follow((str(kind), str(key))))
        return CONTINUE

    async def _follow(self, name: _Name) -> None:
        await self._turn.acquire()
        try:
            row = self.view.get(DECLARATIONS, *name)
            entry = self._read(row) if row is not None else None
            self._know(name, None if row is None or entry is None else (entry, row.by))
        finally:
            self._turn.release()

    def _know(self, name: _Name, declared: tuple[AnyEntry, Declarer] | None) -> None:
        """Take over what the view says of an entry. Its other rows are there."""
        if declared == self._entries.get(name):
            return
        gone = effects(self._entries.pop(name)[0]) if name in self._entries else {}
        self._stated = {key: one for key, one in self._stated.items() if key not in gone}
        if declared is not None:
            self._entries[name] = declared
            self._stated.update(effects(declared[0]))

    def _changed(self, event: ViewChange) -> Outcome:
        effect = self._stated.get((event.table.name, event.key))
        if effect is not None and effect.state(event.after) != event.after:
            self.spawn(self._put_right(effect))
        return CONTINUE

    async def _put_right(self, effect: Effect) -> None:
        """State a row anew that somebody else has changed."""
        for _ in range(_TRIES):
            if self._stated.get((effect.table.name, effect.key)) is not effect:
                return
            transaction = self.view.transaction()
            self._change(transaction, effect, is_wanted=True)
            try:
                await transaction.commit()
                return
            except Moved:
                continue


def _why(kind: str, error: KeyError | ValidationError) -> str:
    """Why an entry makes no sense, in a sentence."""
    return next(sentences(error, KINDS[kind], kind)) if isinstance(error, ValidationError) else f"there is no {kind}"


async def _some_at_once(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all of it, some at a time: a store writes transactions together that come together."""
    work = iter(work)
    while some := list(islice(work, _AT_ONCE)):
        await gatherResults([Deferred.fromCoroutine(one) for one in some], consumeErrors=True)

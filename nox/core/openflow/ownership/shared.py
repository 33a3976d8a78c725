"""Groups and meters: what flow entries use. They have no cookies, so that their numbers say whose they are (`plan`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from twisted.internet.defer import Deferred, gatherResults

from nox.core.openflow.datapath import Datapath
from nox.core.openflow.groupspec import GroupSpec
from nox.core.openflow.ledger import MOST_STRANGERS, Shared
from nox.core.openflow.meterspec import MeterSpec
from nox.core.openflow.ownership.comparison import Standing
from nox.core.openflow.requests import RequestError
from nox.core.openflow.translation import groups as groups_on_the_wire
from nox.core.plan import group_owner, meter_slot
from nox.lib.errors import LocalProtocolError, NoxError
from nox.lib.openflow import Version, messages
from nox.lib.openflow.enums import GroupCommand, GroupType

S = TypeVar("S", GroupSpec, MeterSpec)

Refuse = Callable[[Datapath, int, "GroupSpec | MeterSpec", str], None]  # of which owner, what, and why
Standings = Callable[[int], Standing | None]


@dataclass(frozen=True)
class Kind(Generic[S]):
    """Groups, or meters.

    :ivar number: of one, in the switch. :ivar place: the range that it is in, which one component owns.
    :ivar assumed: the component that a number belongs to where none has claimed it; 0 where that cannot be said.
    :ivar empty: one of which only the number is known.
    :ivar reported: one as a switch reports it after it was written.
    """

    name: str
    number: Callable[[S], int]
    place: Callable[[int], int]
    assumed: Callable[[int], int]
    read: Callable[[Datapath], Awaitable[list[S]]]
    reported: Callable[[Datapath, S], S]
    empty: Callable[[int], S]
    add: Callable[[Datapath, S], Awaitable[None]]
    change: Callable[[Datapath, S], Awaitable[None]]
    delete: Callable[[Datapath, int], Awaitable[None]]


def _reported(datapath: Datapath, spec: GroupSpec) -> GroupSpec:
    mod = datapath.groups.mod(GroupCommand.ADD, spec)
    entry = messages.GroupDescriptionEntry(type=mod.type, group_id=mod.group_id, buckets=mod.buckets)
    return groups_on_the_wire.group(datapath.translator, entry)


GROUPS = Kind[GroupSpec](
    "group",
    number=lambda spec: spec.group_id,
    place=group_owner,
    assumed=group_owner,
    read=lambda datapath: datapath.groups.all(),
    reported=_reported,
    empty=lambda number: GroupSpec(group_id=number, type=GroupType.ALL),
    add=lambda datapath, spec: datapath.groups.add(spec),
    change=lambda datapath, spec: datapath.groups.modify(spec),
    delete=lambda datapath, number: datapath.groups.delete(number),
)
METERS = Kind[MeterSpec](
    "meter",
    number=lambda spec: spec.meter_id,
    place=meter_slot,
    assumed=lambda number: 0,
    read=lambda datapath: datapath.meters.all(),
    reported=lambda datapath, spec: spec,
    empty=lambda number: MeterSpec(meter_id=number),
    add=lambda datapath, spec: datapath.meters.add(spec),
    change=lambda datapath, spec: datapath.meters.modify(spec),
    delete=lambda datapath, number: datapath.meters.delete(number),
)


@dataclass(slots=True)
class Found(Generic[S]):
    """How those of one switch are. :ivar is_read: whether the switch told them."""

    right: int = 0
    missing: list[S] = field(default_factory=list)
    changed: list[S] = field(default_factory=list)
    unwanted: list[int] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)
    is_read: bool = True


class SharedThings(Generic[S]):
    """All groups, or all meters, that components state.

    :param removed: what is removed beside what is not stated any more.
    """

    def __init__(self, kind: Kind[S], removed: frozenset[Standing], refuse: Refuse) -> None:
        self._kind: Kind[S] = kind
        self._removed = removed
        self._refuse = refuse
        self._by_scope: dict[int | None, dict[int, S]] = {}
        self._owners: dict[int, int] = {}  # of places

    def claim(self, owner: int, number: int) -> None:
        """Note that a component uses numbers like this one.

        :raises LocalProtocolError: when another one does.
        """
        place = self._kind.place(number)
        if self._owners.setdefault(place, owner) != owner:
            raise LocalProtocolError(
                f"{self._kind.name} {number} is in the range of component {self._owners[place]}: "
                f"take numbers from IFlows.{self._kind.name}_id"
            )

    def put(self, owner: int, spec: S, scope: int | None) -> S | None:
        """State one; what it takes the place of."""
        number = self._kind.number(spec)
        self.claim(owner, number)
        things = self._by_scope.setdefault(scope, {})
        previous = things.get(number)
        things[number] = spec
        return previous

    def take(self, owner: int, number: int, scope: int | None) -> bool:
        """State one no more; whether it was stated."""
        mine = self._owners.get(self._kind.place(number)) == owner
        return mine and self._by_scope.get(scope, {}).pop(number, None) is not None

    def forget(self, owner: int) -> None:
        """Forget what a component states. Its numbers stay its own."""
        for things in self._by_scope.values():
            for number in [number for number in things if self._owner(number) == owner]:
                del things[number]

    def _owner(self, number: int) -> int:
        """The component whose numbers these are; 0 where nobody has claimed them."""
        return self._owners.get(self._kind.place(number), 0)

    def of(self, dpid: int, standing: Standings) -> Iterator[S]:
        """What shall be in this switch, of components that run."""
        for scope in (None, dpid):
            for number, spec in self._by_scope.get(scope, {}).items():
                if standing(self._owner(number)) is Standing.RUNS:
                    yield spec

    def write(self, datapath: Datapath, spec: S, *, is_new: bool) -> Deferred[None]:
        """Add one, or change it. Never fails: what is refused is told to its owner."""
        write = self._kind.add if is_new else self._kind.change
        return Deferred.fromCoroutine(self._written(datapath, spec, write))

    async def _written(self, datapath: Datapath, spec: S, write: Callable[[Datapath, S], Awaitable[None]]) -> None:
        try:
            await write(datapath, spec)
        except NoxError as error:
            self._refuse(datapath, self._owner(self._kind.number(spec)), spec, str(error))

    async def delete(self, datapath: Datapath, number: int) -> None:
        """Delete one, and with it the flow entries that use it. Never fails."""
        try:
            await self._kind.delete(datapath, number)
        except NoxError as error:
            self._refuse(datapath, self._owner(number), self._kind.empty(number), str(error))

    # Comparing

    async def before_flows(self, datapath: Datapath, standing: Standings) -> Found[S]:
        """Compare one switch, and write what is missing or differs: before the flow entries that use it.

        :raises RequestError: when the switch does not answer, or leaves.
        """
        stated = list(self.of(datapath.dpid, standing))
        found = await self._compare(datapath, stated, standing)
        writes = [self.write(datapath, spec, is_new=True) for spec in found.missing]
        writes += [self.write(datapath, spec, is_new=False) for spec in found.changed]
        await gatherResults(writes)
        return found

    async def _compare(self, datapath: Datapath, stated: Sequence[S], standing: Standings) -> Found[S]:
        if datapath.version < Version.V1_3:
            return Found(missing=list(stated), is_read=False)
        try:
            there = await self._kind.read(datapath)
        except RequestError as error:
            if error.error_type is None:
                raise
            return Found(missing=list(stated), is_read=False)
        found: Found[S] = Found()
        wanted = {self._kind.number(spec): spec for spec in stated}
        for thing in there:
            self._one(datapath, thing, wanted.pop(self._kind.number(thing), None), standing, found)
        found.missing.extend(wanted.values())
        return found

    def _one(self, datapath: Datapath, thing: S, wanted: S | None, standing: Standings, found: Found[S]) -> None:
        number = self._kind.number(thing)
        if wanted is not None:
            if self._kind.reported(datapath, wanted) == thing:
                found.right += 1
            else:
                found.changed.append(wanted)
            return
        where = {Standing.RUNS: found.unwanted, Standing.ORPHAN: found.orphans, Standing.FOREIGN: found.foreign}
        owner = self._owner(number)
        what = standing(owner or self._kind.assumed(number))
        if what is Standing.RUNS and not owner:
            what = Standing.FOREIGN  # that component has no such things
        if what is not None:
            where[what].append(number)

    async def after_flows(self, datapath: Datapath, found: Found[S]) -> Shared | None:
        """Delete what should not be there, when no stated entry uses it any more; what was found, all in all."""
        if not found.is_read:
            return None
        doomed = [*found.unwanted, *(self._strangers(found))]
        await gatherResults([Deferred.fromCoroutine(self.delete(datapath, number)) for number in doomed])
        return Shared(
            right=found.right,
            added=len(found.missing),
            mended=len(found.changed),
            removed=len(doomed),
            orphans=len(found.orphans),
            foreign=len(found.foreign),
            strangers=tuple([*found.foreign, *found.orphans][:MOST_STRANGERS]),
        )

    def _strangers(self, found: Found[S]) -> Iterable[int]:
        """Of those that are not ours, the ones to remove."""
        if Standing.ORPHAN in self._removed:
            yield from found.orphans
        if Standing.FOREIGN in self._removed:
            yield from found.foreign

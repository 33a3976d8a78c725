"""What components state: the flow entries that shall be in the switches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from nox.core.openflow.flowspec import FlowSpec
from nox.core.openflow.ownership.comparison import Key, key_of
from nox.core.openflow.statistics import FlowStats
from nox.core.openflow.translation import Translator
from nox.core.plan import component_of
from nox.lib.addresses import format_dpid
from nox.lib.errors import LocalProtocolError

Scope: TypeAlias = "int | None"  # the switch's dpid; None for every switch


class Stated:
    """One entry that a component states.

    :ivar cookie: that it is written with; one that the switch has had since before keeps its own.
    :ivar scope: the switch that shall have it; None: every switch.
    """

    __slots__ = ("_forms", "cookie", "scope", "spec")

    def __init__(self, cookie: int, spec: FlowSpec, scope: Scope) -> None:
        self.cookie = cookie
        self.spec = spec
        self.scope = scope
        self._forms: dict[Translator, FlowStats] = {}

    @property
    def owner(self) -> int:
        """The component's number."""
        return component_of(self.cookie)

    def form(self, translator: Translator) -> FlowStats:
        """The entry as a switch reports it; made once for each translator.

        :raises LocalProtocolError: when the version cannot say it.
        """
        form = self._forms.get(translator)
        if form is None:
            form = self._forms[translator] = translator.as_reported(self.spec)
        return form


class Statements:
    """All that is stated, by switch and by what identifies an entry."""

    def __init__(self) -> None:
        self._by_scope: dict[Scope, dict[Key, Stated]] = {None: {}}
        self._by_cookie: dict[int, Stated] = {}

    def put(self, stated: Stated) -> Stated | None:
        """State an entry; what it takes the place of.

        :raises LocalProtocolError: when somebody else states that entry, or the same component for another scope.
        """
        key = key_of(stated.spec)
        other = self._clash(key, stated)
        if other is not None:
            raise LocalProtocolError(
                f"an entry ({stated.spec.match}) of priority {stated.spec.priority} in table {stated.spec.table_id} is "
                f"stated already, by component {other.owner} for {_words(other.scope)}: state it once"
            )
        scope = self._by_scope.setdefault(stated.scope, {})
        previous = scope.get(key)
        if previous is not None:
            del self._by_cookie[previous.cookie]
        scope[key] = self._by_cookie[stated.cookie] = stated
        return previous

    def _clash(self, key: Key, stated: Stated) -> Stated | None:
        same = self._by_scope.get(stated.scope, {}).get(key)
        if same is not None:
            return same if same.owner != stated.owner else None
        wider = self._by_scope if stated.scope is None else (None,)
        return next((found for scope in wider if (found := self._by_scope[scope].get(key)) is not None), None)

    def take(self, owner: int, spec: FlowSpec, scope: Scope) -> Stated | None:
        """Forget what this component states there; None where it states nothing."""
        entries, key = self._by_scope.get(scope, {}), key_of(spec)
        stated = entries.get(key)
        if stated is None or stated.owner != owner:
            return None
        del entries[key], self._by_cookie[stated.cookie]
        if not entries and scope is not None:
            del self._by_scope[scope]
        return stated

    def forget(self, owner: int) -> None:
        """Forget all that this component states."""
        for stated in [one for one in self._by_cookie.values() if one.owner == owner]:
            self.take(owner, stated.spec, stated.scope)

    def of(self, dpid: int) -> Iterator[Stated]:
        """What shall be in this switch."""
        yield from self._by_scope[None].values()
        yield from self._by_scope.get(dpid, {}).values()

    def with_cookie(self, cookie: int) -> Stated | None:
        """What is written with this cookie."""
        return self._by_cookie.get(cookie)

    def __contains__(self, stated: object) -> bool:
        return isinstance(stated, Stated) and self._by_cookie.get(stated.cookie) is stated


def _words(scope: Scope) -> str:
    return "every switch" if scope is None else f"switch {format_dpid(scope)}"

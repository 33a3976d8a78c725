"""Which components run together, who satisfies whom, and in which order they start.

All of it is worked out from the classes, before any component exists: what does not fit is refused with a sentence
and nothing has happened yet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from zope.interface.interface import InterfaceClass

from nox.core.component.clashes import refuse_clashes
from nox.core.component.component import Component
from nox.core.component.declaration import Dependency, Kind, dependencies_of, implements, offers, provides
from nox.core.component.ordering import in_start_order
from nox.core.component.plugins import Installed
from nox.lib.errors import ComponentError, DependencyError
from nox.lib.nearest import did_you_mean

Wiring = Mapping[str, tuple[str, ...]]  # by attribute, the names of the components that satisfy the dependency


@dataclass(frozen=True)
class Assembly:
    """Components that fit together.

    :ivar classes: by name, in start order.
    :ivar wiring: by name, who satisfies each of its dependencies.
    """

    classes: Mapping[str, type[Component]]
    wiring: Mapping[str, Wiring]


def resolve(
    wanted: Sequence[str],
    installed: Installed,
    picks: Mapping[str, str] | None = None,
    given: Collection[type] = (),
) -> Assembly:
    """Complete the wanted components by the defaults that they need, wire them and order them.

    :param picks: by interface, the component that shall provide it.
    :param given: interfaces that are provided without any component.
    :raises ComponentError: when a component is not installed or cannot be imported.
    :raises DependencyError: when they do not fit together.
    """
    resolver = _Resolver(installed, picks or {}, given)
    resolver.choose(wanted)
    wiring = resolver.wire()
    refuse_clashes(resolver.chosen, installed)
    order = in_start_order(resolver.chosen, wiring)
    return Assembly({name: resolver.chosen[name] for name in order}, {name: wiring[name] for name in order})


class _Resolver:
    """The choice while it is made.

    :ivar chosen: the classes that will run, in the order in which they were wanted or found to be needed.
    """

    def __init__(self, installed: Installed, picks: Mapping[str, str], given: Collection[type]) -> None:
        self._installed = installed
        self._picks = picks
        self._given = given
        self.chosen: dict[str, type[Component]] = {}

    def choose(self, wanted: Sequence[str]) -> None:
        """Load what is wanted, and then whatever that requires and nobody provides yet."""
        for interface, name in self._picks.items():
            self._check_pick(interface, name)
        for name in wanted:
            self.chosen[name] = self._installed.load(name)
        waiting = list(self.chosen)
        for name in waiting:
            waiting.extend(self._add_providers(name))

    def _check_pick(self, interface: str, name: str) -> None:
        """Refuse a pick of something that does not provide the interface."""
        provided = provides(self._installed.load(name))
        if interface not in provided:
            hint = did_you_mean(interface, provided)
            raise DependencyError(f'[nox] providers: component "{name}" does not provide {interface}{hint}')

    def _add_providers(self, name: str) -> list[str]:
        """Choose a provider for each requirement of a component that has none; the names that were added."""
        added = []
        for dependency in dependencies_of(self.chosen[name]):
            if dependency.kind is Kind.ONE and not offers(self._given, dependency.interface):
                provider = self._provider_to_add(name, dependency)
                if provider is not None:
                    self.chosen[provider] = self._installed.load(provider)
                    added.append(provider)
        return added

    def _provider_to_add(self, name: str, dependency: Dependency) -> str | None:
        pick = self._pick(name, dependency)
        if pick is not None:
            return None if pick in self.chosen else pick
        if self._candidates(name, dependency):
            return None
        defaults = self._default_providers(dependency.interface)
        if not defaults:
            self._refuse_missing(name, dependency)
        if len(defaults) > 1:
            _refuse_several(name, self.chosen[name], dependency, defaults, "installed")
        return defaults[0]

    def wire(self) -> dict[str, Wiring]:
        """For each chosen component and each dependency of it, who satisfies it."""
        return {
            name: {dependency.attribute: self._satisfy(name, dependency) for dependency in dependencies_of(cls)}
            for name, cls in self.chosen.items()
        }

    def _satisfy(self, name: str, dependency: Dependency) -> tuple[str, ...]:
        if offers(self._given, dependency.interface):
            return ()
        candidates = self._candidates(name, dependency)
        if dependency.kind is Kind.ALL:
            return tuple(candidates)
        pick = self._pick(name, dependency)
        if pick in candidates:
            return (pick,)
        if len(candidates) > 1:
            _refuse_several(name, self.chosen[name], dependency, candidates, "loaded")
        return tuple(candidates)

    def _pick(self, name: str, dependency: Dependency) -> str | None:
        """The configuration's choice; a component that provides what it needs itself may wrap another one."""
        pick = self._picks.get(dependency.interface.__name__)
        return None if pick == name else pick

    def _candidates(self, name: str, dependency: Dependency) -> list[str]:
        chosen = self.chosen.items()
        return [other for other, cls in chosen if other != name and implements(cls, dependency.interface)]

    def _default_providers(self, interface: InterfaceClass) -> list[str]:
        """Those that say that they are loaded on demand for it.

        :raises ComponentError: when one does not provide what it says, or cannot be imported.
        """
        plugins = self._installed.plugins.items()
        found = [name for name, plugin in plugins if interface.__name__ in plugin.on_demand]
        for name in found:
            if not implements(self._installed.load(name), interface):
                raise ComponentError(
                    f'component "{name}": on_demand names {interface.__name__}, which it does not provide'
                )
        return found

    def _installed_providers(self, interface: InterfaceClass) -> list[str]:
        return [name for name in self._installed.plugins if self._provides(name, interface)]

    def _provides(self, name: str, interface: InterfaceClass) -> bool:
        """Whether an installed component provides the interface; one that cannot be imported provides nothing."""
        try:
            return implements(self._installed.load(name), interface)
        except ComponentError:
            return False

    def _refuse_missing(self, name: str, dependency: Dependency) -> NoReturn:
        interface = dependency.interface.__name__
        found = self._installed_providers(dependency.interface)
        hint = f"add one of those that do to [nox] components: {', '.join(found)}" if found else "install one that does"
        raise DependencyError(
            f'component "{name}" requires {interface} ({self._place(name, dependency)}), '
            f"and no loaded component provides it; {hint}{self._broken()}"
        )

    def _place(self, name: str, dependency: Dependency) -> str:
        return f"{self.chosen[name].__name__}.{dependency.attribute}"

    def _broken(self) -> str:
        """What might have provided it, had it been possible to import it."""
        reasons = [f"{module} cannot be imported: {reason}" for module, reason in self._installed.broken.items()]
        for name in self._installed.plugins:
            try:
                self._installed.load(name)
            except ComponentError as error:
                reasons.append(str(error))
        return "".join(f"; {reason}" for reason in reasons)


def _refuse_several(
    name: str, cls: type[Component], dependency: Dependency, found: Sequence[str], how: str
) -> NoReturn:
    interface = dependency.interface.__name__
    raise DependencyError(
        f'component "{name}" needs one {interface} ({cls.__name__}.{dependency.attribute}), and several {how} '
        f'components provide it: {", ".join(found)}; pick one with [nox] providers = {{ {interface} = "{found[0]}" }}'
    )

"""What fits together, what does not, and in which order it starts."""

from __future__ import annotations

import pytest
from zope.interface import Interface, implementer

from nox.core import plan
from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires, requires_all
from nox.core.component.plugins import ComponentPlugin, Installed
from nox.core.component.resolver import Assembly, resolve
from nox.lib.errors import ComponentError, DependencyError
from tests.core.component.support import plugin


class IMap(Interface):
    """A map."""


class IBetterMap(IMap):
    """A map that is a map, and more."""


class ICompass(Interface):
    """A compass."""


class IEgg(Interface):
    """Comes of a hen."""


class IHen(Interface):
    """Comes of an egg."""


@implementer(IMap)
class Paper(Component):
    """A map."""


@implementer(IBetterMap)
class Atlas(Component):
    """Another, which needs a compass."""

    compass = requires(ICompass)


@implementer(ICompass)
class Needle(Component):
    """A compass."""


class Walker(Component):
    """Needs exactly one map."""

    map = requires(IMap)


class Tourist(Component):
    """Takes a map if there is one."""

    map = optional(IMap)


class Collector(Component):
    """Takes all maps."""

    maps = requires_all(IMap)


@implementer(IMap)
class Copy(Component):
    """Wraps a map."""

    original = requires(IMap)


@implementer(IHen)
class Hen(Component):
    """Half of a cycle."""

    egg = requires(IEgg)


@implementer(IEgg)
class Egg(Component):
    """The other half."""

    hen = optional(IHen)


class Allower(Component):
    """Writes flows."""

    bands = (plan.FLOWS,)


class Denier(Component):
    """Writes denials."""

    bands = (plan.DENY,)


class Greedy(Component):
    """Writes both."""

    bands = (plan.Band("all", 30000, 45000),)


CLASSES = (Paper, Atlas, Needle, Walker, Tourist, Collector, Copy, Hen, Egg, Allower, Denier, Greedy)
INSTALLED = Installed.of(*(plugin(cls) for cls in CLASSES))


def _resolved(*wanted: str, picks: dict[str, str] | None = None, installed: Installed = INSTALLED) -> Assembly:
    return resolve(wanted, installed, picks)


def _order(*wanted: str, picks: dict[str, str] | None = None, installed: Installed = INSTALLED) -> list[str]:
    return list(_resolved(*wanted, picks=picks, installed=installed).classes)


def test_what_is_needed_starts_first() -> None:
    """A component starts after those that satisfy it, whatever the configuration's order."""
    assert _order("walker", "paper") == ["paper", "walker"]


def test_the_configuration_s_order_holds_where_nothing_else_does() -> None:
    """Components that do not know of each other start as listed."""
    assert _order("needle", "paper", "allower") == ["needle", "paper", "allower"]
    assert _order("allower", "paper", "needle") == ["allower", "paper", "needle"]


def test_optional_providers_start_first_too() -> None:
    """Whoever takes what is there must find it started."""
    assert _order("tourist", "collector", "paper") == ["paper", "tourist", "collector"]


def test_an_extended_interface_satisfies() -> None:
    """A provider of an interface that extends the one that is required will do."""
    assert _resolved("walker", "atlas", "needle").wiring["walker"] == {"map": ("atlas",)}


def test_nobody_provides_it() -> None:
    """The sentence names the interface, who needs it and where, and which installed components provide it."""
    with pytest.raises(DependencyError) as caught:
        _resolved("walker")
    assert str(caught.value) == (
        'component "walker" requires IMap (Walker.map), and no loaded component provides it; '
        "add one of those that do to [nox] components: paper, atlas, copy"
    )


def test_nobody_installed_provides_it() -> None:
    """Where nothing could be added to the configuration, the sentence says so, and what could not be imported."""
    broken = ComponentPlugin("broken", "nox.no_such_module:Map")
    with pytest.raises(DependencyError) as caught:
        _resolved("walker", installed=Installed.of(plugin(Walker), broken))
    assert "and no loaded component provides it; install one that does; component" in str(caught.value)
    assert 'component "broken": nox.no_such_module:Map cannot be imported' in str(caught.value)


def test_a_default_is_loaded_on_demand() -> None:
    """A default provider is loaded for whoever requires it, with what it requires itself."""
    installed = Installed.of(plugin(Walker), plugin(Atlas, default=True), plugin(Needle, default=True), plugin(Paper))
    assert _order("walker", installed=installed) == ["needle", "atlas", "walker"]


def test_a_default_that_does_not_provide_what_it_says_is_refused() -> None:
    """Nobody else was asked, so that the mistake would come out much later."""
    installed = Installed.of(plugin(Walker), plugin(Needle, on_demand=("IMap",)))
    with pytest.raises(ComponentError, match='"needle": on_demand names IMap, which it does not provide'):
        _resolved("walker", installed=installed)


def test_what_is_not_needed_is_not_imported() -> None:
    """Other components that are loaded on demand, for instance, which may be large."""
    others = ComponentPlugin("other", "nox.no_such_module:Other", on_demand=("IOther",))
    installed = Installed.of(plugin(Walker), plugin(Paper, default=True), others)
    assert _order("walker", installed=installed) == ["paper", "walker"]


def test_no_default_is_loaded_beside_a_configured_provider() -> None:
    """Who lists a provider does not want the default."""
    installed = Installed.of(plugin(Walker), plugin(Atlas, default=True), plugin(Paper))
    assert _order("walker", "paper", installed=installed) == ["paper", "walker"]


def test_no_default_is_loaded_for_who_can_do_without() -> None:
    """Optional needs take what is there and load nothing."""
    installed = Installed.of(plugin(Tourist), plugin(Collector), plugin(Paper, default=True))
    assert _order("tourist", "collector", installed=installed) == ["tourist", "collector"]


def test_two_defaults_are_refused() -> None:
    """Which one is meant cannot be guessed; the sentence shows how to pick."""
    installed = Installed.of(plugin(Walker), plugin(Paper, default=True), plugin(Copy, default=True))
    with pytest.raises(
        DependencyError, match=r"several installed components provide it: paper, copy; pick one with .*IM"
    ):
        _resolved("walker", installed=installed)


@pytest.mark.parametrize("needy", ["walker", "tourist"])
def test_two_providers_where_one_is_needed(needy: str) -> None:
    """Two loaded providers are refused, for required and optional needs, unless the configuration picks."""
    with pytest.raises(DependencyError) as caught:
        _resolved(needy, "paper", "atlas", "needle")
    assert str(caught.value) == (
        f'component "{needy}" needs one IMap ({needy.capitalize()}.map), and several loaded components provide it: '
        'paper, atlas; pick one with [nox] providers = { IMap = "paper" }'
    )


def test_a_pick_decides() -> None:
    """The configuration's pick is wired, and loaded when it is not yet."""
    assert _resolved("walker", "paper", "atlas", "needle", picks={"IMap": "atlas"}).wiring["walker"]["map"] == (
        "atlas",
    )
    assert _order("walker", picks={"IMap": "paper"}) == ["paper", "walker"]


def test_a_pick_may_wrap_another_provider() -> None:
    """A component that provides what it requires itself is given the other one, and everybody else gets the wrapper."""
    wiring = _resolved("walker", "paper", "copy", picks={"IMap": "copy"}).wiring
    assert wiring["copy"]["original"] == ("paper",)
    assert wiring["walker"]["map"] == ("copy",)


def test_a_pick_that_does_not_provide_is_refused() -> None:
    """A pick is checked, with the nearest interface that the component has."""
    with pytest.raises(DependencyError, match='component "atlas" does not provide IMapp; did you mean "IMap"'):
        _resolved("atlas", "needle", picks={"IMapp": "atlas"})


def test_a_cycle_is_written_out() -> None:
    """The sentence goes once round, with the attributes that make the cycle."""
    with pytest.raises(DependencyError) as caught:
        _resolved("hen", "egg")
    assert str(caught.value) == (
        'components depend on each other in a cycle: "hen" needs "egg" (egg), "egg" needs "hen" (hen); '
        "leave one of them out"
    )


def test_bands_that_overlap_are_refused() -> None:
    """Two components that write to the same priorities would undo each other's entries."""
    assert _order("allower", "denier") == ["allower", "denier"]
    with pytest.raises(DependencyError) as caught:
        _resolved("allower", "greedy")
    assert str(caught.value) == (
        'components "allower" and "greedy" write to the same band of priorities, '
        "flows (20000 to 39999) and all (30000 to 45000): load only one"
    )


def test_one_number_for_two_is_refused() -> None:
    """Entries of two components with one number could not be told apart."""
    installed = Installed.of(plugin(Paper, number=7), plugin(Needle, number=7))
    with pytest.raises(DependencyError, match=r'"paper" and "needle" have the same number in cookies \(7\)'):
        _resolved("paper", "needle", installed=installed)


def test_an_unknown_component_is_refused() -> None:
    """What is wanted must be installed."""
    with pytest.raises(ComponentError, match='no component "papier" is installed; did you mean "paper"'):
        _resolved("papier")

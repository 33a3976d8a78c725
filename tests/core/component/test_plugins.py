"""How components are found."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.logger import capturedLogs
from twisted.plugin import IPlugin
from zope.interface.verify import verifyObject

import nox.plugins
from nox.core.component.component import Component
from nox.core.component.declaration import provides
from nox.core.component.plugins import ComponentPlugin, Installed, derived_number, find_plugins
from nox.core.interfaces import IComponentPlugin
from nox.lib.errors import ComponentError
from tests.core.component.support import plugin


class Good(Component):
    """A component."""


@pytest.fixture(name="package")
def _package(tmp_path: Path) -> Iterator[types.ModuleType]:
    """A plugin package of the test's own, in a folder that the test fills."""
    package = types.ModuleType("plugins_of_a_test")
    package.__path__ = [str(tmp_path)]
    sys.modules[package.__name__] = package
    yield package
    for name in [name for name in sys.modules if name.startswith(package.__name__)]:
        del sys.modules[name]


def _write(package: types.ModuleType, module: str, text: str) -> Path:
    path = Path(package.__path__[0]) / f"{module}.py"
    path.write_text(f"from nox.core.component.plugins import ComponentPlugin\n{text}\n")
    return path


def test_a_plugin_is_a_twisted_plugin() -> None:
    """Third parties may check their plugin modules as Twisted's."""
    one = plugin(Good)
    assert verifyObject(IComponentPlugin, one)
    assert IPlugin.providedBy(one)
    assert one.load() is Good


def test_nox_s_own_numbers_never_change() -> None:
    """The numbers stand in cookies of entries that outlive the controller, so they are pinned."""
    found = find_plugins(nox.plugins).plugins
    numbers = {name: found[name].number for name in ("openflow", "flows", "punts", "rest", "hub", "switch", "normal")}
    assert numbers == {"openflow": 1, "flows": 2, "punts": 3, "rest": 4, "hub": 16, "switch": 17, "normal": 18}


def test_nox_s_own_components_provide_what_they_are_loaded_for() -> None:
    """All that they provide to other components, so that a requirement finds its default."""
    for one in find_plugins().plugins.values():
        provided = set(provides(one.load()))
        assert provided >= set(one.on_demand), one.name
        if one.on_demand:
            missing = provided - set(one.on_demand)
            assert missing <= {"IScoped", "IMetricsSource", "IStoreListener"}, (one.name, missing)


def test_another_s_number_follows_from_its_name() -> None:
    """A third party's number has the highest bit, and is the same everywhere and always."""
    assert plugin(Good).number == derived_number("good") == 0x8000 | 0x770E
    assert all(derived_number(name) & 0x8000 for name in ("a", "b", "c", "discovery"))


@pytest.mark.parametrize("number", [-1, 0x8000, 0x8001])
def test_a_number_that_is_not_nox_s_own_is_refused(number: int) -> None:
    """Only NOX's own components choose their number."""
    with pytest.raises(ComponentError, match="leave out number"):
        ComponentPlugin("x", "a:B", number=number)


@pytest.mark.parametrize("name", ["", "Switch", "a-b", "1a", "a b", "nox", "a\n"])
def test_a_name_that_no_table_could_have_is_refused(name: str) -> None:
    """A component's name is lower case letters, digits and underscores, and not the kernel's own table."""
    with pytest.raises(ComponentError, match="is no name for a component"):
        ComponentPlugin(name, "a:B")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nox.no_such_module:Thing", "ModuleNotFoundError"),
        ("nox.core.plan:Thing", "AttributeError"),
        ("nox.core.plan:Band", "is not a subclass of Component"),
        ("nox.core.plan", "is no place like package.module:Class"),
    ],
)
def test_a_class_that_cannot_be_loaded_is_named(path: str, reason: str) -> None:
    """The sentence names the component, where its class should be, and why it is not."""
    with pytest.raises(ComponentError, match=f'component "x".*{path}.*{reason}'):
        ComponentPlugin("x", path).load()


def test_modules_dropped_into_the_package_are_found(package: types.ModuleType) -> None:
    """Every plugin of every module is found by its name."""
    _write(package, "one", 'a = ComponentPlugin("a", "m:A")\nb = ComponentPlugin("b", "m:B")')
    _write(package, "two", 'c = ComponentPlugin("c", "m:C")\nsame = c')
    assert sorted(find_plugins(package).plugins) == ["a", "b", "c"]


def test_a_module_that_cannot_be_imported_is_a_warning(package: types.ModuleType) -> None:
    """It is named with the reason, and the others are found all the same."""
    _write(package, "broken", "import no_such_module")
    _write(package, "worse", "raise KeyError('x')")
    _write(package, "fine", 'a = ComponentPlugin("a", "m:A")')
    with capturedLogs() as events:
        installed = find_plugins(package)
    warned = {event["module"]: event["reason"] for event in events if event["log_namespace"] == "nox.kernel"}
    assert warned == dict(installed.broken)
    assert "No module named 'no_such_module'" in installed.broken["plugins_of_a_test.broken"]
    assert list(installed.plugins) == ["a"]


def test_it_is_an_error_when_it_is_needed(package: types.ModuleType) -> None:
    """Whoever asks for a component that is not there is told which modules might have had it."""
    _write(package, "broken", "import no_such_module")
    with pytest.raises(ComponentError, match=r'no component "a" is installed; plugins_of_a_test\.broken cannot be imp'):
        find_plugins(package).load("a")


def test_two_plugins_of_one_name_are_refused_with_both_places(package: types.ModuleType) -> None:
    """It cannot be guessed which of the two is meant."""
    one = _write(package, "one", 'a = ComponentPlugin("a", "m:A")')
    two = _write(package, "two", 'a = ComponentPlugin("a", "m:B")')
    with pytest.raises(ComponentError, match='component "a" is installed twice') as caught:
        find_plugins(package)
    assert str(one) in str(caught.value)
    assert str(two) in str(caught.value)


def test_an_unknown_component_s_nearest_name_is_told() -> None:
    """A slip of the finger costs one look."""
    with pytest.raises(ComponentError, match=r'no component "god" is installed; did you mean "good"\?'):
        Installed.of(plugin(Good)).load("god")

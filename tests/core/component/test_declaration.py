"""What a component declares, and what reading it gives."""

from __future__ import annotations

from typing import cast

import pytest
from zope.interface import Interface, implementer

from nox.core.component.component import Component
from nox.core.component.declaration import Kind, dependencies_of, optional, provides, requires, requires_all
from nox.core.component.plugins import Installed
from nox.core.component.record import ComponentRecord
from nox.core.interfaces import IKernel, IScoped
from nox.lib.errors import ComponentError
from tests.core.component.support import Running, plugin


class IColour(Interface):
    """Has a colour."""

    def colour() -> str:
        """Its name."""


class ISound(Interface):
    """Makes a sound."""


@implementer(IColour)
class Red(Component):
    """One provider."""

    def colour(self) -> str:
        """Its name."""
        return "red"


@implementer(IColour)
class Green(Component):
    """Another."""

    def colour(self) -> str:
        """Its name."""
        return "green"


@implementer(ISound, IScoped)
class Bell(Component):
    """A provider that gives each component a view of its own."""

    def scoped(self, record: ComponentRecord) -> list[str]:
        """A new list, so that identity tells how often it was asked."""
        return [record.name]


class Painter(Component):
    """Declares one of each kind."""

    kernel = requires(IKernel)
    sound = optional(ISound)
    colours = requires_all(IColour)


class Specialist(Painter):
    """Inherits its needs and adds one."""

    one = requires(IColour)


INSTALLED = Installed.of(plugin(Red), plugin(Green), plugin(Bell), plugin(Painter), plugin(Specialist))


def test_the_declaration_is_read_from_the_class() -> None:
    """A class tells its needs without an instance, its bases' first, each with attribute, interface and kind."""
    found = [(one.attribute, one.interface.__name__, one.kind) for one in dependencies_of(Specialist)]
    assert found == [
        ("kernel", "IKernel", Kind.ONE),
        ("sound", "ISound", Kind.OPTIONAL),
        ("colours", "IColour", Kind.ALL),
        ("one", "IColour", Kind.ONE),
    ]


def test_provides_names_the_interfaces() -> None:
    """What a class provides is named, for sentences and for noxctl."""
    assert set(provides(Bell)) == {"ISound", "IScoped"}


def test_requires_gives_the_provider() -> None:
    """Reading a requirement on an instance gives the provider: the kernel too is one."""
    running = Running(INSTALLED, 'nox.components = ["red", "specialist"]')
    specialist = running.instance(Specialist)
    assert specialist.one.colour() == "red"
    assert specialist.kernel is running.kernel


def test_requires_all_keeps_the_configuration_s_order() -> None:
    """All providers are given in the order in which the configuration lists them."""
    running = Running(INSTALLED, 'nox.components = ["green", "red", "painter"]')
    assert [one.colour() for one in running.instance(Painter).colours] == ["green", "red"]


def test_what_nobody_provides_is_none_or_empty() -> None:
    """Optional needs do not load anything, and are None or empty without a provider."""
    painter = Running(INSTALLED, 'nox.components = ["painter"]').instance(Painter)
    assert painter.sound is None
    assert painter.colours == ()


def test_a_scoped_provider_is_seen_as_the_caller_s_view() -> None:
    """A provider that must know for whom it works gives one view a component, always the same."""
    painter = Running(INSTALLED, 'nox.components = ["bell", "painter"]').instance(Painter)
    first, second = cast(object, painter.sound), cast(object, painter.sound)
    assert first == ["painter"]
    assert second is first


def test_reading_in_init_is_refused_with_a_sentence() -> None:
    """Before the kernel has adopted an instance, a dependency cannot be read, and the error says when it can."""
    with pytest.raises(ComponentError, match=r"Painter\.kernel is read too early: it is there from bind\(\) on"):
        _ = Painter().kernel

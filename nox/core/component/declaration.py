"""What a component declares at class level that it needs.

A dependency is a descriptor. On the class it is the declaration, which the resolver reads before any component
exists; on an instance it is the provider. A component's dependencies never change while it runs: when a provider
comes or goes, those that are wired to it are started anew. So the answer is kept in the instance, and the second
reading costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, cast

from zope.interface import Interface, implementedBy
from zope.interface.interface import InterfaceClass

from nox.lib.errors import ComponentError

if TYPE_CHECKING:
    from nox.core.component.component import Component
    from nox.core.component.record import ComponentRecord

T = TypeVar("T")


class Kind(Enum):
    """How many providers a dependency wants."""

    ONE = "exactly one"
    OPTIONAL = "one or none"
    ALL = "every one"


class Dependency:
    """One declared need of a component class.

    :ivar attribute: the name under which the class declares it.
    """

    def __init__(self, interface: type, kind: Kind) -> None:
        self.interface = as_interface(interface)
        self.kind = kind
        self.attribute = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute = name

    def __get__(self, instance: Component | None, owner: type | None = None) -> object:
        if instance is None:
            return self
        record: ComponentRecord | None = instance.__dict__.get("record")
        if record is None:
            raise ComponentError(
                f"{type(instance).__name__}.{self.attribute} is read too early: it is there from bind() on"
            )
        found = self._chosen(record.providers(self))
        if record.is_settled:
            instance.__dict__[self.attribute] = found
        return found

    def _chosen(self, providers: tuple[object, ...]) -> object:
        if self.kind is Kind.ALL:
            return providers
        return providers[0] if providers else None


def requires(interface: type[T]) -> T:
    """Exactly one provider of the interface; without one the component cannot run."""
    return cast(T, Dependency(interface, Kind.ONE))


def optional(interface: type[T]) -> T | None:
    """The provider of the interface, or None where none is loaded."""
    return cast("T | None", Dependency(interface, Kind.OPTIONAL))


def requires_all(interface: type[T]) -> tuple[T, ...]:
    """Every loaded provider of the interface, in the configuration's order; none is fine too."""
    return cast("tuple[T, ...]", Dependency(interface, Kind.ALL))


def dependencies_of(cls: type) -> tuple[Dependency, ...]:
    """What a class and its bases declare, bases first, in the order of the source; a redeclared name counts once."""
    names = {
        name: None for base in reversed(cls.__mro__) for name, value in vars(base).items() if _is_dependency(value)
    }
    found = (getattr(cls, name) for name in names)
    return tuple(dependency for dependency in found if isinstance(dependency, Dependency))


def _is_dependency(value: object) -> bool:
    return isinstance(value, Dependency)


def provides(cls: type) -> tuple[str, ...]:
    """The names of the interfaces that a class, or its views, implement, and of those that they extend."""
    implemented: Any = cast(Any, implementedBy)(cls)
    viewed = (as_interface(view) for view in _views(cls))
    found = [*implemented.flattened(), *(base for view in viewed for base in view.__iro__)]
    return tuple(dict.fromkeys(interface.__name__ for interface in found if interface is not Interface))


def implements(cls: type, interface: InterfaceClass) -> bool:
    """Whether instances of the class, or the views that they give (`IScoped`), provide the interface."""
    return bool(interface.implementedBy(cls)) or offers(_views(cls), interface)


def _views(cls: type) -> tuple[type, ...]:
    found: tuple[type, ...] = getattr(cls, "views", ())
    return found


def offers(provided: Iterable[type], interface: InterfaceClass) -> bool:
    """Whether one of these interfaces is the one asked for, or extends it."""
    return any(as_interface(one).isOrExtends(interface) for one in provided)


def as_interface(interface: type) -> InterfaceClass:
    """The interface as zope sees it: to the type checker it is a class."""
    return cast(InterfaceClass, interface)

"""What the kernel tells of itself and of its components."""

from __future__ import annotations

from typing import ClassVar

from nox.core.events.event import Event


class BootstrapComplete(Event):
    """Every component has started. From now on switches are accepted.

    It is posted after each change that has started something, so that a component that was restarted hears it too.
    """

    __slots__ = ()


class ComponentEvent(Event):
    """Something happened to a component.

    :ivar component: its name.
    """

    __slots__ = ("component",)
    where_fields: ClassVar[tuple[str, ...]] = ("component",)

    def __init__(self, component: str) -> None:
        self.component = component


class ComponentStarted(ComponentEvent):
    """A component runs."""

    __slots__ = ()


class ComponentStopped(ComponentEvent):
    """A component has stopped, and all that it had registered is withdrawn."""

    __slots__ = ()


class ComponentFailed(ComponentEvent):
    """A component failed to start.

    :ivar reason: one sentence.
    """

    __slots__ = ("reason",)

    def __init__(self, component: str, reason: str) -> None:
        super().__init__(component)
        self.reason = reason

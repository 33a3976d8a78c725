"""The base class of every component."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from nox.core.component.belongings import Owned, Withdraw
from nox.core.component.record import ComponentRecord
from nox.core.config.model import ComponentConfig
from nox.core.events.event import Event, Outcome
from nox.core.logs import ComponentLogger
from nox.core.plan import Band

E = TypeVar("E", bound=Event)


class Component:
    """A part of NOX that can be loaded by name.

    A subclass implements zope interfaces, declares at class level what it `requires`, and describes its table of
    the configuration in a nested ``Config``. The kernel creates it without arguments, sets the attributes below,
    and calls `bind`, `start` and later `stop`. Dependencies can be read from `bind` on.

    :cvar bands: the bands of priorities that it writes flow entries to; no other loaded component may use them.
    :cvar views: the interfaces that its views provide, for one that is `IScoped`: ``requires`` on them gives a view.
    :ivar config: its table of the configuration, checked; in a subclass with a ``Config``, annotate ``config: Config``.
    :ivar log: a logger whose events carry the component's name.
    :ivar record: the kernel's record of it.
    """

    Config: ClassVar[type[ComponentConfig]] = ComponentConfig
    bands: ClassVar[tuple[Band, ...]] = ()
    views: ClassVar[tuple[type, ...]] = ()

    config: ComponentConfig
    log: ComponentLogger
    record: ComponentRecord

    # What a subclass may define

    def bind(self) -> None:
        """Open ports, with the privileges that the process was started with. Serve nobody yet.

        What is opened here should be `own`-ed at once: `start`, or the next port, may fail.

        :raises PortInUse: when somebody else listens there.
        """

    async def start(self) -> None:
        """Begin to work. Whatever is raised here is the reason why the component failed."""

    async def stop(self) -> None:
        """Finish what `bind` and `start` have begun; not called when one of them failed.

        What was registered or is owned is withdrawn afterwards, in any case: only what nobody else knows of needs
        care here.
        """

    async def configure(self, config: ComponentConfig) -> bool:
        """Take a changed configuration while running.

        :returns: whether it was taken; if not, the component is restarted with it.
        """
        return False

    # What belongs to it

    def register(
        self, event_type: type[E], handler: Callable[[E], Outcome], *, priority: int = 0, where: object = None
    ) -> Owned:
        """Have a handler called for each event of that class.

        :param priority: higher runs first; equal ones in the order registered.
        :param where: only for events that it fits: a `Match` for packets, else a mapping of fields to values.
        :raises NoxError: when this event cannot be asked for that.
        """
        return self.record.belongings.register(event_type, handler, priority, where)

    def post(self, event: Event) -> None:
        """Queue an event; it is dispatched at the end of this read, or in the next turn of the reactor."""
        self.record.dispatcher.post(event)

    def call_later(self, seconds: float, call: Callable[..., object], *args: object) -> Owned:
        """Call once, after so many seconds. It may be a coroutine function. A failure is logged and counted."""
        return self.record.belongings.call_later(seconds, call, *args)

    def every(self, seconds: float, call: Callable[[], object]) -> Owned:
        """Call every so many seconds, first after that time. A failure is logged, counted, and ends nothing."""
        return self.record.belongings.every(seconds, call)

    def spawn(self, coroutine: Coroutine[Any, Any, object]) -> Owned:
        """Run a coroutine in the background. A failure is logged and counted."""
        return self.record.belongings.spawn(coroutine)

    def own(self, withdraw: Withdraw, what: str = "registration") -> Owned:
        """Have ``withdraw()`` called when the component stops, at the latest; it may return a Deferred to wait for."""
        return self.record.own(withdraw, what)

"""Start and stop: the order, what a failure brings with it, and what components are told."""

from __future__ import annotations

from typing import ClassVar

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from zope.interface import Interface, implementer
from zope.interface.verify import verifyObject

from nox.core.component.belongings import STOP_LIMIT
from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires
from nox.core.component.plugins import Installed
from nox.core.config.model import ComponentConfig, ISettings
from nox.core.events.event import CONTINUE, Event, Outcome
from nox.core.events.lifecycle import BootstrapComplete, ComponentFailed, ComponentStarted, ComponentStopped
from nox.core.interfaces import IKernel
from nox.lib.errors import ComponentError, NoxError, PortInUse
from tests.core.component.support import Running, plugin, result


class IBase(Interface):
    """What others build on."""


class Noted(Component):
    """Notes the steps of its life, and fails where its table says."""

    notes: ClassVar[list[str]] = []

    class Config(ComponentConfig):
        fails: str = ""

    config: Config

    def _step(self, name: str) -> None:
        self.notes.append(f"{self.record.name} {name}")
        if self.config.fails == name:
            raise ValueError("no luck")

    def bind(self) -> None:
        """Note it."""
        self.own(lambda: self.notes.append(f"{self.record.name} withdrawn"))
        self._step("bind")

    async def start(self) -> None:
        """Note it."""
        self._step("start")

    async def stop(self) -> None:
        """Note it."""
        self._step("stop")


@implementer(IBase)
class Base(Noted):
    """Others build on it."""


class Upper(Noted):
    """Builds on it."""

    base = requires(IBase)


class Free(Noted):
    """Builds on it when it is there."""

    base = optional(IBase)


class Alone(Noted):
    """Has to do with nobody."""


class Listener(Component):
    """Is told of everything that the kernel posts."""

    clock = requires(IReactorTime)
    settings = requires(ISettings)

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def start(self) -> None:
        """Listen."""
        for event in (BootstrapComplete, ComponentStarted, ComponentStopped, ComponentFailed):
            self.register(event, self.hear)

    def hear(self, event: Event) -> Outcome:
        """Note what was heard, and about whom."""
        self.heard.append(f"{type(event).__name__} {getattr(event, 'component', '')}".strip())
        return CONTINUE


class Bound(Component):
    """Finds its port taken."""

    def bind(self) -> None:
        """Fail as a component should."""
        raise PortInUse("tcp:6653 is in use: change [nox] listen")


class Slow(Component):
    """Takes until somebody lets it go on."""

    gate: Deferred[None]

    async def start(self) -> None:
        """Wait."""
        self.gate = Deferred()
        await self.gate


class Stuck(Component):
    """Never ends its stop."""

    async def stop(self) -> None:
        """Wait for ever."""
        await Deferred()


class Clumsy(Component):
    """Cannot even be made."""

    def __init__(self) -> None:
        raise OSError("out of order")


INSTALLED = Installed.of(*(plugin(cls) for cls in (Base, Upper, Free, Alone, Listener, Bound, Slow, Stuck, Clumsy)))


@pytest.fixture(autouse=True)
def _fresh_notes() -> None:
    Noted.notes.clear()


def test_the_kernel_is_what_it_says() -> None:
    """Components and noxctl see the kernel through its interface."""
    assert verifyObject(IKernel, Running(INSTALLED, "").kernel)


def test_order_of_start_and_stop() -> None:
    """All are bound, then all started, in order; they stop in the reverse order, and what each owns is withdrawn."""
    running = Running(INSTALLED, 'nox.components = ["upper", "base"]')
    assert Noted.notes == ["base bind", "upper bind", "base start", "upper start"]
    assert running.states() == {"base": "running", "upper": "running"}
    assert running.kernel.graph() == {"base": (), "upper": ("base",)}
    Noted.notes.clear()
    result(running.kernel.stop())
    assert Noted.notes == ["upper stop", "upper withdrawn", "base stop", "base withdrawn"]


def test_bound_before_started() -> None:
    """Between binding and starting nothing runs yet: the process may drop its privileges then."""
    running = Running(INSTALLED, 'nox.components = ["upper", "base"]', start=False)
    assert running.states() == {"base": "bound", "upper": "bound"}
    assert Noted.notes == ["base bind", "upper bind"]


def test_bootstrap_complete_comes_last() -> None:
    """When it is heard, every component has started; each start was told before."""
    running = Running(INSTALLED, 'nox.components = ["listener", "alone"]')
    assert running.instance(Listener).heard == [
        "ComponentStarted listener",
        "ComponentStarted alone",
        "BootstrapComplete",
    ]


def test_who_is_restarted_hears_it_too() -> None:
    """A component that waits for BootstrapComplete is not left waiting after a restart."""
    running = Running(INSTALLED, 'nox.components = ["listener"]')
    result(running.kernel.restart("listener"))
    running.clock.advance(0)
    assert running.instance(Listener).heard[-1] == "BootstrapComplete"


def test_nothing_is_told_when_nothing_has_started() -> None:
    """A change that only stops something does not tell the rest that it may begin."""
    running = Running(INSTALLED, 'nox.components = ["listener", "alone"]')
    heard = running.instance(Listener).heard
    heard.clear()
    result(running.kernel.unload("alone"))
    running.clock.advance(0)
    assert heard == ["ComponentStopped alone"]


def test_what_is_given() -> None:
    """The reactor and the settings of the kernel's own table can be required, without any component."""
    running = Running(INSTALLED, 'nox = { components = ["listener"], listen = ["tcp:1"] }')
    listener = running.instance(Listener)
    assert listener.clock is running.clock
    assert listener.settings.listen == ("tcp:1",)


def test_status() -> None:
    """What noxctl shows of a component."""
    running = Running(INSTALLED, 'nox.components = ["upper", "base"]\n[upper]\nfails = "never"')
    status = running.kernel.components()[1]
    assert (status.name, status.number, status.state, status.error) == ("upper", plugin(Upper).number, "running", "")
    assert (status.provides, status.requires, status.since) == ((), ("base",), 0.0)
    assert status.config == {"required": True, "on_stop": "keep", "fails": "never"}
    assert running.kernel.components()[0].provides == ("IBase",)


def test_a_required_component_that_fails_to_start_stops_everything() -> None:
    """What it would have guarded must not stand open: the start fails, those that had started are stopped."""
    running = Running(INSTALLED, 'nox.components = ["base", "alone", "free"]\n[alone]\nfails = "start"', start=False)
    Noted.notes.clear()
    with pytest.raises(ComponentError, match=r'^component "alone" failed to start: ValueError: no luck$'):
        result(running.kernel.start())
    result(running.kernel.stop())
    assert Noted.notes == [
        "base start",
        "alone start",
        "alone withdrawn",
        "free stop",
        "free withdrawn",
        "base stop",
        "base withdrawn",
    ]
    assert running.states() == {}


def test_one_that_fails_to_bind_stops_everything() -> None:
    """A NoxError keeps its own short sentence, which twistd's parent prints."""
    with pytest.raises(PortInUse, match=r"^tcp:6653 is in use: change \[nox\] listen$"):
        Running(INSTALLED, 'nox.components = ["alone", "bound"]')
    assert Noted.notes == ["alone bind", "alone stop", "alone withdrawn"]


def test_one_that_cannot_be_made() -> None:
    """An error in __init__ is the component's failure too."""
    with pytest.raises(ComponentError, match=r'^component "clumsy" failed to start: OSError: out of order$'):
        Running(INSTALLED, 'nox.components = ["clumsy"]')


@pytest.mark.parametrize("step", ["bind", "start"])
def test_one_that_is_not_required_fails_alone(step: str) -> None:
    """With required = false the rest runs; who can do without sees None; the failed one is shown with its sentence."""
    toml = f'nox.components = ["listener", "free", "base"]\n[base]\nrequired = false\nfails = "{step}"'
    with capturedLogs() as events:
        running = Running(INSTALLED, toml)
    assert running.states() == {"listener": "running", "base": "failed", "free": "running"}
    assert running.instance(Free).base is None
    status = running.kernel.components()[1]
    assert status.error == 'component "base" failed to start: ValueError: no luck'
    assert [event["error"] for event in events if event.get("component") == "base"] == [status.error]
    assert running.kernel.registry.records["base"].holdings() == []
    if step == "start":
        assert "ComponentFailed base" in running.instance(Listener).heard


def test_who_cannot_run_without_it_fails_too() -> None:
    """A dependent that is not required either fails with a sentence that says why; the rest runs."""
    toml = (
        'nox.components = ["base", "upper", "alone"]\n'
        '[base]\nrequired = false\nfails = "start"\n'
        "[upper]\nrequired = false\n"
    )
    running = Running(INSTALLED, toml)
    assert running.states() == {"base": "failed", "upper": "failed", "alone": "running"}
    assert running.kernel.components()[1].error == (
        'component "upper" cannot run without "base", which failed: '
        'component "base" failed to start: ValueError: no luck'
    )
    assert "upper start" not in Noted.notes


def test_a_required_dependent_of_a_failed_one_stops_everything() -> None:
    """What is required cannot run, and must not stand open because something below it was optional."""
    toml = 'nox.components = ["upper", "base"]\n[base]\nrequired = false\nfails = "start"'
    with pytest.raises(ComponentError, match=r'^component "upper" cannot run without "base", which failed'):
        Running(INSTALLED, toml)


def test_a_stop_that_fails_is_reported_and_goes_on() -> None:
    """A component cannot keep the others from stopping."""
    running = Running(INSTALLED, 'nox.components = ["base", "alone"]\n[alone]\nfails = "stop"')
    Noted.notes.clear()
    with capturedLogs() as events:
        result(running.kernel.stop())
    assert Noted.notes == ["alone stop", "alone withdrawn", "base stop", "base withdrawn"]
    assert [event["component"] for event in events if "log_failure" in event] == ["alone"]


def test_a_stop_that_never_ends_is_left_behind() -> None:
    """A component has its time to stop; then it is named in the log and the others stop."""
    running = Running(INSTALLED, 'nox.components = ["alone", "stuck"]')
    Noted.notes.clear()
    stopping = running.kernel.stop()
    assert Noted.notes == []
    with capturedLogs() as events:
        running.clock.advance(STOP_LIMIT)
    result(stopping)
    assert Noted.notes == ["alone stop", "alone withdrawn"]
    assert [(event["component"], event["error"]) for event in events if "log_failure" in event] == [
        ("stuck", "not over after 10 s")
    ]


def test_a_stop_during_the_start_cancels_it() -> None:
    """The process can be ended while a component takes its time to start."""
    running = Running(INSTALLED, 'nox.components = ["base", "slow", "alone"]', start=False)
    starting = running.kernel.start()
    assert running.states() == {"base": "running", "slow": "starting", "alone": "bound"}
    Noted.notes.clear()
    result(running.kernel.stop())
    assert Noted.notes == ["alone stop", "alone withdrawn", "base stop", "base withdrawn"]
    with pytest.raises(NoxError, match='component "slow" was stopped while it started'):
        result(starting)


def test_nothing_can_be_asked_after_the_stop() -> None:
    """A kernel that stops takes no more orders."""
    running = Running(INSTALLED, "")
    result(running.kernel.stop())
    with pytest.raises(NoxError, match="NOX is stopping"):
        result(running.kernel.load("alone"))


class Ordered(Listener):
    """Has a handler whose place the configuration may change."""


class Before(Ordered):
    """One."""


class After(Ordered):
    """Another."""


def test_the_configuration_s_order_of_handlers() -> None:
    """[nox] order puts components' handlers of an event first, also when one comes back, and a reload changes it."""
    installed = Installed.of(plugin(Before), plugin(After))
    listed = 'nox.components = ["before", "after"]\n'
    running = Running(installed, listed + 'nox.order = { BootstrapComplete = ["after"] }')

    def owners() -> list[str]:
        return [one.owner for one in running.kernel.events() if one.event == "BootstrapComplete"]

    assert owners() == ["after", "before"]
    result(running.kernel.unload("after"))
    assert owners() == ["before"]
    result(running.kernel.load("after"))
    running.kernel.dispatcher.dispatch(BootstrapComplete())
    assert owners() == ["after", "before"]
    running.toml = listed
    result(running.kernel.reload())
    running.kernel.dispatcher.dispatch(BootstrapComplete())
    assert owners() == ["before", "after"]


def test_errors_of_handlers_count_for_their_component() -> None:
    """A handler that raises is counted where noxctl shows it; its component runs on."""
    running = Running(INSTALLED, 'nox.components = ["alone"]')
    alone = running.instance(Alone)

    def broken(event: BootstrapComplete) -> Outcome:
        raise ValueError("no luck")

    alone.register(BootstrapComplete, broken)
    alone.post(BootstrapComplete())
    running.clock.advance(0)
    assert running.kernel.components()[0].errors == 1
    assert running.states() == {"alone": "running"}


def test_the_clock_is_the_argument() -> None:
    """The kernel tells times of the clock that it was given, and of no other."""
    running = Running(INSTALLED, "", start=False)
    assert isinstance(running.clock, Clock)
    running.clock.advance(100)
    result(running.kernel.start())
    result(running.kernel.load("alone"))
    assert running.kernel.components()[0].since == 100

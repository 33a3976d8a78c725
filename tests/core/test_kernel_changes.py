"""Load, unload, restart and reload, while the rest runs."""

from __future__ import annotations

from typing import ClassVar

import pytest
from twisted.internet.defer import Deferred
from zope.interface import Interface, implementer

from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires, requires_all
from nox.core.component.plugins import Installed
from nox.core.config.difference import Difference
from nox.core.config.model import ComponentConfig, ISettings
from nox.lib.errors import ComponentError, ConfigError, DependencyError, NoxError
from tests.core.component.support import Running, plugin, result


class IBase(Interface):
    """What others build on."""


class ISpare(Interface):
    """What is loaded on demand."""


class Counted(Component):
    """Notes its starts and stops; its table may say that it fails, and whether it takes changes while running."""

    notes: ClassVar[list[str]] = []
    broken: ClassVar[set[str]] = set()

    class Config(ComponentConfig):
        value: int = 0
        adapts: bool = False
        fails: bool = False

    config: Config

    async def start(self) -> None:
        """Note it."""
        self.notes.append(f"+{self.record.name}")
        if self.config.fails or self.record.name in self.broken:
            raise ValueError("no luck")

    async def stop(self) -> None:
        """Note it."""
        self.notes.append(f"-{self.record.name}")

    async def configure(self, config: ComponentConfig) -> bool:
        """Take it where the table said so."""
        self.notes.append(f"={self.record.name}")
        if self.config.value == 13:
            raise ValueError("no luck")
        return self.config.adapts


@implementer(IBase)
class Base(Counted):
    """Others build on it."""


@implementer(IBase)
class Base2(Counted):
    """Others could build on it."""


class Upper(Counted):
    """Cannot do without it."""

    base = requires(IBase)


class Top(Counted):
    """Takes it when it is there."""

    base = optional(IBase)


class Many(Counted):
    """Takes all there are."""

    bases = requires_all(IBase)


@implementer(ISpare)
class Spare(Counted):
    """Loaded on demand."""


class User(Counted):
    """Has it loaded."""

    spare = requires(ISpare)


class Alone(Counted):
    """Has to do with nobody."""


class Reader(Counted):
    """Reads the kernel's own table."""

    settings = requires(ISettings)


class Slow(Component):
    """Starts when the test lets it."""

    gate: ClassVar[Deferred[None]]

    async def start(self) -> None:
        """Wait."""
        await self.gate


CLASSES = (Base, Base2, Upper, Top, Many, User, Alone, Reader, Slow)
INSTALLED = Installed.of(*(plugin(cls) for cls in CLASSES), plugin(Spare, default=True))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    Counted.notes.clear()
    Counted.broken.clear()


def _running(*components: str, more: str = "") -> Running:
    running = Running(INSTALLED, f"nox.components = {list(components)!r}\n{more}")
    Counted.notes.clear()
    return running


# load


def test_load() -> None:
    """A component is started with the defaults that it needs; the others are not touched."""
    running = _running("alone")
    result(running.kernel.load("user"))
    assert Counted.notes == ["+spare", "+user"]
    assert list(running.states()) == ["alone", "spare", "user"]


def test_load_wires_who_wants_it() -> None:
    """Those that take what is there are restarted, so that they see what has come."""
    running = _running("top", "many")
    result(running.kernel.load("base"))
    assert Counted.notes == ["-many", "-top", "+base", "+top", "+many"]
    base = running.instance(Base)
    assert running.instance(Top).base is base
    assert running.instance(Many).bases == (base,)


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("alone", ComponentError, 'component "alone" is loaded already'),
        ("aloan", ComponentError, 'no component "aloan" is installed; did you mean "alone"?'),
        ("upper", DependencyError, 'component "upper" requires IBase'),
    ],
)
def test_load_refuses_with_a_sentence(name: str, kind: type[NoxError], sentence: str) -> None:
    """What cannot be loaded changes nothing."""
    running = _running("alone")
    with pytest.raises(kind, match=sentence):
        result(running.kernel.load(name))
    assert running.states() == {"alone": "running"}
    assert Counted.notes == []


def test_load_that_would_make_a_need_ambiguous_is_refused() -> None:
    """A second provider of what somebody needs one of is refused before anything is stopped."""
    running = _running("base", "upper")
    with pytest.raises(DependencyError, match="several loaded components provide it: base, base2"):
        result(running.kernel.load("base2"))
    assert Counted.notes == []


def test_load_of_one_that_fails() -> None:
    """It is shown as failed with its sentence, the rest runs and the process goes on; a second load tries again."""
    running = _running("alone")
    Counted.broken.add("top")
    with pytest.raises(ComponentError, match='component "top" failed to start: ValueError: no luck'):
        result(running.kernel.load("top"))
    assert running.states() == {"alone": "running", "top": "failed"}
    assert running.fatal == []
    Counted.broken.clear()
    result(running.kernel.load("top"))
    assert running.states() == {"alone": "running", "top": "running"}
    assert running.kernel.components()[1].error == ""


# unload


def test_unload_stops_dependents_first_and_says_which() -> None:
    """Those that cannot do without it go too; those that can are restarted without it."""
    running = _running("base", "upper", "top", "alone")
    assert result(running.kernel.unload("base")) == ["upper", "base"]
    assert Counted.notes == ["-top", "-upper", "-base", "+top"]
    assert running.states() == {"top": "running", "alone": "running"}
    assert running.instance(Top).base is None


def test_unload_takes_unneeded_defaults_along() -> None:
    """What was loaded on demand goes with the last one that needed it."""
    running = _running("user")
    assert result(running.kernel.unload("user")) == ["user", "spare"]
    assert running.states() == {}


def test_unload_of_what_is_not_loaded() -> None:
    """The nearest loaded component is named."""
    running = _running("alone")
    with pytest.raises(ComponentError, match=r'^component "aloan" is not loaded; did you mean "alone"\?'):
        result(running.kernel.unload("aloan"))


# restart


def test_restart() -> None:
    """Dependents stop first and start again after; the others are not touched; every instance is new."""
    running = _running("base", "upper", "alone")
    before = running.instance(Upper)
    assert result(running.kernel.restart("base")) == ["base", "upper"]
    assert Counted.notes == ["-upper", "-base", "+base", "+upper"]
    assert running.instance(Upper) is not before
    assert running.instance(Upper).base is running.instance(Base)


def test_restart_of_a_failed_one_tries_again() -> None:
    """A component that had failed, and those that failed because of it, get another chance."""
    Counted.broken.add("base")
    running = _running("base", "upper", more="base.required = false\nupper.required = false")
    assert running.states() == {"base": "failed", "upper": "failed"}
    Counted.broken.clear()
    assert result(running.kernel.restart("base")) == ["base", "upper"]
    assert running.states() == {"base": "running", "upper": "running"}


def test_restart_that_fails_ends_the_process() -> None:
    """A required component that does not come back would leave open what it guarded."""
    running = _running("base", "upper")
    Counted.broken.add("base")
    with pytest.raises(ComponentError, match='component "base" failed to start'):
        result(running.kernel.restart("base"))
    assert running.fatal == ['component "base" failed to start: ValueError: no luck']


def test_twenty_restarts_leave_nothing_behind() -> None:
    """Handlers, timers, tasks: after twenty restarts there are as many as after the first start."""
    running = _running("base", "upper", "alone")
    calls = len(running.clock.getDelayedCalls())
    for _ in range(20):
        result(running.kernel.restart("base"))
        running.clock.advance(0)
    assert len(running.clock.getDelayedCalls()) == calls
    assert [(one.handlers, one.timers, one.tasks) for one in running.kernel.components()] == [(0, 0, 0)] * 3


# reload


def _reloaded(running: Running, *components: str, more: str = "") -> Difference:
    running.toml = f"nox.components = {list(components)!r}\n{more}"
    return result(running.kernel.reload())


def test_reload_applies_the_difference_only() -> None:
    """Added ones start, removed ones stop, changed ones restart, others do not notice."""
    running = _running("alone", "base", "upper")
    told = _reloaded(running, "base", "alone", "user", more="base.value = 2")
    assert told == Difference(added=("spare", "user"), removed=("upper",), changed=("base",))
    assert Counted.notes == ["=base", "-upper", "-base", "+base", "+spare", "+user"]
    assert running.instance(Base).config.value == 2


def test_reload_of_the_same_does_nothing() -> None:
    """A file that says what runs changes nothing."""
    running = _running("alone", "base")
    assert _reloaded(running, "alone", "base") == Difference((), (), ())
    assert Counted.notes == []


def test_a_change_can_be_taken_in_place() -> None:
    """A component that takes its new table runs on with it; record and status show it."""
    running = _running("base", "upper", more="base.adapts = true")
    before = running.instance(Base)
    _reloaded(running, "base", "upper", more="base.adapts = true\nbase.value = 7")
    assert Counted.notes == ["=base"]
    assert running.instance(Base) is before
    assert before.config.value == 7
    assert running.kernel.components()[0].config["value"] == 7


def test_a_configure_that_raises_means_restart() -> None:
    """It is reported, and the component is restarted with its new table."""
    running = _running("alone", more="alone.value = 13")
    _reloaded(running, "alone", more="alone.value = 14")
    assert Counted.notes == ["=alone", "-alone", "+alone"]
    assert running.instance(Alone).config.value == 14


def test_reload_of_a_bad_file_changes_nothing() -> None:
    """The sentence is told, and what ran runs on as it did."""
    running = _running("alone")
    running.toml = 'nox.components = ["base"]\n[base]\nvalue = "x"'
    with pytest.raises(ConfigError, match=r"nox\.toml: \[base\] value must be a whole number"):
        result(running.kernel.reload())
    assert Counted.notes == []
    assert running.states() == {"alone": "running"}
    assert result(running.kernel.restart("alone")) == ["alone"]


def test_reload_that_fails_to_start_is_taken_back() -> None:
    """A component that does not start as the new file says: the old state is restored, and the sentence is told."""
    running = _running("alone", "base")
    with pytest.raises(ComponentError, match='component "alone" failed to start'):
        _reloaded(running, "alone", "top", more="alone.fails = true")
    assert running.states() == {"alone": "running", "base": "running"}
    assert running.instance(Alone).config.fails is False
    assert running.fatal == []


def test_reload_that_cannot_be_taken_back_ends_the_process() -> None:
    """When the old state does not come back either, a required component is missing."""
    running = _running("alone")
    Counted.broken.add("alone")
    with pytest.raises(ComponentError):
        _reloaded(running, "alone", more="alone.value = 1")
    assert running.fatal == ['component "alone" failed to start: ValueError: no luck']


def test_reload_after_load_and_unload_goes_back_to_the_file() -> None:
    """What was loaded by hand goes, what was unloaded by hand comes back: the file says what runs."""
    running = _running("alone", "base")
    result(running.kernel.unload("base"))
    result(running.kernel.load("top"))
    assert _reloaded(running, "alone", "base") == Difference(added=("base",), removed=("top",), changed=())
    assert running.states() == {"alone": "running", "base": "running"}


def test_reload_tells_who_reads_the_kernel_s_table() -> None:
    """Other ports to listen on concern whoever requires the settings, and nobody else."""
    running = _running("alone", "reader")
    told = _reloaded(running, "alone", "reader", more='nox.listen = ["tcp:1"]')
    assert told == Difference((), (), changed=("reader",))
    assert Counted.notes == ["-reader", "+reader"]
    assert running.instance(Reader).settings.listen == ("tcp:1",)


def test_reload_without_a_file() -> None:
    """A kernel that was started from the command line has nothing to read again."""
    running = _running("alone")
    running.kernel._reread = None
    with pytest.raises(ComponentError, match="there is no configuration file to reload"):
        result(running.kernel.reload())


# one after the other


def test_changes_do_not_overlap() -> None:
    """What is asked while a change is under way waits for its end."""
    running = _running("alone")
    Slow.gate = Deferred()
    loading = running.kernel.load("slow")
    unloading = running.kernel.unload("slow")
    assert running.states() == {"alone": "running", "slow": "starting"}
    assert not unloading.called
    Slow.gate.callback(None)
    assert result(loading) is None
    assert result(unloading) == ["slow"]
    assert running.states() == {"alone": "running"}


def test_who_asked_may_lose_interest() -> None:
    """A client that goes away in the middle does not leave a change half done."""
    running = _running("alone")
    Slow.gate = Deferred()
    loading = running.kernel.load("slow")
    loading.addErrback(lambda _: None)
    loading.cancel()
    Slow.gate.callback(None)
    assert running.states() == {"alone": "running", "slow": "running"}

"""What a configuration file may say, and the sentence for each thing that is wrong with it."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator
from zope.interface import Interface, implementer

from nox.core.component.component import Component
from nox.core.component.declaration import requires
from nox.core.component.plugins import Installed
from nox.core.config.loader import Configuration, load
from nox.core.config.model import LISTEN, ComponentConfig
from nox.lib.errors import ConfigError, DependencyError
from tests.core.component.support import plugin


class IService(Interface):
    """Something that another one needs."""


class Switch(Component):
    """Has a key of every kind."""

    class Config(ComponentConfig):
        idle_timeout: Annotated[int, Field(ge=0, le=65535)] = 5
        ratio: Annotated[float, Field(gt=0)] = 0.5
        mode: Literal["learn", "flood"] = "learn"
        ports: tuple[int, ...] = ()
        hard: bool = False
        name: Annotated[str, Field(min_length=2, max_length=8)] = "nox"
        file: Path = Path("x")
        server: IPv4Address = IPv4Address("127.0.0.1")
        limits: dict[str, int] = Field(default_factory=dict)
        even: int = 0

        @field_validator("even")
        @classmethod
        def _must_be_even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("must be even")
            return value


class Strict(Component):
    """Cannot run without a key."""

    class Config(ComponentConfig):
        secret: str


@implementer(IService)
class Helper(Component):
    """Loaded on demand."""

    class Config(ComponentConfig):
        depth: int = 1


class Needy(Component):
    """Needs the helper."""

    helper = requires(IService)


class Always(Component):
    """Loaded without being listed."""

    class Config(ComponentConfig):
        level: int = 1


class Idle(Component):
    """Installed, and nothing more."""


INSTALLED = Installed.of(
    plugin(Switch),
    plugin(Strict),
    plugin(Helper, default=True),
    plugin(Needy),
    plugin(Always, always=True),
    plugin(Idle),
)


@pytest.fixture(name="path")
def _path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file, named in sentences as short as it is given."""
    monkeypatch.chdir(tmp_path)
    return Path("nox.toml")


def _load(path: Path, text: str) -> Configuration:
    path.write_text(text)
    return load(path, INSTALLED)


def _wrong(path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        _load(path, text)
    return str(caught.value)


def test_a_whole_file(path: Path) -> None:
    """Values arrive typed; what is not said has its default; always-loaded and needed components are there."""
    found = _load(
        path,
        """
        [nox]
        listen = ["tcp:6633", "tcp:6653:interface=127.0.0.1"]
        components = ["needy", "switch"]
        [switch]
        idle_timeout = 10
        ports = [1, 2]
        file = "/etc/hosts"
        server = "10.0.0.1"
        ratio = 2
        limits = { a = 1 }
        on_stop = "remove"
        [helper]
        depth = 3
        required = false
        [always]
        level = 2
        """,
    )
    assert found.nox.listen == ("tcp:6633", "tcp:6653:interface=127.0.0.1")
    assert list(found.tables) == ["always", "helper", "needy", "switch"]
    table = found.tables["switch"]
    assert isinstance(table, Switch.Config)
    assert (table.idle_timeout, table.ports, table.ratio, table.limits) == (10, (1, 2), 2.0, {"a": 1})
    assert (table.file, table.server) == (Path("/etc/hosts"), IPv4Address("10.0.0.1"))
    assert (table.on_stop, table.required, table.mode) == ("remove", True, "learn")
    assert found.tables["helper"].required is False


def test_an_empty_file_runs_what_always_runs(path: Path) -> None:
    """The defaults are enough to start."""
    found = _load(path, "")
    assert list(found.tables) == ["always"]
    assert found.nox.listen == LISTEN


def test_missing(path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(ConfigError, match=r"^nox\.toml: there is no such file$"):
        load(path, INSTALLED)


def test_a_folder(path: Path) -> None:
    """What is there but is no file is named with the system's reason."""
    path.mkdir()
    with pytest.raises(ConfigError, match=r"^nox\.toml cannot be read: Is a directory$"):
        load(path, INSTALLED)


def test_unreadable(path: Path) -> None:
    """A file that cannot be opened is named with the system's reason, whatever that is."""
    path.symlink_to(path)
    with pytest.raises(ConfigError, match=r"^nox\.toml cannot be read: Too many levels of symbolic links$"):
        load(path, INSTALLED)


def test_not_toml(path: Path) -> None:
    """The place is told by line and column."""
    assert _wrong(path, "[nox]\ncomponents = switch") == "nox.toml is not TOML: Invalid value (at line 2, column 14)"


def test_not_text(path: Path) -> None:
    """Bytes that are no UTF-8 are no TOML."""
    path.write_bytes(b"[nox]\n# \xff\n")
    with pytest.raises(ConfigError, match=r"^nox\.toml is not TOML: byte 8 is not UTF-8$"):
        load(path, INSTALLED)


def test_nested_without_end(path: Path) -> None:
    """A file that would exhaust the parser is refused like any other."""
    assert "is not TOML" in _wrong(path, "a = " + "[" * 100_000)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'nox.components = ["swich"]',
            '[nox] components: no component "swich" is installed; did you mean "switch"?',
        ),
        ('nox.components = ["idle", "idle"]', '[nox] components lists "idle" twice'),
        (
            'nox.componets = ["switch"]',
            '[nox] has no key "componets" but components, json_log, listen, order, providers; '
            'did you mean "components"?',
        ),
        ('nox.components = "switch"', '[nox] components must be an array, not text ("switch")'),
        ("nox.components = [1]", "[nox] components[0] must be text, not 1"),
        ("nox = 1", "[nox] must be a table, not 1"),
        (
            'components = ["switch"]',
            '"components" stands outside of any table; put it under [nox] or a component\'s table',
        ),
        ("[swich]", '[swich] is the table of no installed component; did you mean "switch"?'),
        ("[idle]", '[idle] is there, but "idle" is not loaded: add it to [nox] components'),
        ("[helper]\ndepth = 2", '[helper] is there, but "helper" is not loaded: add it to [nox] components'),
        (
            'nox.providers = { IService = "helpr" }',
            '[nox] providers: no component "helpr" is installed; did you mean "helper"?',
        ),
        (
            'nox.order = { BootstrapComplet = ["always"] }',
            '[nox] order: there is no event "BootstrapComplet"; did you mean "BootstrapComplete"?',
        ),
        (
            'nox.order = { BootstrapComplete = ["alway"] }',
            '[nox] order.BootstrapComplete: no component "alway" is installed; did you mean "always"?',
        ),
        (
            'nox.order = { BootstrapComplete = ["always", "idle", "idle"] }',
            '[nox] order.BootstrapComplete names "idle", which is not loaded: add it to [nox] components',
        ),
        ('nox.components = ["strict"]', '[strict] needs the key "secret"'),
    ],
)
def test_the_nox_table_and_names(path: Path, text: str, sentence: str) -> None:
    """Each mistake has its sentence, with the file, the table, the key, and the nearest known name."""
    assert _wrong(path, text) == f"nox.toml: {sentence}"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "idle_timout = 5",
            'has no key "idle_timout" but even, file, hard, idle_timeout, limits, mode, name, on_stop, '
            'ports, ratio, required, server; did you mean "idle_timeout"?',
        ),
        ('idle_timeout = "ten"', 'idle_timeout must be a whole number, not text ("ten")'),
        ('idle_timeout = "10"', 'idle_timeout must be a whole number, not text ("10")'),
        ("idle_timeout = 1.5", "idle_timeout must be a whole number, not 1.5"),
        ("idle_timeout = true", "idle_timeout must be a whole number, not true"),
        ("idle_timeout = -1", "idle_timeout must be at least 0 and at most 65535, not -1"),
        ("idle_timeout = 65536", "idle_timeout must be at least 0 and at most 65535, not 65536"),
        (
            "idle_timeout = 99999999999999999999",
            "idle_timeout must be at least 0 and at most 65535, not 99999999999999999999",
        ),
        ("ratio = 0", "ratio must be more than 0, not 0"),
        ('ratio = "much"', 'ratio must be a number, not text ("much")'),
        ('mode = "lern"', "mode must be one of 'learn' or 'flood', not text (\"lern\")"),
        ("ports = 1", "ports must be an array, not 1"),
        ('ports = [1, "x"]', 'ports[1] must be a whole number, not text ("x")'),
        ("hard = 1", "hard must be true or false, not 1"),
        ("name = 5", "name must be text, not 5"),
        ('name = "x"', 'name must be text of at least 2 characters, not text ("x")'),
        ('name = "123456789"', 'name must be text of at most 8 characters, not text ("123456789")'),
        ("file = 3", "file must be text, not 3"),
        ('server = "10.0.0"', "server: Expected 4 octets in '10.0.0'"),
        ("limits = [1]", "limits must be a table, not an array"),
        ('limits = { a = "x" }', 'limits.a must be a whole number, not text ("x")'),
        ("even = 3", "even: must be even"),
        ('required = "no"', 'required must be true or false, not text ("no")'),
        ('on_stop = "delete"', "on_stop must be one of 'keep' or 'remove', not text (\"delete\")"),
        (f'name = "{"x" * 60}"', f'name must be text of at most 8 characters, not text ("{"x" * 40}…")'),
    ],
)
def test_a_component_s_table(path: Path, line: str, sentence: str) -> None:
    """Unknown keys, wrong types and values out of range are said in plain words, with what is allowed."""
    text = f'[nox]\ncomponents = ["switch"]\n[switch]\n{line}'
    assert _wrong(path, text) == f"nox.toml: [switch] {sentence}"


def test_all_that_is_wrong_is_said_at_once(path: Path) -> None:
    """Who mends a file wants to read it through once: a sentence a line."""
    text = '[nox]\ncomponents = ["switch", "swich"]\n[switch]\nhard = 1\nratio = 0\n[nix]\n'
    assert _wrong(path, text).splitlines() == [
        'nox.toml: [nox] components: no component "swich" is installed; did you mean "switch"?',
        "nox.toml: [switch] ratio must be more than 0, not 0",
        "nox.toml: [switch] hard must be true or false, not 1",
        'nox.toml: [nix] is the table of no installed component; did you mean "nox"?',
    ]


def test_components_that_do_not_fit_are_found_without_starting(path: Path) -> None:
    """Checking a file checks the dependencies too."""
    path.write_text('nox.components = ["needy"]')
    with pytest.raises(DependencyError, match='component "needy" requires IService'):
        load(path, Installed.of(plugin(Needy)))

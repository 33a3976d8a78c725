"""The configuration on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.python import usage

from nox.core.config.arguments import from_arguments, toml_value
from nox.core.options import Options
from nox.lib.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", 10),
        ("0.5", 0.5),
        ("true", True),
        ("[1, 2]", [1, 2]),
        ('"10"', "10"),
        ("eth0", "eth0"),
        ("10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("1\nnox = 2", "1\nnox = 2"),
        ("{ a = 1 }", {"a": 1}),
    ],
)
def test_values(text: str, value: object) -> None:
    """A value is TOML where it can be, else the text as it stands."""
    assert toml_value(text) == value


@given(st.text())
def test_any_text_is_some_value(text: str) -> None:
    """No text makes the command line fail in another way than with a sentence."""
    assert toml_value(text) is not None


def test_components_with_settings() -> None:
    """Each word is a component; what follows its name are keys of its table, arrays with commas included."""
    document = from_arguments(["switch", "routing,idle_timeout=10,ports=[1,2],name=a,b"], ["tcp:6653", "tcp:6633"])
    assert document.tables == {
        "nox": {"components": ["switch", "routing"], "listen": ["tcp:6653", "tcp:6633"]},
        "routing": {"idle_timeout": 10, "ports": [1, 2], "name": "a,b"},
    }


@pytest.mark.parametrize("word", ["switch,", "switch,idle", "nox,listen=1"])
def test_a_word_that_cannot_be_read(word: str) -> None:
    """A setting has a key and a value, and the kernel's own table is no component."""
    with pytest.raises(
        ConfigError, match=f'command line: "{word}" is no component with settings; write NAME,KEY=VALUE'
    ):
        from_arguments([word])


def _options(*words: str) -> Options:
    options = Options()
    usage.Options.parseOptions(options, list(words))
    return options


def test_listen_may_be_repeated() -> None:
    """Each -i is one more place where switches connect."""
    tables = _options("-i", "tcp:1", "-i", "tcp:2", "switch").document().tables
    assert tables["nox"] == {"components": ["switch"], "listen": ["tcp:1", "tcp:2"]}


def test_listen_overrides_the_file_and_nothing_else(tmp_path: Path) -> None:
    """With a file, -i says where to listen; the rest stays the file's."""
    file = tmp_path / "nox.toml"
    file.write_text('[nox]\nlisten = ["tcp:9"]\ncomponents = ["hub"]\n[hub]\nx = 1\n')
    document = _options("-c", str(file), "-i", "tcp:1").document()
    assert document.tables == {"nox": {"listen": ["tcp:1"], "components": ["hub"]}, "hub": {"x": 1}}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say what to run: twistd nox -c FILE, or twistd nox COMPONENT"),
        (("-i", "tcp:1"), "say what to run"),
        (("-c", "file", "switch"), "give either -c FILE or components, not both"),
        (("-c", "no-such-file"), "no-such-file: there is no such file"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], sentence: str) -> None:
    """Nothing to run, or two things, is a sentence."""
    with pytest.raises(ConfigError, match=sentence):
        _options(*words).document()


def test_an_unknown_option_is_refused() -> None:
    """Options that do not exist are an error of usage."""
    with pytest.raises(usage.UsageError, match="--colour"):
        _options("--colour")

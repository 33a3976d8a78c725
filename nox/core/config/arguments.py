"""The configuration on the command line: ``switch discovery routing,idle_timeout=10``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

from nox.core.config.document import Document
from nox.lib.errors import ConfigError

SOURCE = "command line"

_NEXT_KEY = re.compile(r",(?=[A-Za-z0-9_-]+=)")  # a comma inside of a value is followed by no key


def from_arguments(words: Sequence[str], listen: Sequence[str] = ()) -> Document:
    """The document that a file would hold which says the same.

    :param words: a component each, with keys and values after commas.
    :param listen: Twisted endpoint strings.
    :raises ConfigError: when a word cannot be read.
    """
    components: list[str] = []
    tables: dict[str, object] = {}
    for word in words:
        name, *settings = _NEXT_KEY.split(word)
        if "," in name or name == "nox":
            raise ConfigError(f'{SOURCE}: "{word}" is no component with settings; write NAME,KEY=VALUE,KEY=VALUE')
        if settings:
            tables[name] = dict(_setting(setting) for setting in settings)
        components.append(name)
    nox: dict[str, object] = {"components": components}
    if listen:
        nox["listen"] = list(listen)
    return Document(SOURCE, {"nox": nox, **tables})


def _setting(text: str) -> tuple[str, object]:
    key, _, value = text.partition("=")
    return key, toml_value(value)


def toml_value(text: str) -> object:
    """The text as a TOML value, or as it is where it is none: ``10``, ``true``, ``[1, 2]``, ``eth0``."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return parsed["value"] if len(parsed) == 1 else text

"""What a configuration says, before anybody has checked it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nox.lib.errors import ConfigError


@dataclass(frozen=True)
class Document:
    """The tables of a file, or of a command line that says the same.

    :ivar source: what sentences name: the file's path as it was given, or ``command line``.
    """

    source: str
    tables: Mapping[str, object]


def read(path: str | Path) -> Document:
    """Read a TOML file.

    :raises ConfigError: when it is missing, cannot be read, or is not TOML (then with line and column).
    """
    try:
        text = Path(path).read_bytes().decode()
        return Document(str(path), tomllib.loads(text))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not TOML: byte {error.start} is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path} is not TOML that can be read: it is nested too deeply") from error

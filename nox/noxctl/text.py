"""Text for people and JSON for programs. What comes from the network is made harmless first."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from typing import Any


def print_json(value: Any) -> None:
    """Print a value as it came. It is ASCII, with control characters escaped."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def print_lines(lines: Iterable[str]) -> None:
    """Print text, a line each."""
    sys.stdout.writelines(f"{printable(line)}\n" for line in lines)


def printable(value: object) -> str:
    """A value as text in which nothing can command a terminal: what is not printable is escaped (``\\x1b``)."""
    text = "-" if value is None else str(value)
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def age(seconds: float) -> str:
    """A time span in its two largest units: ``4s``, ``3m12s``, ``2h05m``, ``9d04h``."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole // 60 % 60:02}m"
    return f"{whole // 86400}d{whole // 3600 % 24:02}h"


def since(moment: float) -> str:
    """How long ago a moment was.

    :param moment: Unix seconds.
    """
    return age(time.time() - moment)


def until(moment: float) -> str:
    """In how long a moment will be.

    :param moment: Unix seconds.
    """
    return "in " + age(moment - time.time())


def rate(value: float | None) -> str | None:
    """How much there is of something each second: ``0``, ``0.4``, ``12``, ``3.4k``, ``120M``."""
    if value is None:
        return None
    for unit in ("", "k", "M", "G"):
        if value < 999.5:
            return f"{value:.1f}{unit}".replace(".0", "") if value < 9.95 else f"{value:.0f}{unit}"
        value /= 1000
    return f"{value:.0f}T"


def bit_rate(value: float | None) -> str | None:
    """Bytes a second as bits."""
    return rate(None if value is None else value * 8)

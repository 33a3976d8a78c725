"""What a reload has to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nox.core.config.model import ComponentConfig


@dataclass(frozen=True, slots=True)
class Difference:
    """Names of components, in start order.

    :ivar added: loaded now; `removed`: no longer loaded.
    :ivar changed: their tables say something else, or ``[nox]`` does to those that read it.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def difference(
    old: Mapping[str, ComponentConfig], new: Mapping[str, ComponentConfig], told: Collection[str] = ()
) -> Difference:
    """What has to happen so that what ran as the old says runs as the new says.

    :param told: those to whom something else than their table has changed.
    """
    return Difference(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(name for name in new if name in old and (new[name] != old[name] or name in told)),
    )

"""What two loaded components may not share: a number in cookies, a band of priorities."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from nox.core.component.component import Component
from nox.core.component.plugins import Installed
from nox.lib.errors import DependencyError


def refuse_clashes(classes: Mapping[str, type[Component]], installed: Installed) -> None:
    """See that the components can write flow entries side by side.

    :raises DependencyError: when two have one number, or bands that overlap.
    """
    for one, other in combinations(classes, 2):
        _refuse_one_number(one, other, installed)
        _refuse_overlap(one, other, classes)


def _refuse_one_number(one: str, other: str, installed: Installed) -> None:
    number = installed.get(one).number
    if number == installed.get(other).number:
        raise DependencyError(
            f'components "{one}" and "{other}" have the same number in cookies ({number}): rename one, or load only one'
        )


def _refuse_overlap(one: str, other: str, classes: Mapping[str, type[Component]]) -> None:
    for band in classes[one].bands:
        for second in classes[other].bands:
            if band.overlaps(second):
                both = f"{band}" if band == second else f"{band} and {second}"
                raise DependencyError(
                    f'components "{one}" and "{other}" write to the same band of priorities, {both}: load only one'
                )

"""What a reload has to do."""

from __future__ import annotations

from nox.core.config.difference import Difference, difference
from nox.core.config.model import ComponentConfig


def test_added_removed_changed() -> None:
    """A component is added, removed, changed, or not mentioned."""
    same, other = ComponentConfig(), ComponentConfig(required=False)
    old = {"a": same, "b": same, "c": same, "e": same}
    found = difference(old, {"d": same, "c": other, "b": ComponentConfig(), "e": same}, told={"e"})
    assert found == Difference(added=("d",), removed=("a",), changed=("c", "e"))

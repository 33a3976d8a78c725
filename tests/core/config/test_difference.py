"""What a reload has to do."""

from __future__ import annotations

from nox.core.config.difference import Difference, difference
from nox.core.config.model import ComponentConfig


def test_added_removed_changed() -> None:
    """A component is added, removed, changed, or not mentioned."""
    same, other = ComponentConfig(), ComponentConfig(required=False)
    found = difference({"a": same, "b": same, "c": same}, {"d": same, "c": other, "b": ComponentConfig()})
    assert found == Difference(added=("d",), removed=("a",), changed=("c",))

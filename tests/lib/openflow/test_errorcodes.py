"""OpenFlow errors: names, and 1.0's numbers in 1.3's terms."""

from __future__ import annotations

import pytest

from nox.lib.openflow import Version
from nox.lib.openflow.errorcodes import errors, from_version, name, to_version


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ((4, 9), "BAD_MATCH/BAD_PREREQ"),
        ((5, 0), "FLOW_MOD_FAILED/UNKNOWN"),
        ((1, 99), "BAD_REQUEST/code 99"),
        ((99, 1), "type 99/code 1"),
        ((0xFFFF, 1), "EXPERIMENTER/code 1"),
    ],
)
def test_names(error: tuple[int, int], text: str) -> None:
    """An error prints its names, and numbers where it has none."""
    assert name(error) == text


# From 1.0.0, section 5.4.4, beside 1.3.5, section 7.5.4: errors of the same meaning.
SAME = {
    (0, 0): (0, 0),
    (1, 5): (1, 5),
    (1, 8): (1, 8),
    (2, 4): (2, 4),
    (2, 8): (2, 8),
    (3, 0): (5, 1),
    (3, 1): (5, 3),
    (3, 2): (5, 4),
    (3, 4): (5, 6),
    (3, 5): (2, 11),
    (4, 0): (7, 0),
    (5, 1): (9, 1),
}


@pytest.mark.parametrize(("old", "new"), SAME.items())
def test_translation(old: tuple[int, int], new: tuple[int, int]) -> None:
    """1.0's errors are translated both ways, with the codes that moved."""
    assert from_version(old, Version.V1_0) == new
    assert to_version(new, Version.V1_0) == old
    assert from_version(new, Version.V1_3) == new


def test_what_1_0_does_not_define() -> None:
    """An unknown error of 1.0 has no name; what 1.0 cannot say is sent as BAD_REQUEST, BAD_LEN."""
    assert from_version((3, 6), Version.V1_0) is None
    assert to_version((4, 1), Version.V1_0) == (1, 6)


def test_all_errors_of_a_version() -> None:
    """1.0 has 31 errors (section 5.4.4); whatever a version defines has names."""
    assert len(errors(Version.V1_0)) == 31
    for error in errors(Version.V1_3):
        assert " " not in name(error)

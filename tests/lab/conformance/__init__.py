"""What a switch is asked to take, case by case: every message, field and action that the tables of NOX have.

`cases` are made from the tables, so that a new row takes part by itself. The component ``prober`` runs them against a
switch that joins; ``unsupported`` says what Open vSwitch refuses.
"""

from __future__ import annotations

from collections.abc import Iterator

from nox.lib.openflow import Version
from tests.lab.conformance import flows, groups, meters, nicira, requests
from tests.lab.conformance.case import Case


def cases(version: Version) -> Iterator[Case]:
    """Every case of a version."""
    yield from flows.cases(version)
    if version >= Version.V1_3:
        yield from groups.cases()
        yield from meters.cases(version)
    yield from requests.cases(version)
    yield from nicira.cases(version)

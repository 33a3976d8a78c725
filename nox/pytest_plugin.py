"""The pytest fixture `nox_network`: networks of the emulator, which end with the test.

It is installed with NOX (entry point `pytest11`), so that a test has only to name it. What it needs is imported by the
tests that use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from nox.emulator import Network


@pytest.fixture
def nox_network() -> Iterator[type[Network]]:
    """The class `Network`, to make any number of networks with: ``nox_network.ring(4, hosts=2)``.

    They are closed after the test, which fails when a controller among them has logged an error that the test has not
    taken out of `controller.errors`: a handler that raises, for instance.
    """
    from nox.emulator.tested import tested

    cls, networks = tested()
    yield cls
    errors: list[str] = []
    for network in networks:
        errors += network.end()
    if errors:
        pytest.fail("the controller has logged:\n" + "\n".join(errors), pytrace=False)

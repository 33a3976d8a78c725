"""Each test of this folder runs twice: with the emulated switch, and with Open vSwitch where it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.behaviour.bench import Trial
from tests.behaviour.emulated import Reactor, emulated
from tests.behaviour.openvswitch import Daemon, open_vswitch
from tests.lab.dummy import dummy
from tests.lab.openvswitch import PATH

_NEEDED = ("ovs-vsctl", "ovs-vswitchd", "ovsdb-server", "ovsdb-tool")


@pytest.fixture(scope="session")
def reactor() -> Iterator[Reactor]:
    """The reactor of all emulated switches."""
    reactor = Reactor()
    yield reactor
    reactor.close()


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """Open vSwitch's daemon."""
    absent = [command for command in _NEEDED if not shutil.which(command, path=PATH)]
    if absent:
        pytest.skip(f"Open vSwitch is not installed: {', '.join(absent)} of tests/lab/packages.txt")
    with dummy(tmp_path_factory.mktemp("behaviour") / "ovs") as ovs:
        daemon = Daemon(ovs)
        yield daemon
        daemon.close()


@pytest.fixture(scope="session")
def asked() -> set[str]:
    """The rows of the table of differences that tests have asked for."""
    return set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks at all that was asked for runs last."""
    items.sort(key=lambda item: item.path.name == "test_differences.py")


@pytest.fixture(params=["emulator", pytest.param("openvswitch", marks=pytest.mark.lab)])
def trial(request: pytest.FixtureRequest, asked: set[str]) -> Iterator[Trial]:
    """A switch of the test's own."""
    with ExitStack() as stack:
        if request.param == "emulator":
            yield Trial(stack.enter_context(emulated(request.getfixturevalue("reactor"))), stack, asked)
        else:
            yield Trial(stack.enter_context(open_vswitch(request.getfixturevalue("daemon"))), stack, asked)

"""``noxctl inventory``, of a controller whose configuration names something too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twisted.internet.defer import ensureDeferred

from nox.webapps.rest.answers import Refused
from nox.webapps.rest.resources.inventory import InventoryResources
from tests.core.component.support import result
from tests.lab.controller import Controller, configured
from tests.noxctl.command import Command

MAC = "02:00:00:00:00:01"
NAMED = """
components = ["inventory"]

[[switch]]
name = "core"
dpid = "a1"
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """The controller."""
    folder = tmp_path_factory.mktemp("inventory")
    controller = Controller(folder, configured(folder, NAMED, port=0))
    yield controller
    controller.stop()
    assert "Traceback" not in controller.log.read_text()


@pytest.fixture
def noxctl(running: Controller) -> Command:
    """The command, told to ask it."""
    return Command(running.socket)


def test_what_is_named_is_listed(noxctl: Command) -> None:
    """By whom, and with all that was said; what is named from here can be changed and removed."""
    add = ("inventory", "add", "host", "name=ledger", f"mac={MAC}", "vlan=7", "ip=10.0.0.1")
    assert noxctl.prints(*add) == f"host {MAC}@7 is named\n"
    noxctl.prints(*add, "ip=10.0.0.2")
    head, host, switch = noxctl.prints("inventory", "list").splitlines()
    assert head.split() == ["KIND", "KEY", "NAME", "WHAT", "BY"]
    assert host.split() == ["host", f"{MAC}@7", "ledger", f"mac={MAC}", "vlan=7", "ip=10.0.0.1,10.0.0.2", "command"]
    assert switch.split() == ["switch", "00000000000000a1", "core", "dpid=00000000000000a1", "file"]
    assert noxctl.json("inventory", "list")[0]["entry"]["ip"] == ["10.0.0.1", "10.0.0.2"]
    assert [one["row"]["mac"] for one in noxctl.json("history", "10.0.0.2")] == [MAC]
    assert noxctl.prints("inventory", "remove", "host", f"{MAC}@7") == f"host {MAC}@7 is named no more\n"
    assert len(noxctl.json("inventory", "list")) == 1


@pytest.mark.parametrize("name", ["web/proxy", "../x", "100%2F", "a/%25/b", "?x#y"])
def test_a_name_is_one_part_of_a_path(noxctl: Command, name: str) -> None:
    """Whatever it has in it: what can be named can be taken back."""
    add = ("inventory", "add", "middlebox", f"name={name}", "does=x", "port=a1:7")
    assert noxctl.prints(*add) == f"middlebox {name} is named\n"
    assert noxctl.prints("inventory", "remove", "middlebox", name) == f"middlebox {name} is named no more\n"


def test_refusals(noxctl: Command) -> None:
    """The controller's sentence; a command line without sense is one."""
    assert noxctl.refuses("inventory", "add", "host", "name=x").startswith('host: needs the key "mac"')
    refused = noxctl.refuses("inventory", "remove", "switch", "00000000000000a1")
    assert refused.startswith("switch 00000000000000a1 is named in the configuration: change it there")
    done = noxctl.run("inventory", "add", "host", "ledger")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'ledger' is no KEY=VALUE" in done.stderr


def test_without_an_inventory() -> None:
    """The sentence names the component to load."""
    with pytest.raises(Refused, match="noxctl load inventory"):
        result(ensureDeferred(InventoryResources(None).declared()))

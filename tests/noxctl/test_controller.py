"""`noxctl` against the real controller, started by `twistd`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.controller import Controller
from tests.noxctl.command import Command


@pytest.fixture
def noxctl(controller: Controller) -> Command:
    """The command, told to ask it."""
    return Command(controller.socket)


def states(noxctl: Command) -> dict[str, str]:
    """Each component's state."""
    return {one["name"]: one["state"] for one in noxctl.json("components")}


def test_load_and_unload(noxctl: Command) -> None:
    """A component comes with what it needs and goes again; a second load, and an unload of nothing, are sentences."""
    before = set(states(noxctl))
    assert "hub" in (loaded := set(noxctl.json("load", "hub")["loaded"]))
    assert set(states(noxctl)) - before == loaded
    assert states(noxctl)["hub"] == "running"
    assert noxctl.refuses("load", "hub") == 'component "hub" is loaded already'
    assert "hub" in noxctl.json("unload", "hub")["unloaded"]
    assert "hub" not in states(noxctl)
    assert noxctl.refuses("unload", "hub") == 'component "hub" is not loaded'
    assert 'did you mean "hub"?' in noxctl.refuses("load", "hup")


def test_rest_serves_its_own_restart(noxctl: Command) -> None:
    """Whoever restarts `rest`, or what it depends on, gets the answer, and so does the next one."""
    assert noxctl.json("restart", "rest") == {"restarted": ["rest"]}
    assert "rest" in noxctl.json("restart", "openflow")["restarted"]
    assert states(noxctl)["rest"] == "running"


def test_rest_outlives_openflow(noxctl: Command) -> None:
    """Without `openflow` no switch is listed, and there is a way back."""
    assert "openflow" in noxctl.json("unload", "openflow")["unloaded"]
    assert noxctl.json("switches") == []
    assert "openflow" in noxctl.json("load", "openflow")["loaded"]


def test_what_was_unloaded_comes_back_for_whoever_needs_it(noxctl: Command) -> None:
    """A component that needs `openflow` brings it along."""
    noxctl.json("unload", "openflow")
    assert {"openflow", "hub"} <= set(noxctl.json("load", "hub")["loaded"])


def test_rest_answers_its_own_end(noxctl: Command, controller: Controller) -> None:
    """`unload rest` is answered; after it there is no socket any more, and a second controller could take its place."""
    assert noxctl.json("unload", "rest") == {"unloaded": ["rest"]}
    assert not controller.socket.exists()
    assert noxctl.refuses("version").startswith("no controller is running")


def test_reload(noxctl: Command, controller: Controller) -> None:
    """A change in the file is applied and told; a mistake in it changes nothing."""
    file = controller.socket.with_name("nox.toml")
    right = file.read_text()
    assert noxctl.prints("reload") == "nothing has changed\n"
    file.write_text(right.replace('"packetdump"', '"hup"'))
    assert 'did you mean "hub"?' in noxctl.refuses("reload")
    file.write_text(right.replace('"packetdump"', '"packetdump", "hub"'))
    assert "hub" in noxctl.json("reload")["added"]
    assert states(noxctl)["hub"] == "running"


def test_a_second_controller(controller: Controller, tmp_path: Path) -> None:
    """The socket of a running controller is refused to a second one, with exit code 1 and the sentence."""
    second = tmp_path / "second"
    second.mkdir()
    with pytest.raises(AssertionError, match=r"exit code 1[\s\S]*nox\.sock is in use: change \[rest\] socket"):
        Controller(second, ["-c", str(tmp_path / "nox.toml")])

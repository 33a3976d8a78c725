"""The example of docs/testing-applications.md works as printed, and would notice a wrong application."""

from __future__ import annotations

from pathlib import Path

import pytest

from nox.emulator import Network
from tests.docs import example


def test_as_printed(tmp_path: Path) -> None:
    """Its test passes."""
    assert sorted(example.files()) == ["detour.py", "test_detour.py"]
    example.write(tmp_path)
    done = example.run(tmp_path)
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    "change",
    [
        ("    def port_status(self, event: PortStatus) -> Outcome:\n        self.lead()\n",
         "    def port_status(self, event: PortStatus) -> Outcome:\n"),
        ("if self.is_up(a, a_port) and self.is_up(b, b_port):", "if True:"),
        ("event.data[6:12], (", "event.data[0:6], ("),
        ("self.edges() if target is None else [target]", "self.edges()[:3] if target is None else [target]"),
        ("        self.lead()\n        return CONTINUE", "        raise ValueError(event.port.name)"),
    ],
    ids=["does not hear", "does not look", "learns the wrong address", "forgets hosts", "raises"],
)  # fmt: skip
def test_a_wrong_application(tmp_path: Path, change: tuple[str, str]) -> None:
    """An application with a defect fails the test."""
    example.write(tmp_path, change)
    done = example.run(tmp_path)
    assert "1 failed" in done.stdout or "1 error" in done.stdout, done.stdout


@pytest.mark.parametrize(("recorded", "outcome"), [("switch", "1 passed"), ("switch,idle_timeout=3", "1 failed")])
def test_a_recording(tmp_path: Path, recorded: str, outcome: str) -> None:
    """The test of a recording passes with the controller that was recorded, and fails with another."""
    (tmp_path / "test_that_day.py").write_text(example.block("def test_that_day"))
    with Network.tree(2, hosts=2) as net:
        net.record(tmp_path / "channel.pcapng")
        net.start(recorded)
        net.pingall()
    done = example.run(tmp_path, "test_that_day.py")
    assert outcome in done.stdout, done.stdout

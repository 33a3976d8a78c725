"""The fixture for writers of applications."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FAILS = """
from nox.api import Component, PacketIn

class Fails(Component):
    async def start(self):
        self.register(PacketIn, self.packet_in, priority=10)

    def packet_in(self, event):
        raise ValueError("a defect")

def test_unnoticed(nox_network):
    net = nox_network.line(1, hosts=2)
    net.start("switch", Fails)
    net["h1"].ping(net["h2"])

def test_expected(nox_network):
    net = nox_network.line(1, hosts=2)
    net.start("switch", Fails)
    net["h1"].ping(net["h2"])
    assert "a defect" in net.controller.errors[0]
    net.controller.errors.clear()

def test_several(nox_network):
    for count in (1, 2):
        net = nox_network.line(count)
        net.start("switch")

def test_left_connected_to_nobody(nox_network):
    net = nox_network.line(1)
"""


def test_errors_of_the_controller(tmp_path: Path) -> None:
    """A handler that raises fails the test that has not expected it, with the reason; the others pass."""
    file = tmp_path / "test_it.py"
    file.write_text(FAILS)
    argv = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", file.name]
    done = subprocess.run(argv, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    assert "4 passed, 1 error" in done.stdout, done.stdout
    assert "ERROR test_it.py::test_unnoticed" in done.stdout
    assert "ValueError: a defect" in done.stdout


def test_it_imports_nothing_that_a_test_does_not_need() -> None:
    """The plugin is loaded by each run of pytest: it brings neither Twisted nor NOX with it."""
    code = (
        "import sys, nox.pytest_plugin; print([name for name in sys.modules if name.startswith(('twisted', 'nox.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, stdout=subprocess.PIPE, check=True)
    assert done.stdout.strip() == "['nox.pytest_plugin']"

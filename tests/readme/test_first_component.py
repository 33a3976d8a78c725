"""README.md's first component works as printed."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.lab.controller import BIN
from tests.lab.lab import Lab, what_is_missing
from tests.lab.process import eventually, run, stop
from tests.readme.blocks import FirstComponent, first_component


def test_it_is_about_twenty_lines() -> None:
    """The component is short enough to be read at a glance."""
    lines = [line for line in first_component().source.splitlines() if line.strip()]
    assert len(lines) <= 25


@pytest.mark.lab
@pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())
def test_it_sees_the_hosts_of_mininet(tmp_path: Path) -> None:
    """Started as printed, with the printed network, it names each of the three hosts; all pings are answered."""
    printed = first_component()
    with ExitStack() as stack:
        lab = Lab(tmp_path, stack)
        printed.write(tmp_path)
        log = tmp_path / "log"
        stack.enter_context(_started(lab, printed, tmp_path, log))
        argv = shlex.split(printed.network.removeprefix("sudo "))
        assert "0% dropped (6/6 received)" in run(lab.namespace.argv(*argv), env=lab.ovs.env, timeout=60)
        lines = [line for line in log.read_text().splitlines() if " of 0000000000000001" in line]
        assert {f"port {number}" for number in (1, 2, 3)} <= {
            line.split(" is on ")[1].split(" of ")[0] for line in lines
        }


@contextmanager
def _started(lab: Lab, printed: FirstComponent, folder: Path, log: Path) -> Iterator[None]:
    """Run the printed command; a /run of its own keeps its socket apart from the machine's."""
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(BIN)
    script = f"mount -t tmpfs tmpfs /run\n{printed.start}"
    with log.open("w") as output:
        process = subprocess.Popen(
            lab.namespace.argv("sh", "-ec", script), cwd=folder, text=True, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        eventually(lambda: ":6653 " in lab.namespace.run("ss", "-Hltn"), "the controller listens", within=20)
        yield
    finally:
        stop(process)

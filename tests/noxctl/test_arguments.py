"""Odd arguments: one clear sentence, and nobody is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.noxctl.command import Command

NO_DPID = "is no datapath identifier: write it as 16 hexadecimal digits"
OF_A_SWITCH = ("ports", "flows", "groups", "meters", "queues", "tables", "approve", "capture")
OF_A_COMPONENT = ("load", "unload", "restart")


@pytest.fixture
def noxctl(tmp_path: Path) -> Command:
    """The command, where no controller is."""
    return Command(tmp_path / "s")


@pytest.mark.parametrize("dpid", ["", "zz", "1/2", "../x", "1\n2", "%00", "18446744073709551616", "a" * 300])
def test_no_dpid(noxctl: Command, dpid: str, tmp_path: Path) -> None:
    """What is no switch's identifier is said to be none, as JSON or not."""
    for command in OF_A_SWITCH[:1] if dpid != "1/2" else OF_A_SWITCH:
        more = ["-w", str(tmp_path / "file")] if command == "capture" else ["--json"]
        assert noxctl.refuses(command, dpid, *more) == f"{dpid[:40]!r} {NO_DPID}"


@pytest.mark.parametrize("name", ["", "a/b", "a\nb"])
def test_no_component(noxctl: Command, name: str) -> None:
    """Nor can everything be a component's name."""
    for command in OF_A_COMPONENT:
        assert noxctl.refuses(command, name) == f"{name!r} is no name of a component: `noxctl components` lists them"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("capture", "--seconds", "nan"), "nan is no number"),
        (("capture", "--seconds", "inf"), "inf is not in the range 0<=x<=1000000000.0."),
        (("capture", "--seconds", "-1"), "-1.0 is not in the range 0<=x<=1000000000.0."),
        (("top", "--interval", "nan"), "nan is no number"),
        (("top", "--interval", "inf"), "inf is not in the range 0.1<=x<=1000000000.0."),
        (("top", "-n", "0"), "0 is not in the range 1<=x<=100."),
        (("top", "links"), "'links' is not one of 'ports', 'hosts', 'flows'."),
        (("paths", "10.0.0.1"), "name both ends, or none"),
        (("route", "10.0.0.1"), "Missing argument 'DESTINATION'."),
        (("capture", "--count", "0"), "0 is not in the range x>=1."),
        (("check", ""), "'' is no name of a file that noxctl could tell of"),
        (("check", "a\nb"), "'a\\nb' is no name of a file that noxctl could tell of"),
        (("swiches",), "No such command 'swiches'. Did you mean 'switches'?"),
        (("flows",), "Missing argument 'DPID'."),
        (("flows", "-1"), "No such option '-1'."),
        (("ports", "1", "2"), "Got unexpected extra argument (2)"),
        (("approve", "--revoke"), "--revoke needs the DPID of a switch"),
        (("nonsense",), "No such command 'nonsense'."),
    ],
)
def test_no_sense(noxctl: Command, arguments: tuple[str, ...], sentence: str) -> None:
    """A command line that makes no sense: exit code 2, how the command is used, and why."""
    done = noxctl.run(*arguments)
    usage, _, why = done.stderr.partition("Error: ")
    assert (done.returncode, done.stdout) == (2, "")
    assert usage.startswith("Usage: noxctl ")
    assert why.rpartition(": ")[2].strip() == sentence or why.strip() == sentence


def test_not_utf_8(noxctl: Command, tmp_path: Path) -> None:
    """A program in place of JSON: a sentence for each line."""
    file = tmp_path / "file"
    file.write_bytes(b"\x7fELF\x02\xd0\n\x00\x00{\n")
    done = noxctl.run("encode", str(file))
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("noxctl: line 1: not JSON: 'utf-8' codec can't decode byte 0xd0")
    assert second.startswith("noxctl: line 2: not JSON: ")

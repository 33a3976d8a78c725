"""``noxctl view`` and ``noxctl history``, of a controller with nothing but a view."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import ensureDeferred
from twisted.internet.task import Clock

from nox.webapps.rest.answers import Refused
from nox.webapps.rest.resources.view import ViewResources
from tests.core.component.support import result
from tests.lab.controller import Controller, configured
from tests.lab.process import eventually
from tests.noxctl.command import Command
from tests.webapps.rest.support import parse, read_all

MAC = "02:00:00:00:00:01"
OTHER = "02:00:00:00:00:02"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """The controller."""
    folder = tmp_path_factory.mktemp("view")
    controller = Controller(folder, configured(folder, 'components = ["view"]', port=0))
    yield controller
    controller.stop()
    assert "Traceback" not in controller.log.read_text()


@pytest.fixture
def noxctl(running: Controller) -> Command:
    """The command, told to ask it."""
    return Command(running.socket)


def line(table: str, source: str = "hosts", **row: Any) -> str:
    """A line of a dump."""
    return json.dumps({"table": table, "row": row, "source": source})


def restore(noxctl: Command, folder: Path, *lines: str) -> str:
    """Have these lines restored; what is said."""
    file = folder / "lines"
    file.write_text("\n".join(lines) + "\n")
    return noxctl.prints("view", "restore", str(file))


def dumped(noxctl: Command, *options: str) -> list[dict[str, Any]]:
    """The rows of a dump."""
    done = noxctl.run("view", "dump", *options)
    rows = [json.loads(one) for one in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, f"{len(rows)} rows\n")
    return rows


def test_what_is_restored_is_dumped_again(noxctl: Command, tmp_path: Path) -> None:
    """With its source and with fields of a later version; keys are left out unless asked for."""
    rows = [
        line("hosts", mac=MAC, vlan=0, name="ledger\x1b[31m", floor=3),
        line("locations", mac=MAC, vlan=0, dpid="00000000000000a1", port=4),
        line("secrets", source="discovery", name="lldp", value="00ff"),
    ]
    assert restore(noxctl, tmp_path, *rows) == "3 rows\n"
    found = {one["table"]: one for one in dumped(noxctl)}
    assert found["hosts"]["row"] == {"mac": MAC, "vlan": 0, "name": "ledger\x1b[31m", "floor": 3}
    assert (found["hosts"]["source"], found["hosts"]["revision"] > 0) == ("hosts", True)
    assert abs(found["hosts"]["since"] - time.time()) < 60
    assert "secrets" not in found
    assert {"name": "lldp", "value": "00ff"} in [one["row"] for one in dumped(noxctl, "--secrets")]


def test_an_ip_address_is_restored_as_it_is_looked_up(noxctl: Command, tmp_path: Path) -> None:
    """However it is written in the file."""
    restore(noxctl, tmp_path, line("addresses", mac=MAC, vlan=0, ip="FD00:0::7", evidence="nd"))
    assert [one["row"]["ip"] for one in noxctl.json("history", "fd00::7")] == ["fd00::7"]


def test_a_large_dump_goes_out_and_comes_back_in_pieces(noxctl: Command, tmp_path: Path) -> None:
    """More rows than a transaction, and more bytes than a request may have; what is equal is not written anew."""
    names = [f"{number:04}{'x' * 200}" for number in range(1200)]
    lines = [line("middleboxes", name=n, kind="proxy", dpid="1", port=1, out_dpid="1", out_port=2) for n in names]
    assert restore(noxctl, tmp_path, *lines) == "1200 rows\n"
    file = tmp_path / "dump"
    assert noxctl.run("view", "dump", "-w", str(file)).returncode == 0
    assert sorted(one["row"]["name"] for one in dumped(noxctl) if one["table"] == "middleboxes") == names
    before = dumped(noxctl)
    assert noxctl.json("view", "restore", str(file)) == {"restored": len(before)}
    assert dumped(noxctl) == before


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("{", "line 2: it is no JSON"),
        ("[1]", 'line 2: it is no JSON object with "table" and "row"'),
        (line("hots", mac=MAC), "line 2: there is no table 'hots'; did you mean"),
        (line("hosts", vlan=1), "line 2: hosts: mac is missing"),
        (line("hosts", mac="x", vlan=0, name=""), "line 2: hosts: mac must be an Ethernet address"),
        (line("hosts", mac=MAC, vlan="1", name=""), "line 2: hosts: vlan must be a whole number, not '1'"),
        (line("links", kind="cable"), "line 2: links: kind must be one of direct, broadcast, static, not 'cable'"),
        (line("hosts", mac=MAC, vlan=4095), "line 2: hosts: vlan must be at least 0 and at most 4094, not 4095"),
        (line("locations", mac=MAC, dpid="1", port=0), "line 2: locations: port must be at least 1 and at most"),
        (line("addresses", mac=MAC, ip="10.0.0"), "line 2: addresses: ip must be an IP address, not '10.0.0'"),
        (line("addresses", mac=MAC, ip="fe80::1%eth0"), "line 2: addresses: ip must be an IP address, not 'fe80::1%"),
        (
            line("services", name="web", mac=MAC, protocol="tcp", port=65536),
            "line 2: services: port must be at least 1 and at most 65535, not 65536",
        ),
        (line("hosts", "\x1b", mac=MAC), "line 2: source must be a component's name"),
        (line("hosts", mac=MAC, name="x" * 49_152), "line 2 is longer than 49152 bytes"),
    ],
)
def test_a_line_that_makes_no_sense_is_a_sentence(noxctl: Command, tmp_path: Path, bad: str, sentence: str) -> None:
    """With its number, and nothing of the file is written."""
    file = tmp_path / "lines"
    file.write_text(f"{line('hosts', mac='02:00:00:00:77:77')}\n{bad}\n")
    assert sentence in noxctl.refuses("view", "restore", str(file))
    assert not [one for one in dumped(noxctl) if one["row"].get("mac") == "02:00:00:00:77:77"]


def test_no_text_is_a_sentence(noxctl: Command, tmp_path: Path) -> None:
    """As a dump that was compressed would be."""
    file = tmp_path / "lines"
    file.write_bytes(b"\x1f\x8b\xff\n")
    assert "line 1: it is no text" in noxctl.refuses("view", "restore", str(file))


def test_history_of_an_address_a_name_a_host_and_a_port(noxctl: Command, tmp_path: Path) -> None:
    """Now and before, newest first; nothing is known of others."""
    restore(noxctl, tmp_path, line("addresses", ip="10.0.0.9", mac=MAC, vlan=0, evidence="arp"))
    restore(noxctl, tmp_path, line("hosts", mac=OTHER, vlan=0, name="old"))
    restore(noxctl, tmp_path, line("hosts", mac=OTHER, vlan=0, name="new"))
    restore(noxctl, tmp_path, line("locations", mac=OTHER, vlan=0, dpid="00000000000000b2", port=7))
    past, now = noxctl.json("history", "old"), noxctl.json("history", "new")
    assert [(one["row"]["mac"], one["until"] is None) for one in (*past, *now)] == [(OTHER, False), (OTHER, True)]
    names = [one["row"]["name"] for one in noxctl.json("history", OTHER) if one["table"] == "hosts"]
    assert names == ["new", "old"]
    assert [one["row"]["mac"] for one in noxctl.json("history", "b2:7")] == [OTHER]
    assert [one["row"]["mac"] for one in noxctl.json("history", "10.0.0.9")] == [MAC]
    head, first, _ = noxctl.prints("history", OTHER).splitlines()[:3]
    assert head.split() == ["TABLE", "WHAT", "SINCE", "UNTIL", "FROM"]
    assert "now" in first
    done = noxctl.run("history", "10.9.9.9")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "nothing is known of 10.9.9.9\n")


def test_history_at_a_time(noxctl: Command, tmp_path: Path) -> None:
    """Who had it then; a time that is none is a wrong command line."""
    restore(noxctl, tmp_path, line("hosts", mac="02:00:00:00:00:33", vlan=0, name="then"))
    (one,) = noxctl.json("history", "then")
    assert noxctl.json("history", "then", "--at", repr(one["since"])) == [one]
    assert noxctl.json("history", "then", "--at", "2001-01-01T00:00") == []
    done = noxctl.run("history", "then", "--at", "yesterday")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'yesterday' is no time" in done.stderr


def test_what_makes_no_sense_is_refused(running: Controller) -> None:
    """By the controller, whoever asks: a status and a sentence."""
    for path, method, body, sentence in (
        ("history/port/zz/1", "GET", "", "'zz' is no datapath identifier"),
        ("history/port/1/x", "GET", "", "'x' is no number"),
        ("history/host/zz/0", "GET", "", "'zz' is no Ethernet address"),
        ("history/name/x/at/nan", "GET", "", "'nan' is no moment"),
        ("view/restore", "POST", "{", "the body is no list of lines"),
        ("view/restore", "POST", '[[7, "{}"]]', 'line 7: it is no JSON object with "table"'),
        ("view/restore", "POST", json.dumps([[n, line("hosts", mac=MAC)] for n in range(100)]), ""),
    ):
        status, said = ask(running.socket, method, path, body)
        assert sentence in said.get("error", "")
        assert (status == 400 or "line 7" in sentence) == bool(sentence)


def ask(path: Path, method: str, resource: str, body: str) -> tuple[int, Any]:
    """Ask over the socket as any program would; status and answer."""
    head = f"{method} /v1/{resource} HTTP/1.1\r\nHost: nox\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(path))
        connection.sendall((head + body).encode())
        status, _, answer = parse(read_all(connection))
    return status, json.loads(answer)


def test_a_restart_of_the_view_loses_nothing(running: Controller, noxctl: Command) -> None:
    """What depends on it is restarted with it, and reads it from its file, in the order of keys."""
    before = sorted(dumped(noxctl, "--secrets"), key=str)
    assert "view" in noxctl.json("restart", "view")["restarted"]
    eventually(lambda: noxctl.run("version").returncode == 0, "it answers again")
    assert sorted(dumped(noxctl, "--secrets"), key=str) == before


def test_two_controllers_on_one_file_see_what_the_other_writes(tmp_path: Path) -> None:
    """In both directions, and who had it is known to both."""
    both = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        toml = f'components = ["view"]\n[view]\npath = "{tmp_path / "view.sqlite"}"'
        both.append(Controller(folder, configured(folder, toml, port=0)))
    try:
        one, two = (Command(controller.socket) for controller in both)
        restore(one, tmp_path, line("hosts", mac=MAC, vlan=0, name="first"))
        eventually(lambda: two.json("history", "first"), "the other sees it")
        restore(two, tmp_path, line("hosts", mac=MAC, vlan=0, name="second"))
        eventually(lambda: one.json("history", "second"), "the first sees that")
        assert one.json("history", "first") == two.json("history", "first")
        assert dumped(one) == dumped(two)
    finally:
        for controller in both:
            controller.stop()


def test_without_a_view() -> None:
    """The sentence names the component to load."""
    with pytest.raises(Refused, match="noxctl load view"):
        result(ensureDeferred(ViewResources(None, None, Clock()).state()))

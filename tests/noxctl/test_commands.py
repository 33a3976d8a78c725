"""What the commands print: for people, in a pipe, as JSON."""

from __future__ import annotations

import re

import pytest

from tests.noxctl.command import Command
from tests.webapps.rest.support import HOSTILE, Server, status


def plain(lines: list[str]) -> list[str]:
    """Without the terminal's own commands."""
    return [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in lines]


def test_a_row_is_a_line_in_a_pipe(noxctl: Command) -> None:
    """Without a terminal every entry is one line, whole, without colours or spaces at the end."""
    head, *lines = noxctl.prints("flows", "1").splitlines()
    assert head.split() == ["TABLE", "PRIORITY", "OWNER", "MATCH", "ACTIONS", "AGE", "IDLE", "HARD", "PACKETS", "BYTES"]
    assert [" ".join(line.split()) for line in lines] == [
        r"0 30000 (foreign) in_port=1(eth0\x1b[31m\u202e[bold]) drop 1m15s 10s - 5 500",
        "0 20001 switch eth_type=0x0800 set_field:eth_dst=02:00:00:00:00:02 output:2 1m15s 10s - 5 500",
        "0 20000 (hub, not running) any output:CONTROLLER,max_len=128 pop_vlan 1m15s 10s - 5 500",
    ]
    assert all(line == line.rstrip() for line in lines)


def test_a_switch_that_needs_a_look_has_a_note(noxctl: Command) -> None:
    """Foreign entries are counted, and a switch that had lost all of its entries says why that may be."""
    head, line = noxctl.prints("switches").splitlines()
    assert head.split()[-3:] == ["FOREIGN", "NOTE", "DESCRIPTION"]
    assert "  1  had no entries: standalone?  " in line


def test_hostile_names_are_escaped(noxctl: Command) -> None:
    """A name that would colour the terminal, turn its text or style it is printed as it is, escaped."""
    for command in (["ports", "1"], ["switches"], ["flows", "1"]):
        text = noxctl.prints(*command)
        assert r"eth0\x1b[31m\u202e[bold]" in text
        assert text.replace("\n", "").isprintable()


def test_json_is_what_the_controller_says(noxctl: Command, server: Server) -> None:
    """`--json` prints the resource unchanged, hostile text included, for every command that asks for one."""
    assert noxctl.json("components") == server.ask("GET", "/v1/components")[1]
    assert noxctl.json("components", "--graph") == {"openflow": [], "switch": ["openflow"]}
    assert noxctl.json("switches") == server.ask("GET", "/v1/switches")[1]
    assert noxctl.json("flows", "1") == server.ask("GET", "/v1/switches/1/flows")[1]
    assert noxctl.json("events") == server.ask("GET", "/v1/events")[1]
    (port,) = noxctl.json("ports")
    assert (port["dpid"], port["name"]) == ("0000000000000001", HOSTILE)


def test_changes(noxctl: Command, server: Server) -> None:
    """What was changed is told in a line, or as JSON."""
    assert noxctl.prints("load", "hub") == "loaded: hub\n"
    assert noxctl.prints("restart", "hub") == "restarted: hub\n"
    assert noxctl.json("unload", "hub") == {"unloaded": ["hub"]}
    assert noxctl.prints("reload") == "added: hub\n"
    assert server.kernel.asked == [("load", "hub"), ("restart", "hub"), ("unload", "hub"), ("reload",)]


def test_a_failed_component_says_why(noxctl: Command, server: Server) -> None:
    """The table of components shows state and sentence of one that failed."""
    server.kernel.statuses.append(status("dhcp", 30, state="failed", error="no address to give"))
    last = noxctl.prints("components").splitlines()[-1]
    assert last.split()[:2] == ["dhcp", "failed"]
    assert last.endswith("no address to give")


def test_the_graph_is_a_tree(noxctl: Command) -> None:
    """What nobody needs stands at the left, what it needs below it."""
    assert noxctl.prints("components", "--graph") == "switch\n└─ openflow\n"


def test_nothing_to_list(noxctl: Command, server: Server) -> None:
    """An empty table is a sentence on standard error, nothing on standard output, and no failure."""
    server.kernel.statuses.clear()
    done = noxctl.run("components")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no component is loaded\n")


@pytest.mark.parametrize("columns", [40, 80])
def test_a_narrow_terminal_loses_nothing(noxctl: Command, columns: int) -> None:
    """Where match and actions do not fit beside the rest they stand below their entry."""
    lines = plain(noxctl.on_terminal(columns, "flows", "1"))
    text = " ".join(" ".join(lines).split())
    assert "match: eth_type=0x0800" in text
    assert "actions: set_field:eth_dst=02:00:00:00:00:02 output:2" in text
    assert len([line for line in lines if "1m15s" in line]) == 3


def test_a_wide_terminal(noxctl: Command) -> None:
    """With room, each entry is one row, and none is longer than the terminal."""
    lines = plain(noxctl.on_terminal(200, "flows", "1"))
    assert len(lines) == 4
    assert max(map(len, lines)) <= 200


def test_columns_that_can_be_missed(noxctl: Command) -> None:
    """80 columns are enough for the ports of a switch: the Ethernet address is left to wider terminals."""
    narrow, wide = (plain(noxctl.on_terminal(columns, "events"))[0].split() for columns in (80, 200))
    assert set(wide) - set(narrow) == {"PRIORITY", "STOPS", "SLOW", "MAX"}


def test_versions(noxctl: Command) -> None:
    """`version` names the client's and the controller's."""
    answer = noxctl.json("version")
    assert answer["noxctl"] == {key: answer["controller"][key] for key in ("nox", "api")}
    assert noxctl.prints("version").split()[::2][:1] == ["noxctl"]


def test_an_ascii_locale(noxctl: Command) -> None:
    """Where the locale knows no lines of a tree the output is escaped, and no traceback."""
    done = noxctl.run("components", "--graph", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()


def test_the_socket_is_named_before_or_after(server: Server) -> None:
    """`--socket` after the command outdoes the one before it, and that the environment's."""
    nowhere = Command(server.path.with_name("none"))
    assert nowhere.run("components", "--socket", str(server.path)).returncode == 0
    assert Command(server.path).run("components", NOX_SOCKET="/none").returncode == 0

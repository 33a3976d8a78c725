"""``noxctl hosts``: what it prints."""

from __future__ import annotations

from nox.core.view.rows import Host
from nox.core.view.tables import HOSTS
from tests.noxctl.command import Command
from tests.webapps.rest.support import HOSTILE, Server
from tests.webapps.rest.test_hosts import H1, fill


def test_nobody_is_known(noxctl: Command) -> None:
    """A sentence on standard error; one that was asked for and is not known is an error."""
    done = noxctl.run("hosts")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no host is known\n")
    assert noxctl.refuses("hosts", "printer") == "no host printer is known"


def test_the_list(noxctl: Command, server: Server) -> None:
    """A line for each, with the places that it is at and its addresses; JSON is what the controller says."""
    fill(server)
    head, *lines = noxctl.prints("hosts").splitlines()
    assert head.split() == ["NAME", "ADDRESS", "VLAN", "LOCATION", "SINCE", "HEARD", "IP", "ADDRESSES"]
    first, second, third = (line.split() for line in lines)
    assert first[:5] == ["printer", str(H1), "-", "0000000000000001:3", "cellar:4"]
    assert first[-3:] == ["10.0.0.9", "10.0.0.10", "fe80::1"]
    assert second == ["-", str(H1), "7", "-", "-", "-", "-"]
    assert third[2] == "7"
    assert third[-1] == "10.0.0.9"
    assert noxctl.json("hosts") == server.ask("GET", "/v1/hosts")[1]
    assert noxctl.json("hosts", "printer") == server.ask("GET", "/v1/hosts/printer")[1]
    assert len(noxctl.prints("hosts", "10.0.0.9").splitlines()) == 3


def test_hostile_names_are_escaped(noxctl: Command, server: Server) -> None:
    """A name commands no terminal."""

    server.view.put(HOSTS, Host(mac=H1, name=HOSTILE))
    assert r"eth0\x1b[31m\u202e[bold]" in noxctl.prints("hosts")

"""``noxctl approve``: what it prints and what it changes."""

from __future__ import annotations

from pathlib import Path

from tests.certificates import Authority
from tests.noxctl.command import Command
from tests.webapps.rest.support import HOSTILE, Server

DPID = "0000000000000007"


def test_nothing_to_list(noxctl: Command) -> None:
    """A sentence on standard error says what the rule is."""
    done = noxctl.run("approve")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no switch waits, none is approved; admission is approve\n"


def test_the_list(noxctl: Command, server: Server, tmp_path: Path) -> None:
    """A row for each that waits and each that is approved; a hostile name in a certificate is escaped."""
    pair = Authority(tmp_path, "authority").sign(HOSTILE)
    server.waits(7, pair)
    noxctl.prints("approve", "8")
    head, waits, approved = noxctl.prints("approve").splitlines()
    assert head.split()[:4] == ["DPID", "STATE", "SINCE", "ADDRESS"]
    assert waits.split()[:2] == [DPID, "waits"]
    assert r"eth0\x1b[31m\u202e[bold]" in waits
    assert waits.endswith(pair.fingerprint)
    assert approved.split()[:2] == ["0000000000000008", "approved"]
    assert noxctl.json("approve") == server.ask("GET", "/v1/admission")[1]


def test_approve_and_revoke(noxctl: Command, server: Server) -> None:
    """Each is told in a line, or as JSON, and the switch joins and is closed."""
    peer = server.waits(7)
    assert noxctl.prints("approve", "7") == f"approved: {DPID}\n"
    peer.answer()
    assert list(server.openflow.home.datapaths) == [7]
    assert noxctl.json("approve", "7", "--revoke") == {"revoked": DPID}
    assert peer.channel.closing


def test_refusals(noxctl: Command) -> None:
    """The controller's sentence; a revocation of nobody is a command line without sense."""
    assert noxctl.refuses("approve", "7", "--revoke").startswith(f"switch {DPID} is not approved")
    done = noxctl.run("approve", "--revoke")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--revoke needs the DPID of a switch" in done.stderr

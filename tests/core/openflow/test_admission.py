"""Which switches may join: held, approved, refused, remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet.task import Clock

from nox.core.openflow.admission import Admission, AdmissionError
from nox.core.openflow.approvals import Approvals
from nox.core.openflow.home import Home
from nox.core.openflow.rules import Rules
from nox.core.tls.verdict import PeerCertificate
from nox.lib.errors import ConfigError

from . import peer as wire
from .peer import Peer, new_home


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    """Where approvals are kept."""
    return tmp_path / "state/switches.json"


@pytest.fixture(name="home")
def _home(file: Path) -> Home:
    """Connections that wait for approval."""
    home = new_home(Clock())
    home.admission = Admission(Rules("approve"), Approvals(file))
    return home


def test_a_held_switch_gets_nothing_and_stays(home: Home) -> None:
    """Neither configuration nor entries; it is kept alive for as long as it answers."""
    peer = Peer(home, 4, dpid=7)
    peer.join()
    for _ in range(60):
        home.tick()
        peer.answer()
    peer.packet_in(1, bytes(60))
    peer.answer()
    assert (home.datapaths, peer.channel.closing) == ({}, "")
    assert [kind for kind, _ in peer.others if kind != wire.HELLO] == []
    assert [one.dpid for one in home.admission.waiting()] == [7]


def test_an_approved_switch_goes_on_and_is_remembered(home: Home, file: Path) -> None:
    """It joins at once, and the next controller lets it in."""
    peer = Peer(home, 4, dpid=7)
    peer.join()
    home.admission.approve(7, 1.0)
    peer.answer()
    assert list(home.datapaths) == [7]
    assert not home.admission.waiting()
    assert Approvals(file).get(7) == home.admission.approved()[7]
    home.admission.revoke(7)
    home.judge_again()
    assert "is not approved any more" in peer.channel.closing


def test_a_switch_that_leaves_waits_no_more(home: Home) -> None:
    """Nothing is kept of it."""
    peer = Peer(home, 4)
    peer.join()
    peer.lose()
    assert not home.admission.waiting()


def test_one_connection_of_a_switch_waits(home: Home) -> None:
    """A second one is closed: whoever approves must know whom."""
    first, second = Peer(home, 4), Peer(home, 4)
    first.join()
    second.join()
    assert first.channel.closing == ""
    assert "waits for approval already" in second.channel.closing


def test_a_known_network_admits_those_that_are_named(home: Home) -> None:
    """Others are closed with a sentence."""
    home.admission.change(Rules("known", {1: ()}), Approvals())
    named, other = Peer(home, 4, dpid=1), Peer(home, 4, dpid=2)
    named.join()
    other.join()
    assert list(home.datapaths) == [1]
    assert "switch 0000000000000002 is not known" in other.channel.closing


def certified(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all connections show this certificate."""
    shown = PeerCertificate("ab" * 32, name)
    monkeypatch.setattr("nox.core.openflow.admission.certificate_of", lambda transport: shown)


@pytest.mark.parametrize("name", ["ab" * 32, "s1"], ids=["fingerprint", "common name"])
def test_a_bound_certificate_is_that_of_its_switch_alone(
    home: Home, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be no other switch, and its switch cannot come without it."""
    home.admission.change(Rules("open", {1: (name,)}), Approvals())
    plain, right, wrong = Peer(home, 4, dpid=1), Peer(home, 4, dpid=1), Peer(home, 4, dpid=2)
    plain.join()
    assert "must show its certificate" in plain.channel.closing
    certified("s1", monkeypatch)
    right.join()
    wrong.join()
    assert list(home.datapaths) == [1]
    assert "it says that it is switch 0000000000000002" in wrong.channel.closing


def test_what_makes_no_sense_is_refused(home: Home) -> None:
    """An approval where all are admitted, and a revocation of none."""
    with pytest.raises(AdmissionError, match="is not approved"):
        home.admission.revoke(1)
    home.admission.change(Rules(), Approvals())
    with pytest.raises(AdmissionError, match="every switch is admitted"):
        home.admission.approve(1, 1.0)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 1, "switches": {"1": {}}}', "\xff"])
def test_a_damaged_file_is_an_error_and_no_open_door(file: Path, text: str) -> None:
    """Nobody is admitted by guess."""
    file.parent.mkdir()
    file.write_text(text, encoding="latin-1")
    with pytest.raises(ConfigError, match=r"switches.json (is damaged|cannot be read)"):
        Approvals(file)

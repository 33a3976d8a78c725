"""``/v1/admission``: who waits, who is approved, and changing that."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet.defer import ensureDeferred

from nox.core.openflow.approvals import Approvals
from nox.core.openflow.rules import Rules
from nox.webapps.rest.answers import NotFound
from nox.webapps.rest.resources.admission import Admissions
from tests.certificates import Authority
from tests.core.component.support import result
from tests.webapps.rest.support import Server

DPID = "0000000000000007"


def test_nobody_waits(server: Server) -> None:
    """The rule is told, and two empty lists."""
    assert server.ask("GET", "/v1/admission") == (200, {"admission": "approve", "waiting": [], "approved": []})


def test_who_waits(server: Server, tmp_path: Path) -> None:
    """With address, certificate and since when; a switch without TLS has none."""
    pair = Authority(tmp_path, "authority").sign("s7")
    server.waits(7, pair)
    server.waits(8)
    _, answer = server.ask("GET", "/v1/admission")
    first, second = answer["waiting"]
    assert first == {
        "dpid": DPID,
        "address": "192.0.2.1:40000",
        "certificate": {"name": "s7", "fingerprint": pair.fingerprint},
        "since": 0.0,
    }
    assert (second["dpid"], second["certificate"]) == ("0000000000000008", None)


def test_approve_and_revoke(server: Server, tmp_path: Path) -> None:
    """The switch joins, with its certificate alone, and is remembered; when that is taken back it is closed."""
    pair = Authority(tmp_path, "authority").sign("s7")
    peer = server.waits(7, pair)
    assert server.ask("POST", "/v1/admission/7/approve") == (200, {"approved": DPID})
    peer.answer()
    assert list(server.openflow.home.datapaths) == [7]
    _, answer = server.ask("GET", "/v1/admission")
    assert answer["waiting"] == []
    assert answer["approved"] == [{"dpid": DPID, "fingerprint": pair.fingerprint, "since": 0.0}]
    assert Approvals(server.path.with_name("switches.json")).get(7) is not None
    assert server.ask("POST", "/v1/admission/7/revoke") == (200, {"revoked": DPID})
    assert "is not approved any more" in peer.channel.closing
    assert server.ask("GET", "/v1/admission")[1]["approved"] == []


def test_a_switch_is_approved_before_it_comes(server: Server) -> None:
    """With any certificate: none is known yet."""
    server.ask("POST", "/v1/admission/7/approve")
    assert server.ask("GET", "/v1/admission")[1]["approved"][0]["fingerprint"] is None
    server.waits(7)
    assert list(server.openflow.home.datapaths) == [7]


@pytest.mark.parametrize(
    ("path", "code", "sentence"),
    [
        ("zz/approve", 400, "'zz' is no datapath identifier: write it as 16 hexadecimal digits"),
        ("7/revoke", 409, f"switch {DPID} is not approved: noxctl approve lists those that are"),
        ("1/approve", 409, "switch 0000000000000001 is admitted by [openflow.switches]"),
    ],
)
def test_refusals(server: Server, path: str, code: int, sentence: str) -> None:
    """What makes no sense is a status and one sentence."""
    server.openflow.home.admission.rules = Rules("approve", {1: ()})
    assert server.ask("POST", f"/v1/admission/{path}") == (code, {"error": sentence})


def test_where_all_are_admitted_nothing_is_approved(server: Server) -> None:
    """The sentence says what to set."""
    server.openflow.home.admission.change(Rules(), Approvals())
    code, answer = server.ask("POST", "/v1/admission/7/approve")
    assert (code, answer["error"].partition(":")[0]) == (409, "every switch is admitted")


def test_without_openflow() -> None:
    """Nobody is admitted, and the sentence names the component to load."""
    with pytest.raises(NotFound, match="no component admits switches: load openflow"):
        result(ensureDeferred(Admissions(None).admission()))

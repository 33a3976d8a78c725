"""The component ``openflow``: what a reload of its table does."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet.defer import ensureDeferred

from nox.core.openflow.approvals import Approvals
from nox.core.openflow.component import OpenFlow
from nox.core.openflow.rules import OpenFlowConfig, Rules
from nox.lib.errors import ConfigError
from tests.core.component.support import result

from .peer import Peer, new_openflow

ONE, TWO, SEVEN = (f"{number:016x}" for number in (1, 2, 7))


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Path:
    """Where approvals are kept."""
    return tmp_path / "switches.json"


@pytest.fixture(name="openflow")
def _openflow(state: Path) -> OpenFlow:
    """The component, without ports."""
    return new_openflow(state)


def joined(openflow: OpenFlow, dpid: int) -> Peer:
    """A switch that has gone through its handshake, as far as it got."""
    peer = Peer(openflow.home, 4, dpid=dpid)
    peer.join()
    return peer


def test_only_what_is_no_longer_allowed_is_closed(openflow: OpenFlow, state: Path) -> None:
    """A switch that the new rules admit does not notice them."""
    openflow.home.admission.change(Rules(), Approvals())
    stays, unproven, unknown = (joined(openflow, dpid) for dpid in (1, 2, 3))
    before = openflow.home.datapaths[1]
    config = OpenFlowConfig(admission="known", switches={ONE: (), TWO: ("s2",)}, state=state)
    assert result(ensureDeferred(openflow.configure(config))) is True
    assert (stays.channel.closing, stays.take()) == ("", [])
    assert openflow.home.datapaths[1] is before
    assert "must show its certificate" in unproven.channel.closing
    assert "switch 0000000000000003 is not known" in unknown.channel.closing


def test_those_that_wait_are_judged_again(openflow: OpenFlow, state: Path) -> None:
    """One that is named now goes on, the other waits; where nobody waits any more it is closed."""
    named, other = joined(openflow, 7), joined(openflow, 8)
    assert not openflow.home.datapaths
    result(ensureDeferred(openflow.configure(OpenFlowConfig(admission="approve", switches={SEVEN: ()}, state=state))))
    named.answer()
    assert list(openflow.home.datapaths) == [7]
    assert [one.dpid for one in openflow.home.admission.waiting()] == [8]
    result(ensureDeferred(openflow.configure(OpenFlowConfig(admission="known", switches={SEVEN: ()}, state=state))))
    assert named.channel.closing == ""
    assert "is not known" in other.channel.closing


def test_approvals_outlive_a_reload(openflow: OpenFlow, state: Path) -> None:
    """They are read from the file that the table names."""
    peer = joined(openflow, 7)
    openflow.approve(7)
    peer.answer()
    result(ensureDeferred(openflow.configure(OpenFlowConfig(admission="approve", state=state))))
    assert peer.channel.closing == ""
    elsewhere = state.with_name("other.json")
    result(ensureDeferred(openflow.configure(OpenFlowConfig(admission="approve", state=elsewhere))))
    assert "is not approved any more" in peer.channel.closing


def test_a_damaged_file_changes_nothing(openflow: OpenFlow, state: Path) -> None:
    """The old rules go on."""
    peer = joined(openflow, 7)
    openflow.approve(7)
    peer.answer()
    state.write_text("{")
    with pytest.raises(ConfigError, match="is damaged"):
        result(ensureDeferred(openflow.configure(OpenFlowConfig(admission="known", state=state))))
    assert (peer.channel.closing, openflow.home.admission.rules.admission) == ("", "approve")

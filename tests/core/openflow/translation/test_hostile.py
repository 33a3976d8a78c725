"""Whatever a switch sends, its meaning is a value or a `RemoteProtocolError`."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.core.openflow.statistics import FlowStats
from nox.core.openflow.translation import translator
from nox.lib.actions import Action
from nox.lib.errors import RemoteProtocolError
from nox.lib.openflow import SUPPORTED, Version, messages
from nox.lib.openflow.actions import SetOxm
from nox.lib.openflow.actions10 import SetVlanPcp, SetVlanVid
from nox.lib.openflow.match13 import Oxm
from tests.lib.openflow.strategies import structures


@pytest.mark.parametrize("version", SUPPORTED)
@settings(deadline=None)  # some entries are long
@given(data=st.data())
def test_flow_entries(version: Version, data: st.DataObject) -> None:
    """Any entry, with any match, actions and instructions."""
    entry = data.draw(structures(messages.FlowStatsEntry, version))
    with contextlib.suppress(RemoteProtocolError):
        assert isinstance(translator(version).flow_stats(entry), FlowStats)


@pytest.mark.parametrize("version", SUPPORTED)
@given(data=st.data())
def test_ports(version: Version, data: st.DataObject) -> None:
    """Any port; its name can be printed, and its number is of 32 bits."""
    port = translator(version).port_info(data.draw(structures(messages.Port, version)))
    assert port.name.isprintable()
    assert 0 <= port.number <= 0xFFFFFFFF


@pytest.mark.parametrize("version", SUPPORTED)
@given(data=st.data())
def test_errors(version: Version, data: st.DataObject) -> None:
    """Any error has a text, and is about a part of what it carries."""
    error = data.draw(structures(messages.Error, version))
    assert translator(version).error_text(error)
    assert error.data.endswith(translator(version).refused(error))


@pytest.mark.parametrize(
    ("version", "action"),
    [
        (Version.V1_0, SetVlanVid(0x1000)),
        (Version.V1_0, SetVlanPcp(8)),
        (Version.V1_3, SetOxm(Oxm("vlan_pcp", 8))),
        (Version.V1_3, SetOxm(Oxm("eth_src", 1, 1))),
    ],
    ids=str,
)
def test_actions_that_have_no_meaning(version: Version, action: Action) -> None:
    """An action that sets what cannot be stays as the switch has it, and is written again."""
    read = translator(version).actions_from_wire((action,))
    assert read == translator(version).actions_to_wire(read) == (action,)

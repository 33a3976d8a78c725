"""Actions, free of versions."""

from __future__ import annotations

import pytest

from nox.lib.actions import PORT, Output, SetField
from nox.lib.errors import LocalProtocolError
from nox.lib.openflow import Version
from nox.lib.openflow.codec import encode_actions


def test_set_field() -> None:
    """A field is set to a value however that is written; it prints in its usual text."""
    action = SetField("ipv4_src", "10.0.0.1")
    assert action == SetField("ipv4_src", 0x0A000001)
    assert repr(action) == "SetField(ipv4_src=10.0.0.1)"


def test_set_field_that_there_is_not() -> None:
    """A wrong name is refused with the nearest, a wrong value with what would do."""
    with pytest.raises(LocalProtocolError, match='did you mean "eth_src"'):
        SetField("eth_scr", 1)
    with pytest.raises(LocalProtocolError, match="vlan_pcp cannot be 9"):
        SetField("vlan_pcp", 9)


@pytest.mark.parametrize("version", [Version.V1_0, Version.V1_3])
def test_placeholder_is_no_port(version: Version) -> None:
    """What stands for a port in a prepared flow cannot be sent by mistake."""
    assert repr(Output(PORT)) == "Output(port=PORT, max_len=65535)"
    with pytest.raises(LocalProtocolError, match=r"Output\.port cannot be PORT"):
        encode_actions((Output(PORT),), version)

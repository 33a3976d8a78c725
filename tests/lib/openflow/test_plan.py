"""Plans that are made before they are needed."""

from __future__ import annotations

from unittest.mock import patch

from nox.lib.openflow import Version, messages, plan
from nox.lib.openflow.codec import decode, encode


def test_prepared_versions_compile_nothing_more() -> None:
    """What comes afterwards is read and written with what is there."""
    plan.prepare((Version.V1_0, Version.V1_3))
    with patch.object(plan, "Plan", side_effect=AssertionError("a plan is made anew")):
        for version in (Version.V1_0, Version.V1_3):
            asked = messages.BarrierRequest()
            assert decode(encode(asked, version, 1)) == asked

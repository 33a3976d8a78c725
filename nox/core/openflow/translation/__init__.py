"""Between the wire, which is faithful to each version, and what components see, which is free of versions.

`translator(version)` gives the one for a version, `NICIRA` the one for a switch that speaks 1.0 and has shown that it
knows Nicira's extensions. What a version cannot express is refused here, with
`LocalProtocolError` and a sentence that says so; nothing is silently dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nox.core.openflow.translation.nicira10 import Nicira10
from nox.core.openflow.translation.translator import Translator
from nox.core.openflow.translation.v10 import Translator10
from nox.core.openflow.translation.v13 import Translator13
from nox.lib.openflow import Version

_TRANSLATORS: Final[Mapping[int, Translator]] = {Version.V1_0: Translator10(), Version.V1_3: Translator13()}

NICIRA: Final[Translator] = Nicira10()


def translator(version: Version) -> Translator:
    """The translator of a version that we speak."""
    return _TRANSLATORS[version]


__all__ = ["NICIRA", "Translator", "translator"]

"""What the two judges say of our samples: the test asks for each, the acceptance check for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from nox.lib.openflow.codec import encode
from tests.lab.judges.expected import expected
from tests.lab.judges.ofctl import complaint
from tests.lab.judges.tshark import Dissected, dissect
from tests.lib.openflow.golden import GOLDEN, OFCTL, TSHARK, XID
from tests.lib.openflow.samples import SAMPLES

ENCODED: Final = {sample.name: encode(sample.message, sample.version, XID) for sample in SAMPLES.values()}
STALE: Final = "it can judge this now: take it out of golden.py"


def ofctl(name: str) -> str:
    """What is wrong with `ovs-ofctl`'s verdict on a sample; empty when it is as it should be."""
    return _verdict(OFCTL, name, complaint(ENCODED[name]))


def dissected(folder: Path) -> Mapping[str, Dissected]:
    """What tshark prints of all samples, from one run."""
    return dict(zip(ENCODED, dissect(ENCODED.values(), folder), strict=True))


def tshark(name: str, shown: Dissected) -> str:
    """What is wrong with tshark's verdict on a sample; empty when it is as it should be, or nobody asks it."""
    if SAMPLES[name].extended:
        return ""
    return _verdict(TSHARK, name, "; ".join(_differences(name, shown)))


def unable(judge: str, name: str) -> bool:
    """Whether this judge is known to be unable to judge this sample, so that golden bytes do it."""
    return (name in GOLDEN and judge in GOLDEN[name].judges) or (judge == TSHARK and SAMPLES[name].extended)


def _verdict(judge: str, name: str, said: str) -> str:
    if unable(judge, name):
        return "" if said else STALE
    return said


def _differences(name: str, shown: Dissected) -> Sequence[str]:
    """What tshark could not read; or the fields in which it and the sample disagree."""
    if shown.unread:
        return shown.unread
    sample = SAMPLES[name]
    ours = expected(sample.message, sample.version, XID)
    names = [*ours, *(other for other in shown.fields if other not in ours)]
    return [
        f"{field}: ours is {ours.get(field)}, tshark's {shown.fields.get(field)}"
        for field in names
        if ours.get(field) != shown.fields.get(field)
    ]

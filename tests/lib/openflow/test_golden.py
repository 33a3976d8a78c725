"""Messages that a judge cannot judge: bytes written by hand from the specification."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nox.lib.openflow.codec import decode, encode
from nox.lib.openflow.match13 import Oxm
from nox.lib.openflow.oxm import FIELDS
from nox.lib.openflow.structure import Structure, Unknown
from tests.lib.openflow.golden import GOLDEN, XID
from tests.lib.openflow.recorded import RECORDED
from tests.lib.openflow.samples import SAMPLES, extension, parts


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str) -> None:
    """The sample is written as the specification says, and what the specification says is read as the sample."""
    sample, data = SAMPLES[name], GOLDEN[name].data
    assert encode(sample.message, sample.version, XID).hex() == data.hex()
    assert decode(data) == sample.message


def below(cls: type[Structure]) -> Iterator[type[Structure]]:
    """All subclasses."""
    for one in cls.__subclasses__():
        yield one
        yield from below(one)


def rows() -> set[str]:
    """The name of every structure of ours that is not only a base of others, and has a known layout."""
    ours = [
        cls
        for cls in below(Structure)
        if cls.__module__.startswith("nox.lib.openflow.") and not issubclass(cls, Unknown)
    ]
    return {cls.__name__ for cls in ours} - {cls.__name__ for cls in ours if cls.__subclasses__()}


def test_samples_have_every_row() -> None:
    """Whatever the tables have is in a sample, so the judges see it: each class, each match field, each mask."""
    seen = [part for sample in SAMPLES.values() for part in parts(sample.message)]
    assert rows() - {type(part).__name__ for part in seen} == set()
    oxms = {(part.name, part.mask is not None) for part in seen if isinstance(part, Oxm)}
    assert {(name, masked) for name in FIELDS for masked in {False, FIELDS[name].maskable}} - oxms == set()


def test_every_extension_is_recorded() -> None:
    """What tshark does not know is in a message that Open vSwitch wrote, or among the golden bytes."""
    others = [decode(data) for data in RECORDED] + [SAMPLES[name].message for name in GOLDEN]
    seen = {kind(part) for message in others for part in parts(message)}
    needed = {kind(part) for sample in SAMPLES.values() for part in parts(sample.message) if extension(part)}
    assert needed - seen == set()


def kind(part: object) -> str:
    """The name of a structure's class, or of a match field."""
    return part.name if isinstance(part, Oxm) else type(part).__name__

"""The fuzzer's corpus, and what it once found, without the fuzzer."""

from __future__ import annotations

from tests.fuzz.inputs import CORPUS, FINDINGS, load
from tests.fuzz.target import check


def test_corpus() -> None:
    """Each kept input is a message or is refused, and what is a message is written and read as the same."""
    inputs = load(CORPUS)
    assert inputs
    for data in inputs:
        check(data)


def test_findings() -> None:
    """What once broke the decoder does not any more."""
    for data in load(FINDINGS):
        check(data)

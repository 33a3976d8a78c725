"""tshark reads what `nox.lib.packet` has built: each field as we meant it, checksums right, nothing to complain of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from nox.lib.capture import writing
from tests.lab.judges.frames import CASES, Case
from tests.lab.process import run

_CHECKED: Final = [f"-o{name}.check_checksum:TRUE" for name in ("ip", "tcp", "udp")]
_WRONG: Final = re.compile(r"_ws\.malformed|_ws\.expert\.message|_ws\.lua|unknown_opt")
_FALSE: Final = re.compile(r"checksum\.status$|checksum_bad$")
_EXPECTED: Final = ("Connection establish request (SYN): server port 80",)  # a remark on what is right
_GOOD: Final = "1"


def leaves(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every field in the tree, in order; several may have the same name."""
    for name, value in pairs:
        if isinstance(value, str):
            yield name, value
        elif value and isinstance(value[0], str):
            yield from ((name, one) for one in value)
        elif value:
            yield from leaves(value)


@pytest.fixture(scope="module")
def dissected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """What tshark prints of each case."""
    file = tmp_path_factory.mktemp("frames") / "frames.pcapng"
    blocks = [writing.packet(number, case.frame) for number, case in enumerate(CASES)]
    file.write_bytes(writing.section("nox") + writing.interface("nox") + b"".join(blocks))
    printed = run(["tshark", "-n", "-r", str(file), *_CHECKED, "-T", "json"])
    packets = json.loads(printed[printed.index("[") :], object_pairs_hook=list)
    assert len(packets) == len(CASES)
    return {case.name: list(leaves(packet)) for case, packet in zip(CASES, packets, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tshark_reads_what_was_meant(case: Case, dissected: dict[str, list[tuple[str, str]]]) -> None:
    """Every field has the value that it was given."""
    fields = dissected[case.name]
    for name, expected in case.fields.items():
        values = [value for field, value in fields if field == name]
        wanted = expected if isinstance(expected, list) else [expected]
        assert values[: len(wanted)] == wanted, f"{name} is {values}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tshark_finds_nothing_wrong(case: Case, dissected: dict[str, list[tuple[str, str]]]) -> None:
    """No malformed packet, no expert's remark, and every checksum is verified and good."""
    fields = dissected[case.name]
    remarks = [value for name, value in fields if _WRONG.search(name)]
    assert [remark for remark in remarks if remark not in _EXPECTED] == []
    statuses = {name: value for name, value in fields if _FALSE.search(name)}
    assert all(value == _GOOD for value in statuses.values()), statuses
    assert bool(statuses) == any(layer in dict(fields) for layer in ("ip.version", "ipv6.version"))


def test_tshark_finds_a_wrong_checksum(tmp_path: Path) -> None:
    """The judge is awake: a byte that is changed shows."""
    frame = bytearray(next(case.frame for case in CASES if case.name == "UDP"))
    frame[-1] ^= 1
    file = tmp_path / "wrong.pcapng"
    file.write_bytes(writing.section("nox") + writing.interface("nox") + writing.packet(0, bytes(frame)))
    printed = run(["tshark", "-n", "-r", str(file), *_CHECKED, "-T", "json"])
    packets = json.loads(printed[printed.index("[") :], object_pairs_hook=list)
    assert dict(leaves(packets[0]))["udp.checksum.status"] == "0"

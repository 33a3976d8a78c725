"""One call of pack for each message of a shape."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from nox.core.openflow.packer import Part, Place, compile_packer, size_of

CODES = {"B": 1, "H": 2, "I": 4, "Q": 8, "6s": 6}


def test_parameters_go_to_their_places_between_the_constants() -> None:
    """Parameters may be used in any order, twice, in an expression, or not at all."""
    parts: list[Part] = [b"ab", Place("c", "H"), b"", b"c", Place("a", "6s"), Place("c + 1", "H"), b"\0\0"]
    pack = compile_packer(parts, "a, b, c")
    assert pack(b"123456", 99, 7) == b"ab\0\7c123456\0\x08\0\0"
    assert size_of(parts) == 15


def test_a_tuple_of_values_is_taken_apart() -> None:
    """What is common to all messages comes first, the values of each in one tuple."""
    pack = compile_packer([Place("in_port", "H"), Place("xid", "B")], "xid, values", "(in_port,) = values")
    assert pack(3, (258,)) == b"\1\2\3"


@given(st.data())
def test_it_is_what_packing_part_by_part_gives(data: st.DataObject) -> None:
    """The compiled form equals the parts packed one after the other."""
    codes = data.draw(st.lists(st.sampled_from(sorted(CODES)), min_size=1, max_size=6))
    values = [
        data.draw(st.binary(min_size=6, max_size=6) if code == "6s" else st.integers(0, 256 ** CODES[code] - 1))
        for code in codes
    ]
    parts: list[Part] = []
    expected = b""
    for index in data.draw(st.permutations(range(len(codes)))):
        constant = data.draw(st.binary(max_size=5))
        parts += [constant, Place(f"p{index}", codes[index])]
        expected += constant + struct.pack("!" + codes[index], values[index])
    assert compile_packer(parts, ", ".join(f"p{i}" for i in range(len(codes))))(*values) == expected

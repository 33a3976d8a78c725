"""The bytes of a TCP connection are put in order, in bounded memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nox.lib.capture.streams import MOST_WAITING, Stream

FIRST = 2**32 - 100  # a number that wraps within the stream
BYTES = bytes(range(256))


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 64)), max_size=40))
def test_any_segments(segments: list[tuple[int, int]]) -> None:
    """Whatever comes, late, twice or overlapping: the stream's bytes come, each once, and its holes."""
    stream, at = Stream(), 0
    stream.start(FIRST)
    for place, size in segments:
        got = stream.take((FIRST + place) % 2**32, BYTES[place : place + size])
        assert (got, stream.missing) == (BYTES[at : at + len(got)], 0)
        at += len(got)
    while stream.is_waiting:
        got = stream.skip()
        at += stream.missing
        assert got == BYTES[at : at + len(got)]
        at += len(got)
    assert at == (max(min(place + size, 256) for place, size in segments) if at else 0)


def test_a_syn_that_comes_twice() -> None:
    """A repeated beginning does not start the stream anew."""
    stream = Stream()
    stream.start(7)
    assert stream.take(7, b"one") == b"one"
    stream.start(7)
    assert stream.take(10, b"two") == b"two"


def test_what_waits_has_a_bound() -> None:
    """Bytes that wait for missing ones are given out when they are too many, small pieces sooner: each costs memory."""
    for size in (1, 1000):
        stream, held = Stream(), 0
        stream.start(0)
        while not stream.take(1 + held, bytes(size)):
            held += size
        assert stream.missing == 1
        assert MOST_WAITING / 200 < held < MOST_WAITING
        assert not stream.is_waiting

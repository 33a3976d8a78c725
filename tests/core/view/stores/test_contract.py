"""What every store of the network view does. Each test runs against each of them, and against one that answers late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from zope.interface.verify import verifyObject

from nox.core.view.errors import Moved, StoreError
from nox.core.view.interfaces import Expectation, IStoreListener, IViewStore
from tests.core.view.stores.support import BOUNDS, LOOKUPS, Noted, Place, commit, put

KINDS = ("memory", "sqlite", "late memory", "late sqlite")


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a store keeps its rows."""
    return Place(request.param, tmp_path)


@pytest.fixture
def opened(place: Place) -> Iterator[tuple[IViewStore, Noted]]:
    """A store that is open, and who listens to it."""
    store, noted = place.open()
    yield store, noted
    place.settle(store.close())


def test_it_provides_what_it_says(opened: tuple[IViewStore, Noted]) -> None:
    """Every method, with its arguments."""
    store, noted = opened
    assert verifyObject(IViewStore, store)
    assert verifyObject(IStoreListener, noted)


def test_a_new_one_is_empty(opened: tuple[IViewStore, Noted]) -> None:
    """At revision 0, told once."""
    _, noted = opened
    assert (noted.found, noted.revision, noted.told, noted.loads) == ({}, 0, [], 1)


def test_a_transaction_is_told_before_it_is_answered(place: Place, opened: tuple[IViewStore, Noted]) -> None:
    """The whole of it, with its revision; what it expected is nobody's business any more."""
    store, noted = opened
    asked = commit(put("a", "1"), put("b", "2"), expect=[Expectation("things", "a", 0)], source="x", since=1.25)
    told_before: list[int] = []

    def answered(revision: int) -> int:
        told_before.append(len(noted.told))
        return revision

    revision = place.settle(store.commit(asked).addCallback(answered))
    assert told_before == [1]
    assert noted.told == [(revision, commit(put("a", "1"), put("b", "2"), source="x", since=1.25))]


def test_what_was_written_is_there_when_it_is_opened_again(place: Place) -> None:
    """With who wrote it and when, to the microsecond, and the revision goes on from there."""
    store, _ = place.open()
    since = 1_790_000_000.123457
    place.settle(store.commit(commit(put("a", '{"x":1}'), put("gone", "2"), source="x", since=since)))
    newest = place.settle(store.commit(commit(put("gone", None), put("b", "3"))))
    place.settle(store.close())
    store, noted = place.open()
    assert noted.revision == newest
    assert {row[:6] for row in noted.found.values()} == {
        ("things", "a", '{"x":1}', 1, newest - 1, "x"),
        ("things", "b", "3", 1, newest, "tests"),
    }
    assert noted.found["things", "a"].since == since
    assert place.settle(store.commit(commit(put("c", "4")))) > newest
    place.settle(store.close())


def test_what_is_there_already_is_not_written(place: Place, opened: tuple[IViewStore, Noted]) -> None:
    """An equal row and the removal of none: they are left out, and a transaction of nothing else is not told."""
    store, noted = opened
    first = place.settle(store.commit(commit(put("a", "1"))))
    assert place.settle(store.commit(commit(put("a", "1"), put("b", None)))) == first
    second = place.settle(store.commit(commit(put("a", "1"), put("c", "3"), put("b", None))))
    assert [one for one, _ in noted.told] == [first, second]
    assert noted.told[1][1].writes == (put("c", "3"),)


def test_an_expectation_that_does_not_hold_stops_all_of_the_transaction(
    place: Place, opened: tuple[IViewStore, Noted]
) -> None:
    """Of a row that has moved, that is not there, or that should not be."""
    store, noted = opened
    old = place.settle(store.commit(commit(put("a", "1"))))
    new = place.settle(store.commit(commit(put("a", "2"))))
    for key, revision in (("a", old), ("a", 0), ("b", new)):
        with pytest.raises(Moved, match=f"things: the row {key} has changed"):
            place.settle(store.commit(commit(put("c", "3"), expect=[Expectation("things", key, revision)])))
    assert noted.values() == {("things", "a"): "2"}
    fine = [Expectation("things", "a", new), Expectation("things", "b", 0)]
    place.settle(store.commit(commit(put("c", "3"), expect=fine)))
    assert noted.values() == {("things", "a"): "2", ("things", "c"): "3"}


def test_transactions_asked_at_once_are_done_in_their_order(place: Place, opened: tuple[IViewStore, Noted]) -> None:
    """Each sees what the ones before it did; one that fails does not keep the next from being done."""
    store, noted = opened
    expects_none = [Expectation("things", "a", 0)]
    asked = [store.commit(commit(put("a", str(number)))) for number in range(300)]
    failing = store.commit(commit(put("b", "1"), expect=expects_none))
    last = store.commit(commit(put("a", "last")))
    revisions = [place.settle(one) for one in asked]
    with pytest.raises(Moved):
        place.settle(failing)
    revisions.append(place.settle(last))
    assert revisions == sorted(set(revisions))
    assert [revision for revision, _ in noted.told] == revisions
    assert noted.values() == {("things", "a"): "last"}


def test_a_second_writer_is_seen_and_ordered(place: Place, opened: tuple[IViewStore, Noted]) -> None:
    """Both are told everything, in one order; what one does counts for what the other expects or writes anew."""
    store, noted = opened
    other, other_noted = place.open()
    first = place.settle(other.commit(commit(put("a", "other"))))
    with pytest.raises(Moved):
        place.settle(store.commit(commit(put("a", "mine"), expect=[Expectation("things", "a", 0)])))
    assert place.settle(store.commit(commit(put("a", "other")))) == first
    asked = [one.commit(commit(put("b", f"{number}"))) for number in range(20) for one in (store, other)]
    newest = max(place.settle(one) for one in asked)
    place.until(lambda: all(one.told and one.told[-1][0] == newest for one in (noted, other_noted)))
    assert [(revision, [w[:3] for w in map(_plain, told.writes)]) for revision, told in noted.told] == [
        (revision, [w[:3] for w in map(_plain, told.writes)]) for revision, told in other_noted.told
    ]
    revisions = [revision for revision, _ in noted.told]
    assert revisions == sorted(set(revisions))
    place.settle(other.close())


def _plain(write: object) -> tuple[object, ...]:
    """A write without what only its writer needs."""
    return tuple(getattr(write, name) for name in ("table", "key", "value", "schema"))


def test_many_rows_are_told_in_pieces(place: Place) -> None:
    """All of them, each once."""
    store, _ = place.open()
    for start in range(0, 2500, 100):
        place.settle(store.commit(commit(*(put(f"{number:04}", str(number)) for number in range(start, start + 100)))))
    place.settle(store.close())
    store, noted = place.open()
    assert {key: row.value for (_, key), row in noted.found.items()} == {f"{n:04}": str(n) for n in range(2500)}
    place.settle(store.close())


@pytest.mark.parametrize(
    "text", ['"quoted"', "it's; DROP TABLE rows", "\\u0000\\ud800", "ü\u2028😀", '["02:00",0]', "null", " "]
)
def test_any_text_comes_back_as_it_was(place: Place, text: str) -> None:
    """As a key and as a value."""
    store, _ = place.open()
    place.settle(store.commit(commit(put(text, text, table="tåble"))))
    place.settle(store.close())
    store, noted = place.open()
    assert [(row.table, row.key, row.value) for row in noted.found.values()] == [("tåble", text, text)]
    place.settle(store.close())


def test_the_past_is_found_by_its_lookups(place: Place, opened: tuple[IViewStore, Noted]) -> None:
    """Newest first, at a time, at most so many; what is there now, or is not to be kept, is no past."""
    store, _ = opened
    for since, who in ((10.0, "m1"), (20.5, "m2"), (30.0, None), (40.0, "m1")):
        value = None if who is None else f'{{"ip":"10.0.0.1","mac":"{who}"}}'
        place.settle(store.commit(commit(put("k", value, lookups=LOOKUPS), source=f"s{since}", since=since)))
    place.settle(store.commit(commit(put("other", '{"ip":"10.0.0.1","mac":"m9"}'))))
    place.settle(store.commit(commit(put("other", None))))
    found = place.settle(store.past("things", {"ip": "10.0.0.1"}, None, 10))
    assert [(row.value[-4:], row.source, row.since, row.until) for row in found] == [
        ('m2"}', "s20.5", 20.5, 30.0),
        ('m1"}', "s10.0", 10.0, 20.5),
    ]
    assert place.settle(store.past("things", {"ip": "10.0.0.1"}, None, 1)) == found[:1]
    assert place.settle(store.past("things", {"ip": "10.0.0.1", "mac": "m1"}, None, 10)) == found[1:]
    for at, expected in ((9.9, []), (10.0, found[1:]), (20.5, found[:1]), (29.9, found[:1]), (30.0, []), (50.0, [])):
        assert list(place.settle(store.past("things", {"ip": "10.0.0.1"}, at, 10))) == list(expected)
    for nobody in ({"ip": "10.0.0.2"}, {"ip": "10.0.0.1", "mac": "m9"}):
        assert list(place.settle(store.past("things", nobody, None, 10))) == []


def test_the_past_is_bounded_by_number_and_age(place: Place, opened: tuple[IViewStore, Noted]) -> None:
    """What is too much or too old is forgotten when more is added."""
    store, _ = opened
    for number in range(BOUNDS.most + 12):
        place.settle(store.commit(commit(put("k", f'{{"ip":1,"n":{number}}}', lookups=(("ip",),)), since=number)))
    found = place.settle(store.past("things", {"ip": 1}, None, 1000))
    assert [row.until for row in found] == [float(number) for number in range(BOUNDS.most + 11, 11, -1)]
    late = BOUNDS.age + 40
    place.settle(store.commit(commit(put("k", None, lookups=(("ip",),)), since=late)))
    found = place.settle(store.past("things", {"ip": 1}, None, 1000))
    assert [row.until for row in found] == [late, *(float(number) for number in range(BOUNDS.most + 11, 39, -1))]


def test_closing_finishes_what_was_asked_for(place: Place) -> None:
    """And what is asked later is refused."""
    store, _ = place.open()
    asked = [store.commit(commit(put(str(number), "x"))) for number in range(50)]
    closed = store.close()
    place.settle(closed)
    assert len({place.settle(one) for one in asked}) == 50
    with pytest.raises(StoreError, match="closed"):
        place.settle(store.commit(commit(put("a", "1"))))
    with pytest.raises(StoreError, match="closed"):
        place.settle(store.past("things", {"ip": 1}, None, 1))
    store, noted = place.open()
    assert len(noted.found) == 50
    place.settle(store.close())

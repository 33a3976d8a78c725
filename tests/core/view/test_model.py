"""The network view against dictionaries: whatever is asked of it, in any order, over any store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from nox.core.view.errors import Moved
from nox.core.view.row import Row
from nox.core.view.rows import NO_VLAN
from nox.core.view.table import Key, Table
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from tests.core.view.stores.support import Place
from tests.core.view.support import Viewed, address, host, location, mac

TRIED: tuple[Table[Any], ...] = (HOSTS, LOCATIONS, ADDRESSES)
Rows = dict[tuple[str, Key], Row]
Step = tuple[Table[Any], Key, Row | None]  # a row that shall be there, or None

_number = st.integers(0, 3)
_steps = st.one_of(
    st.builds(lambda n, name: (HOSTS, (mac(n), NO_VLAN), host(n, name)), _number, st.sampled_from(["", "a", "\0é"])),
    st.builds(lambda n, d, p: (LOCATIONS, (mac(n), NO_VLAN, d, p), location(n, d, p)), _number, _number, _number),
    st.builds(lambda n, ip: (ADDRESSES, (ip, mac(n), NO_VLAN), address(n, ip)), _number, st.sampled_from("xy")),
    st.builds(lambda n: (HOSTS, (mac(n), NO_VLAN), None), _number),
    st.builds(lambda n, d, p: (LOCATIONS, (mac(n), NO_VLAN, d, p), None), _number, _number, _number),
)
_transactions = st.lists(
    st.tuples(
        st.booleans(), st.lists(_steps, min_size=1, max_size=5), st.sampled_from(["", "now", "old"]), st.booleans()
    ),
    max_size=25,
)


class Model:
    """What should be there.

    :ivar rows: after all that was asked for.
    """

    def __init__(self) -> None:
        self.rows: Rows = {}

    def do(self, steps: list[Step], holds: bool) -> None:
        """A transaction."""
        for table, key, row in steps if holds else ():
            if row is None:
                self.rows.pop((table.name, key), None)
            else:
                self.rows[table.name, key] = row


@pytest.mark.parametrize("kind", ["memory", "late memory", "sqlite", "late sqlite"])
def test_the_view_is_what_dictionaries_would_be(kind: str) -> None:
    """Rows, indexes, events and revisions, with two components that write, and with answers that come late."""

    @settings(max_examples=120 if "sqlite" not in kind else 25, deadline=None)
    @given(_transactions)
    def tried(transactions: list[tuple[bool, list[Step], str, bool]]) -> None:
        with TemporaryDirectory() as folder:
            place = Place(kind, Path(folder))
            viewed = Viewed(place.store, place.settle)
            try:
                compare(viewed, transactions)
            finally:
                viewed.stop()

    tried()


def compare(viewed: Viewed, transactions: list[tuple[bool, list[Step], str, bool]]) -> None:
    """Ask for transactions, some of them while others are under way, and see what is there in the end."""
    model, told = Model(), Rows()
    waiting: list[Deferred[int]] = []
    for is_other, steps, expectation, waits in transactions:
        view = viewed.other.view if is_other else viewed.view
        transaction = view.transaction()
        for table, key, row in steps:
            transaction.put(table, row) if row is not None else transaction.delete(table, key)
        if expectation and not waiting:
            transaction.expect(*expected(viewed, steps[0], expectation))
        holds = expectation != "old" or bool(waiting)
        answer = transaction.commit()
        model.do(steps, holds)
        if waits or expectation:
            waiting = settled(viewed, [*waiting, answer], fails=0 if holds else 1)
            check(viewed, model.rows, told)
        else:
            waiting.append(answer)
    settled(viewed, waiting)
    check(viewed, model.rows, told)


def expected(viewed: Viewed, step: Step, expectation: str) -> tuple[Table[Any], Key, int]:
    """What the row is, or what it is not."""
    table, key, _ = step
    row = viewed.view.get(table, *key)
    revision = row.meta.revision if row is not None else 0
    return table, key, revision if expectation == "now" else revision + 1


def settled(viewed: Viewed, waiting: list[Deferred[int]], fails: int = 0) -> list[Deferred[int]]:
    """Wait for all answers: of the last ones so many fail."""
    for deferred in waiting[: len(waiting) - fails]:
        viewed.settle(deferred)
    for deferred in waiting[len(waiting) - fails :]:
        with pytest.raises(Moved):
            viewed.settle(deferred)
    return []


def check(viewed: Viewed, rows: Rows, told: Rows) -> None:
    """See that rows, indexes and what events told are the same."""
    assert dict(all_rows(viewed)) == rows
    last = 0
    for change in viewed.changes():
        place = change.table.name, change.key
        assert (change.before, change.after) != (None, None)
        assert told.get(place) == change.before
        assert last <= change.revision <= viewed.view.revision
        last = change.revision
        if change.after is None:
            del told[place]
        else:
            told[place] = change.after
    assert told == rows
    check_indexes(viewed, rows)


def all_rows(viewed: Viewed) -> Iterator[tuple[tuple[str, Key], Any]]:
    """Every row that can be read, by its key."""
    for table in TRIED:
        for row in viewed.view.rows(table):
            key = tuple(getattr(row, name) for name in table.key)
            assert viewed.view.get(table, *key) is row
            yield (table.name, key), row


def check_indexes(viewed: Viewed, rows: Rows) -> None:
    """See that each index finds what a search finds, in the order of keys."""
    asked: list[tuple[Table[Any], str, Key]] = [
        *((LOCATIONS, "place", (d, p)) for d in range(4) for p in range(4)),
        *((LOCATIONS, "host", (mac(n), NO_VLAN)) for n in range(4)),
        *((ADDRESSES, "ip", (ip,)) for ip in "xy"),
        *((HOSTS, "name", (name,)) for name in ("", "a", "\0é")),
    ]
    for table, index, values in asked:
        names = table.indexes[index]
        found = sorted(
            (key, row)
            for (name, key), row in rows.items()
            if name == table.name and tuple(getattr(row, one) for one in names) == values
        )
        assert list(viewed.view.find(table, index, *values)) == [row for _, row in found]

"""What a store tells, in memory: all rows, commits, and all rows anew."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from twisted.logger import LogEvent, Logger

from nox.core.view.contents import Contents
from nox.core.view.interfaces import Commit, StoredRow, Write
from nox.core.view.rowcodec import RowCodec
from nox.core.view.rows import NO_VLAN, Host
from nox.core.view.tables import HOSTS, TABLES
from tests.core.view.support import Viewed, host, mac

CODEC = RowCodec(HOSTS)


def stored(row: Host, revision: int, value: str | None = None) -> StoredRow:
    """A row as a store has it."""
    key = CODEC.key_text((row.mac, row.vlan))
    return StoredRow("hosts", key, CODEC.text(row, None) if value is None else value, 1, revision, "hosts", 1.5)


@pytest.fixture
def events() -> list[LogEvent]:
    """What was logged."""
    return []


@pytest.fixture
def contents(events: list[LogEvent]) -> Contents:
    """Nothing yet."""
    return Contents(TABLES, Logger("test", observer=events.append))  # type: ignore[arg-type]


def test_rows_of_one_transaction_share_what_the_view_knows_of_them(contents: Contents) -> None:
    """Memory is for rows."""
    contents.load([stored(host(1), 3), stored(host(2), 3), stored(host(3), 4)])
    contents.loaded(4)
    first, second, third = (contents.of(HOSTS).get((mac(n), NO_VLAN)) for n in (1, 2, 3))
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.meta is second.meta
    assert (first.meta.revision, third.meta.revision, contents.revision) == (3, 4, 4)


@pytest.mark.parametrize("bad", ["{", "[]", "1},{", '{"mac": 7}', '{"mac": "02:00:00:00:00:01", "vlan": "x"}'])
def test_a_row_that_cannot_be_read_is_left_out_and_said(contents: Contents, events: list[LogEvent], bad: str) -> None:
    """The others are there; so it is with a commit."""
    contents.load([stored(host(1), 1), stored(host(2), 1, bad), stored(host(3), 1)])
    assert len(contents.of(HOSTS).by_key) == 2
    write = Write("hosts", CODEC.key_text((mac(1), NO_VLAN)), bad, 1)
    (change,) = contents.apply(2, Commit((write,), (), "x", 2.0))
    assert (change.before, change.after) == (host(1), None)
    assert contents.unreadable == 2
    assert [event["log_level"].name for event in events] == ["warn", "warn"]


def test_tables_and_keys_that_only_a_later_version_knows_are_left_alone(contents: Contents) -> None:
    """They stay in the store."""
    contents.load([StoredRow("vlans", "[1]", "{}", 1, 1, "x", 0.0)])
    writes = (Write("vlans", "[1]", "{}", 1), Write("hosts", '["x"]', None, 1), Write("hosts", "{", None, 1))
    assert contents.apply(1, Commit(writes, (), "x", 0.0)) == []


def test_when_all_rows_are_told_anew_what_differs_is_posted() -> None:
    """Added, changed and gone, with the revision of the new whole; what is equal is not."""
    viewed = Viewed()
    tell(viewed, [stored(host(1), 1), stored(host(2, "old"), 1), stored(host(3), 1)], 1)
    viewed.changes()
    tell(viewed, [stored(host(1), 1), stored(host(2, "new"), 9), stored(host(4), 8)], 9)
    told = {(change.before, change.after, change.revision) for change in viewed.changes()}
    assert told == {(host(2, "old"), host(2, "new"), 9), (host(3), None, 9), (None, host(4), 9)}
    assert viewed.view.revision == 9


def tell(viewed: Viewed, rows: Sequence[StoredRow], revision: int) -> None:
    """Tell the view all rows, as a store does."""
    viewed.component.begin()
    viewed.component.rows(rows)
    viewed.component.ready(revision)

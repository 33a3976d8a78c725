"""Rows as JSON, and back: every table's, with whatever their texts are."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nox.core.view.backup import Reader
from nox.core.view.errors import UnreadableRow, ViewError
from nox.core.view.row import UNWRITTEN, Meta, Row
from nox.core.view.rowcodec import RowCodec
from nox.core.view.table import Table
from nox.core.view.tables import HOSTS, TABLES
from nox.lib.addresses import EthernetAddress
from tests.core.view.support import host

_KINDS: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(),
    str: st.text(st.characters(exclude_categories=())),  # surrogates too: names come from switches
    bool: st.booleans(),
    EthernetAddress: st.binary(min_size=6, max_size=6).map(EthernetAddress),
}
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one, max_size=3),
    max_leaves=10,
)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field."""
    if get_origin(hint) is Annotated:
        assert get_args(hint)[1] == "dpid"
        return st.integers(0, 2**64 - 1)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    return _KINDS[hint]


def rows(table: Table[Any]) -> st.SearchStrategy[Row]:
    """Rows of a table."""
    hints = get_type_hints(table.row, include_extras=True)
    names = [field.name for field in fields(table.row) if field.name not in ("meta", "extra")]
    return st.builds(table.row, **{name: values(hints[name]) for name in names})


tables = pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))


@tables
@settings(deadline=None, max_examples=30)
@given(st.data())
def test_a_row_comes_back_as_it_was(table: Table[Any], data: st.DataObject) -> None:
    """And its key; what is equal is equal text, and ASCII."""
    codec, row = RowCodec(table), data.draw(rows(table))
    text = codec.text(row, None)
    again = codec.row(text, Meta(7, "x", 1.5))
    assert (again, again.meta, again.extra) == (row, Meta(7, "x", 1.5), None)
    assert (codec.text(again, None), text.isascii()) == (text, True)
    key = tuple(getattr(row, name) for name in table.key)
    assert codec.key(codec.key_text(key)) == key


@tables
@settings(deadline=None, max_examples=30)
@given(st.data())
def test_fields_of_a_later_version_come_back_too(table: Table[Any], data: st.DataObject) -> None:
    """Whatever they are, beside those that this one knows."""
    codec, row = RowCodec(table), data.draw(rows(table))
    known = {field.name for field in fields(table.row)}
    extra = data.draw(st.dictionaries(st.text().filter(lambda name: name not in known), _json, min_size=1))
    again = codec.row(codec.text(row, extra), UNWRITTEN)
    assert (again, again.extra) == (row, extra)


@tables
@settings(deadline=None, max_examples=30)
@given(st.data())
def test_a_row_of_an_earlier_version_has_defaults(table: Table[Any], data: st.DataObject) -> None:
    """A field that is missing and has none is an error that names it."""
    codec, row = RowCodec(table), data.draw(rows(table))
    found = json.loads(codec.text(row, None))
    gone = data.draw(st.sampled_from([field for field in fields(table.row) if field.name in found]))
    del found[gone.name]
    if gone.default is MISSING:
        with pytest.raises(UnreadableRow, match=f"^{table.name}: {gone.name} is missing$"):
            codec.row(json.dumps(found), UNWRITTEN)
    else:
        assert getattr(codec.row(json.dumps(found), UNWRITTEN), gone.name) == gone.default


@settings(deadline=None, max_examples=30)
@given(st.text() | _json.map(json.dumps))
def test_any_text_is_a_row_or_a_sentence(text: str) -> None:
    """Of one line."""
    assert "\n" not in objection(lambda: RowCodec(HOSTS).row(text, UNWRITTEN))
    assert "\n" not in objection(lambda: Reader().read(text))


def objection(read: Callable[[], object]) -> str:
    """The sentence that it fails with; empty for none."""
    try:
        read()
    except ViewError as error:
        return str(error)
    return ""


def test_json_that_is_nested_too_deeply_is_a_sentence() -> None:
    """And not the end of Python's stack."""
    with pytest.raises(UnreadableRow, match="a row is no JSON"):
        RowCodec(HOSTS).row("[" * 100_000, UNWRITTEN)
    with pytest.raises(UnreadableRow, match="it is no JSON"):
        Reader().read("[" * 100_000)


def test_a_row_is_as_frozen_as_one_that_was_constructed() -> None:
    """Although its slots are filled one by one."""
    row = RowCodec(HOSTS).row(RowCodec(HOSTS).text(host(1, "x"), None), UNWRITTEN)
    with pytest.raises(AttributeError):
        row.name = "y"  # type: ignore[misc]
    assert (hash(row), repr(row)) == (hash(host(1, "x")), repr(host(1, "x")))

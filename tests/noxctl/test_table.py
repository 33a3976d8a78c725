"""Tables of many rows: what takes long to lay out is laid out in a simpler way."""

from __future__ import annotations

import io
import os
import shutil

import pytest

from nox.noxctl.table import Column, number, print_table

COLUMNS = (number("PRIORITY"), Column("MATCH", is_long=True))
MATCH = " ".join(f"field_{place}=1" for place in range(12))  # too long for a line


class Terminal(io.StringIO):
    """Standard output that says that it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def shown(monkeypatch: pytest.MonkeyPatch, rows: int) -> list[str]:
    """The lines on a terminal of 80 columns."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")  # no bold titles
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    print_table(COLUMNS, [(place, MATCH) for place in range(rows)], "none")
    return terminal.getvalue().splitlines()


def test_long_texts_stand_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are folded, where there are not too many rows."""
    lines = shown(monkeypatch, 3)
    assert "PRIORITY  MATCH" in lines[0]
    assert lines[1].startswith("       0  field_0=1")


def test_long_texts_of_many_rows_go_below(monkeypatch: pytest.MonkeyPatch) -> None:
    """To fold each would take seconds."""
    lines = shown(monkeypatch, 2000)
    assert lines[:2] == ["PRIORITY", "       0"]
    assert lines[2].startswith("    match: field_0=1")
    assert sum(line.strip().isdigit() for line in lines) == 2000


def test_columns_are_as_wide_as_their_widest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe; letters that take two columns on a terminal count as two."""
    print_table((Column("NAME"), number("PORT"), Column("NOTE")), [("東京", 1, "x"), ("a", 100, "")], "none")
    assert capsys.readouterr().out.splitlines() == ["NAME  PORT  NOTE", "東京     1  x", "a      100"]

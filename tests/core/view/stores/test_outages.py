"""A disk that fails again and again under one of two writers: in the end all know the same, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nox.core.view.interfaces import IViewStore
from tests.core.view.stores.files import Disk
from tests.core.view.stores.support import Noted, Place, commit, put

SOON = 0.02  # seconds after which what could not be written is tried again
LOOKUPS = (("v",),)

_write = st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 3))
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("first"), st.lists(_write, min_size=1, max_size=3)),
        st.tuples(st.just("second"), st.lists(_write, min_size=1, max_size=3)),
        st.tuples(st.sampled_from(["full", "room", "caught up"]), st.just([])),
    ),
    max_size=20,
)


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside another"])
def test_after_outages_all_is_there(alone: bool) -> None:
    """Of a writer that is alone, all that it wrote. Beside another one, what both see is what the file has."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(_steps)
    def tried(steps: list[tuple[str, list[tuple[str, int | None]]]]) -> None:
        with TemporaryDirectory() as folder:
            Outage(Path(folder), alone).run(steps)

    tried()


class Outage:
    """Two writers, and the disk of the first."""

    def __init__(self, folder: Path, alone: bool) -> None:
        self.place, self.disk, self.alone = Place("sqlite", folder), Disk(), alone
        self.first, self.noted = self.place.open(opening=self.disk.opening, retry=SOON)
        self.second, self.others = self.place.open()
        self.model: dict[tuple[str, str], str] = {}

    def run(self, steps: list[tuple[str, list[tuple[str, int | None]]]]) -> None:
        """Do all, and compare."""
        for what, writes in steps:
            self.step(what, writes)
        self.disk.pages = None
        self.caught_up()
        self.write(self.first, [("end", 1)])
        self.place.until(lambda: self.others.values() == self.noted.values())
        for store in (self.first, self.second):
            self.place.settle(store.close())
        again, found = self.place.open()
        assert found.values() == self.noted.values() == self.others.values()
        assert not self.alone or found.values() == self.model
        self.place.settle(again.close())

    def step(self, what: str, writes: list[tuple[str, int | None]]) -> None:
        """One thing that happens."""
        match what:
            case "first":
                self.write(self.first, writes)
            case "second" if not self.alone:
                self.write(self.second, writes)
            case "full":
                self.disk.pages = 1
            case "room":
                self.disk.pages = None
            case "caught up":
                self.disk.pages = None
                self.caught_up()

    def write(self, store: IViewStore, writes: list[tuple[str, int | None]]) -> int:
        """A transaction; the last write of a row counts."""
        values = {key: None if n is None else f'{{"v":{n},"filling":"{"x" * 3000}"}}' for key, n in writes}
        for key, value in values.items():
            self.model.pop(("things", key), None)
            if value is not None:
                self.model["things", key] = value
        asked = commit(*(put(key, value, lookups=LOOKUPS) for key, value in values.items()))
        revision: int = self.place.settle(store.commit(asked))
        return revision

    def caught_up(self) -> None:
        """Wait until the first has written what it could not."""
        self.place.until(lambda: not troubled(self.noted))


def troubled(noted: Noted) -> bool:
    """Whether a store has said that it cannot write, and not yet that it can."""
    return bool(noted.troubles) and noted.troubles[-1] != ""

"""Changes on their way into the view."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred, fail

from nox.core.view.errors import Moved, StoreError
from nox.core.view.rows import Evidence, Host, Location
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.emulator import Network
from nox.lib.addresses import EthernetAddress
from tests.netapps.hosts.hosted import Hosted
from tests.netapps.hosts.test_attacks import H1, many


def commits(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the component's transactions that are committed from now on."""
    sizes: list[int] = []
    view = hosted.net.controller.kernel.registry.records["view"].instance
    before = view.commit  # type: ignore[union-attr]

    def commit(source: str, writes: tuple[Any, ...], expectations: tuple[Any, ...]) -> Deferred[int]:
        if source == "hosts":
            sizes.append(len(writes))
        done: Deferred[int] = before(source, writes, expectations)
        return done

    monkeypatch.setattr(view, "commit", commit)
    return sizes


def test_many_changes_are_few_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of at most 100 rows each; what came in at one moment is written together."""
    hosted = Hosted(Network.line(1, hosts=1))
    sizes = commits(hosted, monkeypatch)
    frames = many(1)
    hosted.net["h1"].flood(per_second=200_000, total=200, make=lambda number: next(frames))
    hosted.net.run(0.1)
    assert sum(sizes) == 600
    assert max(sizes) <= 100
    assert len(sizes) <= 20


def test_what_a_store_cannot_write_is_written_when_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile hosts are known as they are; the log says so once, and once when it is over."""
    hosted = Hosted(Network.line(1, hosts=2))
    hosted.known()
    view = hosted.net.controller.kernel.registry.records["view"].instance
    with monkeypatch.context() as broken:
        broken.setattr(view, "commit", lambda *_: fail(StoreError("the disk is full")))
        hosted.net["h1"].move("s1", port=9)
        hosted.net.run(5)
        assert hosted.places("h1") == [(1, 1)]
        assert set(hosted.hosts.tools.book.places((H1, 0))) == {(1, 9)}
        assert len([line for line in hosted.net.controller.errors if "changes of hosts" in line]) == 1
    hosted.net.run(2)
    assert hosted.places("h1") == [(1, 9)]
    hosted.net.controller.errors.clear()


def test_a_host_that_somebody_names_at_the_same_moment_keeps_the_name() -> None:
    """Between the decision and its transaction: the row is left out, and what else is known of the host is written."""
    hosted = Hosted(Network.line(1, hosts=1))
    book = hosted.hosts.tools.book
    book.add_host((H1, 0))
    book.add_place((H1, 0), (1, 1))
    hosted.watch.view.put(HOSTS, Host(mac=H1, name="printer"))
    hosted.net.run(0.1)
    row = hosted.watch.view.get(HOSTS, H1, 0)
    assert row is not None
    assert (row.name, row.meta.source) == ("printer", "watch")
    assert hosted.places("h1") == [(1, 1)]


def test_a_moved_expectation_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another instance may have written the host's row first."""
    hosted = Hosted(Network.line(1, hosts=1))
    view = hosted.net.controller.kernel.registry.records["view"].instance
    before = view.commit  # type: ignore[union-attr]
    raced: list[int] = []

    def commit(source: str, writes: tuple[Any, ...], expectations: tuple[Any, ...]) -> Deferred[int]:
        if source == "hosts" and not raced:
            raced.append(1)
            hosted.watch.view.put(HOSTS, Host(mac=H1, name="printer"))
            return fail(Moved("somebody was quicker"))
        done: Deferred[int] = before(source, writes, expectations)
        return done

    monkeypatch.setattr(view, "commit", commit)
    hosted.known()
    row = hosted.watch.view.get(HOSTS, H1, 0)
    assert row is not None
    assert row.name == "printer"
    assert hosted.watch.view.find(LOCATIONS, "host", H1, 0) == (Location(mac=EthernetAddress(H1), dpid=1, port=1),)


def test_more_changes_of_one_host_than_a_transaction_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the disk is slow while it gains and loses addresses: all is written, and where it is comes first."""
    hosted = Hosted(Network.line(1, hosts=1))
    hosted.watch.changes.clear()
    sizes, book, host = commits(hosted, monkeypatch), hosted.hosts.tools.book, (b"\2\0\0\0\0\x99", 0)
    for number in range(250):
        book.bind(host, f"10.1.0.{number}", Evidence.ARP)
    book.add_host(host)
    book.add_place(host, (1, 1))
    hosted.net.run(0.01)
    assert (sizes, hosted.watch.view.count(ADDRESSES)) == ([100, 100, 52], 250)
    assert [change.table for _, change in hosted.watch.changes[:2]] == [HOSTS, LOCATIONS]
    hosted.known()
    assert hosted.places("h1") == [(1, 1)]

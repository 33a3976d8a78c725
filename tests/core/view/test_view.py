"""The network view as components see it, over the memory store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from twisted.internet.defer import CancelledError
from zope.interface.verify import verifyObject

from nox.core.view.errors import Moved, TooLarge, UnreadableRow, ViewError
from nox.core.view.interfaces import INetworkView, IStoreListener, ITransaction, IViewStore
from nox.core.view.rows import NO_VLAN, Evidence, Host, Switch
from nox.core.view.tables import ADDRESSES, HOSTS, LINKS, LOCATIONS, SWITCHES
from tests.core.component.support import result
from tests.core.view.stores.support import Place
from tests.core.view.support import Viewed, address, host, location, mac


def test_it_provides_what_it_says() -> None:
    """Every seam."""
    viewed = Viewed()
    assert verifyObject(INetworkView, viewed.view)
    assert verifyObject(ITransaction, viewed.view.transaction())
    assert verifyObject(IStoreListener, viewed.component)
    assert verifyObject(IViewStore, viewed.component.store)


def test_a_row_is_there_after_the_commit_with_who_wrote_it_and_when() -> None:
    """Its revision is what the Deferred fires with."""
    viewed = Viewed()
    viewed.clock.advance(5)
    revision = result(viewed.other.view.put(HOSTS, host(1, "printer")))
    row = viewed.view.get(HOSTS, mac(1), NO_VLAN)
    assert row is not None
    assert (row, row.meta.revision, row.meta.source, row.meta.since) == (host(1, "printer"), revision, "other", 5.0)
    assert (viewed.view.revision, viewed.view.count(HOSTS)) == (revision, 1)


def test_only_what_differs_is_written() -> None:
    """An equal row has no new revision, no event and is counted; in a larger transaction it is left out."""
    viewed = Viewed()
    first = result(viewed.view.put(HOSTS, host(1)))
    viewed.changes()
    assert result(viewed.other.view.put(HOSTS, host(1))) == first
    assert viewed.component.accounts.unchanged == 1
    transaction = viewed.view.transaction()
    transaction.put(HOSTS, host(1))
    transaction.put(HOSTS, host(2))
    transaction.delete(HOSTS, (mac(3), NO_VLAN))
    second = result(transaction.commit())
    assert [(change.key, change.revision) for change in viewed.changes()] == [((mac(2), 0), second)]
    kept = viewed.view.get(HOSTS, mac(1), NO_VLAN)
    assert kept is not None
    assert kept.meta.revision == first


def test_each_changed_row_has_an_event_in_the_order_of_revisions() -> None:
    """With the row as it was and as it is."""
    viewed = Viewed()
    result(viewed.view.put(HOSTS, host(1, "a")))
    result(viewed.view.put(HOSTS, host(1, "b")))
    result(viewed.view.delete(HOSTS, (mac(1), NO_VLAN)))
    told = [(change.before, change.after, change.revision) for change in viewed.changes()]
    assert told == [(None, host(1, "a"), 1), (host(1, "a"), host(1, "b"), 2), (host(1, "b"), None, 3)]


def test_rows_are_found_by_their_indexes_in_the_order_of_their_keys() -> None:
    """One, a few and many of one value; and none any more when they have gone."""
    viewed = Viewed()
    for number in range(20, 0, -1):
        result(viewed.view.put(LOCATIONS, location(number, dpid=1, port=number % 2)))
        found = viewed.view.find(LOCATIONS, "place", 1, number % 2)
        assert list(found) == [location(one, 1, number % 2) for one in range(number, 21, 2)]
    assert viewed.view.find(LOCATIONS, "host", mac(7), NO_VLAN) == (location(7, 1, 1),)
    for number in range(1, 21):
        result(viewed.view.delete(LOCATIONS, (mac(number), NO_VLAN, 1, number % 2)))
        left = viewed.view.find(LOCATIONS, "place", 1, number % 2)
        assert list(left) == [location(one, 1, number % 2) for one in range(number + 2, 21, 2)]
    assert viewed.view.count(LOCATIONS) == 0


def test_those_without_a_name_are_found_too() -> None:
    """Although the index leaves them out."""
    viewed = Viewed()
    for number, name in ((1, ""), (2, "ledger"), (3, "")):
        result(viewed.view.put(HOSTS, host(number, name)))
    assert viewed.view.find(HOSTS, "name", "") == [host(1), host(3)]
    assert viewed.view.find(HOSTS, "name", "ledger") == (host(2, "ledger"),)


def test_rows_stay_as_they_were_asked_for() -> None:
    """A transaction meanwhile does not change the answer."""
    viewed = Viewed()
    result(viewed.view.put(HOSTS, host(1)))
    rows = viewed.view.rows(HOSTS)
    result(viewed.view.put(HOSTS, host(2)))
    assert list(rows) == [host(1)]


def test_an_expectation_that_does_not_hold_writes_nothing() -> None:
    """Neither where the row has moved, nor where it should not be there; a transaction of equal rows looks as well."""
    viewed = Viewed()
    old = result(viewed.view.put(HOSTS, host(1, "a")))
    result(viewed.other.view.put(HOSTS, host(1, "b")))
    for revision in (old, 0):
        for row in (host(1, "c"), host(1, "b")):
            transaction = viewed.view.transaction()
            transaction.put(HOSTS, row)
            transaction.expect(HOSTS, (mac(1), NO_VLAN), revision)
            with pytest.raises(Moved, match="read it again"):
                result(transaction.commit())
    assert viewed.view.get(HOSTS, mac(1), NO_VLAN) == host(1, "b")
    assert viewed.component.accounts.moved == 4


def test_an_expectation_that_holds() -> None:
    """Of a row, and of none."""
    viewed = Viewed()
    revision = result(viewed.view.put(HOSTS, host(1, "a")))
    transaction = viewed.view.transaction()
    transaction.expect(HOSTS, (mac(1), NO_VLAN), revision)
    transaction.expect(HOSTS, (mac(2), NO_VLAN), 0)
    transaction.put(HOSTS, host(2))
    assert result(transaction.commit()) == revision + 1


def test_a_transaction_has_a_hundred_rows_and_a_mebibyte_at_most() -> None:
    """Nothing of a larger one is written."""
    viewed = Viewed()
    transaction = viewed.view.transaction()
    for number in range(101):
        transaction.put(HOSTS, host(number))
    with pytest.raises(TooLarge, match="100 rows, not 101"):
        result(transaction.commit())
    with pytest.raises(TooLarge, match="1048576 bytes"):
        result(viewed.view.put(HOSTS, host(1, "x" * (1 << 20))))
    assert viewed.view.count(HOSTS) == 0


def test_what_is_no_row_or_no_index_is_a_sentence() -> None:
    """With table, field and what it should have been."""
    viewed = Viewed()
    with pytest.raises(UnreadableRow, match="hosts: vlan must be a whole number, not 'x'"):
        result(viewed.view.put(HOSTS, Host(mac=mac(1), vlan="x")))  # type: ignore[arg-type]
    with pytest.raises(UnreadableRow, match="switches: dpid must be a dpid of 16 hexadecimal digits, not -1"):
        result(viewed.view.put(SWITCHES, Switch(dpid=-1)))
    with pytest.raises(UnreadableRow, match="links: a key is src_dpid, src_port, dst_dpid, dst_port"):
        viewed.view.delete(LINKS, (1, 2))
    with pytest.raises(ViewError, match=r"has no index 'hots'.*host"):
        viewed.view.find(ADDRESSES, "hots", mac(1), NO_VLAN)
    with pytest.raises(ViewError, match="the index host takes mac, vlan"):
        viewed.view.find(ADDRESSES, "host", mac(1))


def test_fields_that_only_a_later_version_knows_stay() -> None:
    """When a row is written anew without saying anything of them; an empty mapping removes them."""
    viewed = Viewed()
    result(viewed.view.put(HOSTS, replace(host(1), extra={"owner": "finance"})))
    result(viewed.other.view.put(HOSTS, host(1, "ledger")))
    row = viewed.view.get(HOSTS, mac(1), NO_VLAN)
    assert row is not None
    assert (row.name, row.extra) == ("ledger", {"owner": "finance"})
    result(viewed.other.view.put(HOSTS, replace(row, extra={})))
    row = viewed.view.get(HOSTS, mac(1), NO_VLAN)
    assert row is not None
    assert row.extra is None


def test_history_tells_who_had_an_address() -> None:
    """Now, before, and at one time."""
    viewed = Viewed()
    times = iter((10, 20, 30))

    def step() -> None:
        viewed.clock.advance(next(times) - viewed.clock.seconds())

    step()
    result(viewed.view.put(ADDRESSES, address(1, "10.0.0.1")))
    step()
    transaction = viewed.view.transaction()
    transaction.delete(ADDRESSES, ("10.0.0.1", mac(1), NO_VLAN))
    transaction.put(ADDRESSES, address(2, "10.0.0.1"))
    result(transaction.commit())
    step()
    result(viewed.view.put(ADDRESSES, replace(address(2, "10.0.0.1"), evidence=Evidence.DHCP)))
    told = [
        (row.mac, row.evidence, row.meta.since, until)
        for row, until in result(viewed.view.history(ADDRESSES, "ip", "10.0.0.1"))
    ]
    assert told == [
        (mac(2), Evidence.DHCP, 30.0, None),
        (mac(2), Evidence.PACKET, 20.0, 30.0),
        (mac(1), Evidence.PACKET, 10.0, 20.0),
    ]
    for at, who in ((5, []), (10, [mac(1)]), (19.9, [mac(1)]), (20, [mac(2)]), (99, [mac(2)])):
        found = result(viewed.view.history(ADDRESSES, "ip", "10.0.0.1", at=at))
        assert [row.mac for row, _ in found] == who


def test_there_is_no_history_of_links() -> None:
    """A sentence, and not an empty answer."""
    with pytest.raises(ViewError, match="the table links has no history"):
        result(Viewed().view.history(LINKS, "source", 1, 1))


def test_what_is_counted_can_be_seen() -> None:
    """Rows by table, transactions, what changed nothing."""
    viewed = Viewed()
    for _ in range(2):
        result(viewed.view.put(HOSTS, host(1)))
    rendered = viewed.kernel.metrics.render().decode()
    for line in ('nox_view_rows{table="hosts"} 1.0', "nox_view_transactions_total 1.0", "nox_view_unchanged_total 1.0"):
        assert line in rendered.splitlines()


def test_who_loses_interest_in_an_answer_does_not_undo_what_is_under_way(tmp_path: Path) -> None:
    """A row that is written is still compared with what it will be, and not with what it was."""
    place = Place("late memory", tmp_path)
    viewed = Viewed(place.store, place.settle)
    place.settle(viewed.view.put(HOSTS, host(1, "before")))
    given_up = viewed.view.put(HOSTS, host(1, "after"))
    given_up.addErrback(lambda failure: failure.trap(CancelledError) and None)
    given_up.cancel()
    place.settle(viewed.view.put(HOSTS, host(1, "before")))
    row = viewed.view.get(HOSTS, mac(1), NO_VLAN)
    assert row is not None
    assert (row.name, row.meta.revision) == ("before", 3)
    viewed.stop()

"""Changes on their way into the view: gathered, in transactions of at most 100 rows, one after the other.

The changes of one host are in one transaction, so that a host that moves is never in two places or in none; addresses
that are too many for that come in the next. What is changed again before it is written is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from nox.core.view.errors import Moved
from nox.core.view.interfaces import INetworkView
from nox.core.view.row import Row
from nox.core.view.table import Key, Table
from nox.core.view.tables import ADDRESSES, HOSTS, LOCATIONS
from nox.netapps.hosts.values import Host, Place

Changes = dict[tuple[Table[Any], Key], Row | None]

MOST_ROWS: Final = 100
_AGAIN: Final = 1.0  # seconds after which what could not be written is tried again


class Writer:
    """What is to be written.

    :param later: `Component.call_later`.
    """

    def __init__(self, view: INetworkView, later: Callable[..., object], log: Logger) -> None:
        self._view, self._later, self._log = view, later, log
        self._pending: dict[Host, Changes] = {}
        self._sent: dict[Host, Changes] = {}
        self._concerns: dict[Hashable, dict[Host, None]] = {}  # addresses and places that changes are about
        self._armed = self._failing = False

    def change(self, host: Host, table: Table[Any], key: Key, row: Row | None) -> None:
        """Have this row there, or none with this key.

        :param host: whose it is.
        """
        self._pending.setdefault(host, {})[table, key] = row
        about = _about(table, key)
        if table is LOCATIONS and row is None:
            self._forget(about, host)
        elif about is not None:
            self._concerns.setdefault(about, {})[host] = None
        self._arm(0)

    def under_way(self, host: Host) -> Mapping[tuple[Table[Any], Key], Row | None]:
        """A host's changes that are not in the view yet."""
        if host in self._sent:
            return {**self._sent[host], **self._pending.get(host, {})}
        return self._pending.get(host, {})

    def hosts_with(self, ip: str) -> Mapping[Host, None]:
        """The hosts of which a change that concerns this address is under way."""
        return self._concerns.get(ip, {})

    def coming_to(self, place: Place) -> Mapping[Host, None]:
        """The hosts that are about to be at a place."""
        return self._concerns.get(place, {})

    def _arm(self, seconds: float) -> None:
        if not self._armed and not self._sent:
            self._armed = True
            self._later(seconds, self._flush)

    def _flush(self) -> None:
        self._armed = False
        rows = 0
        for host, changes in list(self._pending.items()):
            if rows and rows + len(changes) > MOST_ROWS:
                break
            self._sent[host], later = _first(changes)
            rows += len(self._sent[host])
            del self._pending[host]
            if later:
                self._pending[host] = later
        self._commit().addCallbacks(self._written, self._failed)

    def _commit(self) -> Deferred[int]:
        transaction = self._view.transaction()
        for changes in self._sent.values():
            for (table, key), row in changes.items():
                if row is None:
                    transaction.delete(table, key)
                    continue
                if table is HOSTS:
                    transaction.expect(HOSTS, key, 0)  # somebody else may have named it meanwhile
                transaction.put(table, row)
        return transaction.commit()

    def _written(self, revision: int) -> None:
        if self._failing:
            self._log.info("changes of hosts are written again")
        self._failing = False
        self._over(self._sent)
        if self._pending:
            self._arm(0)

    def _over(self, sent: dict[Host, Changes]) -> None:
        self._sent = {}
        for host, changes in sent.items():
            left = self._pending.get(host, {})
            for table, key in changes.keys() - left.keys():
                self._forget(_about(table, key), host)

    def _forget(self, about: Hashable, host: Host) -> None:
        hosts = self._concerns.get(about, {})
        hosts.pop(host, None)
        if not hosts:
            self._concerns.pop(about, None)

    def _failed(self, failure: Failure) -> None:
        """Try again: without the rows that somebody else has made meanwhile, or when the store may be well again."""
        sent, self._sent = self._sent, {}
        for host, changes in sent.items():
            if changes.get((HOSTS, host)) is not None and self._view.get(HOSTS, *host) is not None:
                del changes[HOSTS, host]
            self._pending[host] = {**changes, **self._pending.get(host, {})}
        if failure.check(Moved):
            self._arm(0)
            return
        if not self._failing:
            self._log.error("changes of hosts cannot be written: {why}", why=failure.getErrorMessage())
        self._failing = True
        self._arm(_AGAIN)


def _first(changes: Changes) -> tuple[Changes, Changes]:
    """As many of a host's changes as a transaction holds, and the rest: where it is before which addresses it has.

    While a disk is slow a host may gain and lose more addresses than that.
    """
    ordered = sorted(changes.items(), key=lambda change: change[0][0] is ADDRESSES)
    return dict(ordered[:MOST_ROWS]), dict(ordered[MOST_ROWS:])


def _about(table: Table[Any], key: Key) -> Hashable:
    """The address or the place that a row is about; None for a host's."""
    if table is ADDRESSES:
        return key[0]
    return key[2:] if table is LOCATIONS else None

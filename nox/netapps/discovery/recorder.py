"""What is to be written to the view, gathered for a turn of the reactor, in pieces that a transaction can hold."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from twisted.internet.defer import gatherResults

from nox.core.view.errors import ViewError
from nox.core.view.interfaces import INetworkView
from nox.core.view.row import Row
from nox.core.view.table import Key, Table

PIECE = 100  # rows, the most that a transaction may have
AGAIN = 1.0  # seconds after which what could not be written is tried again

Change = tuple[Table[Any], Key]


class Recorder:
    """Writes rows soon: at once where nothing is being written, and else after that.

    Of a row that changes meanwhile the newest state is written. What the store refuses is tried again.

    :param later: runs a coroutine function after so many seconds.
    :param failed: is given the sentence when something could not be written.
    """

    def __init__(
        self, view: INetworkView, later: Callable[[float, Callable[[], object]], object], failed: Callable[[str], None]
    ) -> None:
        self._view = view
        self._later = later
        self._failed = failed
        self._waiting: dict[Change, Row | None] = {}
        self._is_busy = False

    def put(self, table: Table[Any], key: Key, row: Row) -> None:
        """Have this row there."""
        self._change((table, key), row)

    def delete(self, table: Table[Any], key: Key) -> None:
        """Have no row with this key there."""
        self._change((table, key), None)

    def waiting(self, table: Table[Any], key: Key) -> bool:
        """Whether such a row is to be written yet."""
        return (table, key) in self._waiting

    def _change(self, change: Change, row: Row | None) -> None:
        self._waiting.pop(change, None)  # the newest stands last
        self._waiting[change] = row
        if not self._is_busy:
            self._is_busy = True
            self._later(0, self._write)

    async def _write(self) -> None:
        """Write all that waits; what comes meanwhile waits for the next time."""
        pieces = []
        while piece := dict(islice(self._waiting.items(), PIECE)):
            for change in piece:
                del self._waiting[change]
            pieces.append(piece)
        written = await gatherResults([_commit(self._view, piece, self._again) for piece in pieces])
        self._is_busy = bool(self._waiting)
        if self._is_busy:
            self._later(0 if all(written) else AGAIN, self._write)

    def _again(self, piece: dict[Change, Row | None], why: str) -> None:
        self._failed(why)
        for change, row in piece.items():
            self._waiting.setdefault(change, row)


def _commit(
    view: INetworkView, piece: dict[Change, Row | None], again: Callable[[dict[Change, Row | None], str], None]
) -> Any:
    """One transaction. Whether it was written; never fails for what a store says."""
    transaction = view.transaction()
    for (table, key), row in piece.items():
        if row is None:
            transaction.delete(table, key)
        else:
            transaction.put(table, row)

    def failed(failure: Any) -> bool:
        failure.trap(ViewError)
        again(piece, failure.getErrorMessage())
        return False

    return transaction.commit().addCallbacks(lambda _: True, failed)

"""What the network view tells."""

from __future__ import annotations

from typing import Any

from nox.core.events.event import Event
from nox.core.view.row import Row
from nox.core.view.table import Key, Table


class ViewChange(Event):
    """A row was added, changed or removed. It is posted after the commit, in the order of revisions.

    ``where={"table": LINKS}`` asks for one table's.

    :ivar before: the row as it was; None where it was not there. :ivar after: as it is; None where it is gone.
    :ivar revision: of the transaction, of which each changed row has an event of its own.
    """

    __slots__ = ("after", "before", "key", "revision", "table")
    where_fields = ("table",)

    def __init__(self, table: Table[Any], key: Key, before: Row | None, after: Row | None, revision: int) -> None:
        self.table = table
        self.key = key
        self.before = before
        self.after = after
        self.revision = revision

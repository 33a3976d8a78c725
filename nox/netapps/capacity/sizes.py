"""How many entries the tables can have: as the operator says, as a switch has shown, as it says; in this order."""

from __future__ import annotations

from collections.abc import Mapping

from nox.netapps.load import TableUse


class Sizes:
    """The sizes of all tables.

    :param told: by dpid, what the operator says.
    """

    def __init__(self, told: Mapping[int, int]) -> None:
        self._told = told
        self._shown: dict[tuple[int, int], int] = {}

    def of(self, dpid: int, table: TableUse) -> int | None:
        """How many entries a table can have; None where nobody knows."""
        return self._told.get(dpid) or self._shown.get((dpid, table.table_id)) or table.size

    def refused(self, dpid: int, table: TableUse) -> None:
        """A switch has refused one entry more: so many it can have, whatever it says.

        One that says less has refused it for another reason.
        """
        if table.entries and (table.size is None or table.entries <= table.size):
            self._shown[dpid, table.table_id] = table.entries

    def seen(self, dpid: int, table: TableUse) -> None:
        """A table has so many entries: what was shown cannot be less."""
        if self._shown.get((dpid, table.table_id), table.entries) < table.entries:
            self._shown[dpid, table.table_id] = table.entries

    def forget(self, dpid: int) -> None:
        """A switch has gone; when it is back it may be another one."""
        for key in [key for key in self._shown if key[0] == dpid]:
            del self._shown[key]

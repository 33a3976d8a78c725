"""A switch's flow tables (1.3.5, sections 7.3.3, 7.3.5.4 and 7.3.5.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nox.core.openflow.tableinfo import TableFeatures, TableStats
from nox.core.openflow.translation import tables as translation
from nox.lib.openflow import messages
from nox.lib.openflow.enums import ALL_TABLES

if TYPE_CHECKING:
    from nox.core.openflow.datapath import Datapath


class Tables:
    """The tables of one switch.

    :raises LocalProtocolError: from each method: when the switch's version cannot say it.
    :raises RequestError: from each: when the switch refuses, is silent for ten seconds, or goes away.
    """

    __slots__ = ("_datapath",)

    def __init__(self, datapath: Datapath) -> None:
        self._datapath = datapath

    async def stats(self) -> list[TableStats]:
        """What every table counts."""
        parts = await self._datapath.request(messages.TableStatsRequest(), messages.TableStatsReply)
        return [translation.table_stats(self._datapath.version, entry) for part in parts for entry in part.entries]

    async def features(self) -> list[TableFeatures]:
        """What every table can do. 1.0 does not say."""
        return await self._features(messages.TableFeaturesRequest())

    async def set_features(self, tables: Sequence[TableFeatures]) -> list[TableFeatures]:
        """Say what the tables shall do: all of them at once, what is left out goes. Returns what they do then."""
        wanted = tuple(map(translation.features_to_wire, tables))
        return await self._features(messages.TableFeaturesRequest(tables=wanted))

    async def _features(self, request: messages.TableFeaturesRequest) -> list[TableFeatures]:
        parts = await self._datapath.request(request, messages.TableFeaturesReply)
        return [translation.features(entry) for part in parts for entry in part.tables]

    async def configure(self, config: int, table_id: int = ALL_TABLES) -> None:
        """Configure one table, or all; 1.3 has no bit in use. Returns when the switch has accepted it."""
        await self._datapath.confirm(messages.TableMod(table_id=table_id, config=config))

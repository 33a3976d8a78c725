"""``/v1/inventory``: what the operator has named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from nox.netapps.interfaces import IInventory
from nox.webapps.rest.answers import BadRequest, Json, Refused, Route


class InventoryResources:
    """What the operator has named.

    :param inventory: None while nothing provides it.
    """

    def __init__(self, inventory: IInventory | None) -> None:
        self._inventory = inventory

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/inventory", self.declared)
        yield Route("POST", "/v1/inventory/<kind>", self.declare, reads_body=True)
        yield Route("POST", "/v1/inventory/<kind>/<key>/withdraw", self.withdraw)

    async def declared(self) -> Json:
        """All of it."""
        return [asdict(one) for one in self._known().declared()]

    async def declare(self, kind: str, body: bytes) -> Json:
        """Name something; it is answered as it was understood."""
        return asdict(await self._known().declare(kind, _entry(body)))

    async def withdraw(self, kind: str, key: str) -> Json:
        """Name it no more."""
        await self._known().withdraw(kind, key)
        return {"withdrawn": key}

    def _known(self) -> IInventory:
        if self._inventory is None:
            raise Refused('nothing keeps what is named: "noxctl load inventory" does')
        return self._inventory


def _entry(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is no JSON") from error
    if not isinstance(found, dict):
        raise BadRequest("the body is no JSON object")
    return found

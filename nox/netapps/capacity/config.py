"""The table ``[capacity]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from nox.core.config.model import ComponentConfig
from nox.lib.addresses import parse_dpid
from nox.lib.errors import LocalProtocolError

Part = Annotated[float, Field(gt=0, le=1)]


def _dpid(text: str) -> str:
    try:
        parse_dpid(text)
    except LocalProtocolError as error:
        raise ValueError(str(error)) from error
    return text


class CapacityConfig(ComponentConfig):
    """What is known of tables, and what is done.

    :ivar sizes: by dpid, entries that each table of a switch can have, where it does not say so or says it wrongly.
    :ivar warn: the part of its size from which a table is told of.
    :ivar room: the part of its entries that go when it is full.
    :ivar evict: whether entries of components that do not give back enough are removed.
    """

    sizes: Mapping[Annotated[str, AfterValidator(_dpid)], Annotated[int, Field(ge=1)]] = {}
    warn: Part = 0.8
    room: Part = 0.1
    evict: bool = True

    @field_validator("sizes")
    @classmethod
    def _each_once(cls, sizes: Mapping[str, int]) -> Mapping[str, int]:
        if len({parse_dpid(dpid) for dpid in sizes}) < len(sizes):
            raise ValueError("names one switch twice: 1 and 0000000000000001 are the same")
        return sizes

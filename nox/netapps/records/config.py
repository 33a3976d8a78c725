"""The table ``[records]``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from nox.core.config.model import ComponentConfig
from nox.netapps.records.collector import parse_collector


def _collector(text: str) -> str:
    parse_collector(text)
    return text


class RecordsConfig(ComponentConfig):
    """Where records go.

    :ivar file: a file of JSON lines; `collector`: an IPFIX collector, ``"192.0.2.1:4739"``, over UDP. One or both.
    :ivar file_size: bytes of one file; :ivar files: how many are kept, the present one too.
    :ivar templates: seconds between two sendings of the templates. :ivar domain: IPFIX's observation domain.
    """

    file: Path | None = None
    file_size: Annotated[int, Field(ge=10_000)] = 64 << 20
    files: Annotated[int, Field(ge=1, le=1000)] = 5
    collector: Annotated[str, AfterValidator(_collector)] | None = None
    templates: Annotated[float, Field(ge=1, le=86_400)] = 60.0
    domain: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 1

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.file is None and self.collector is None:
            raise ValueError('records go nowhere: give a file, a collector ("192.0.2.1:4739"), or both')
        if self.file is not None and self.file.is_dir():
            raise ValueError(f"records cannot go to {self.file}, which is a folder: name a file in it")
        return self

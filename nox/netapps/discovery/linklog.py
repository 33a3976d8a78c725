"""What is logged of links: each while they are few, and how many while a large network comes or goes."""

from __future__ import annotations

from typing import Final

from twisted.logger import Logger

MOST: Final = 50  # lines of one time


class LinkLog:
    """Counts what it is given from one `begin` to the next."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._count = 0

    def note(self, text: str, *, ends: object, event: str, **fields: object) -> None:
        """Something has become of a link."""
        self._count += 1
        if self._count <= MOST:
            self._log.info(text, ends=str(ends), event=event, **fields)

    def begin(self) -> None:
        """Another time begins: say what was left out."""
        if self._count > MOST:
            self._log.info("links have changed {count} times more", count=self._count - MOST, event="links")
        self._count = 0

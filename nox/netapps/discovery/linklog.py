"""What is logged of links and refusals: each while they are few, and how many while a large network comes or goes."""

from __future__ import annotations

from typing import Final

from twisted.logger import Logger, LogLevel

MOST: Final = 50  # lines of one time


class LinkLog:
    """Counts what it is given from one `begin` to the next.

    :param more: what is said of those that were left out, with ``{count}``. :param is_warning: how it is logged.
    """

    def __init__(self, log: Logger, more: str, *, is_warning: bool = False) -> None:
        self._log, self._more = log, more
        self._level = LogLevel.warn if is_warning else LogLevel.info
        self._count = 0

    def note(self, text: str, *, event: str, **fields: object) -> None:
        """Something is to be said."""
        self._count += 1
        if self._count <= MOST:
            self._log.emit(self._level, text, event=event, **{name: str(value) for name, value in fields.items()})

    def begin(self) -> None:
        """Another time begins: say what was left out."""
        if self._count > MOST:
            self._log.emit(self._level, self._more, count=self._count - MOST)
        self._count = 0

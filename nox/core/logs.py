"""The structured log: every event carries fields, and the text is only one way to show them.

A component's logger adds ``component``; whoever speaks for a switch binds ``dpid`` (16 hexadecimal digits) too.
``twistd`` writes the text lines; ``[nox] json_log`` writes the fields as well, one JSON object a line.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import FileIO
from typing import Any

from twisted.logger import ILogObserver, LogEvent, Logger, LogLevel, formatEvent, globalLogPublisher
from zope.interface import implementer

from nox.lib.errors import ConfigError

_KEPT_TEXT = 8192  # characters of one field that are written: it may come from the network


class ComponentLogger(Logger):
    """A logger whose events carry fields of its own."""

    def __init__(
        self, namespace: str, source: object = None, observer: ILogObserver | None = None, **fields: object
    ) -> None:
        super().__init__(namespace, source, observer)
        self._fields = fields

    def bind(self, **fields: object) -> ComponentLogger:
        """The same logger with more fields."""
        return ComponentLogger(self.namespace, self.source, self.observer, **{**self._fields, **fields})

    def emit(self, level: Any, format: str | None = None, **fields: object) -> None:
        """Log an event with its own fields and those of the logger."""
        super().emit(level, format, **{**self._fields, **fields})


@implementer(ILogObserver)
class JsonLog:
    """A file that gets each event as one JSON object a line: time, level, namespace, text and the event's fields.

    :param path: the file, or None for no such log.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._file: FileIO | None = None

    def open(self) -> None:
        """Begin to write, after what the file holds already.

        :raises ConfigError: when it cannot be written.
        """
        if self._path is None:
            return
        try:
            self._file = FileIO(self._path, "a")  # without a buffer: Twisted logs a signal in the middle of a write
        except OSError as error:
            raise ConfigError(f"[nox] json_log: {self._path} cannot be written: {error.strerror}") from error
        globalLogPublisher.addObserver(self)

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            globalLogPublisher.removeObserver(self)
            self._file.close()

    def __call__(self, event: LogEvent) -> None:
        """Write one event."""
        if self._file is not None:
            self._file.write(json.dumps(as_json(event)).encode() + b"\n")


def as_json(event: LogEvent) -> dict[str, object]:
    """The event as values that JSON knows."""
    level: Any = event.get("log_level", LogLevel.info)
    told: dict[str, object] = {
        "time": datetime.fromtimestamp(event["log_time"], UTC).isoformat(timespec="milliseconds"),
        "level": level.name,
        "namespace": event.get("log_namespace", ""),
        "text": formatEvent(event)[:_KEPT_TEXT],
    }
    if "log_failure" in event:
        told["traceback"] = event["log_failure"].getTraceback()[-_KEPT_TEXT:]
    told.update((name, _value(value)) for name, value in event.items() if _is_field(name) and name not in told)
    return told


def _is_field(name: str) -> bool:
    """Whether it is the event's own: the rest is bookkeeping of Twisted's two loggers."""
    return not name.startswith("log_") and name not in {"format", "message", "isError", "system", "failure", "why"}


def _value(value: object) -> object:
    return value if isinstance(value, (int, float, bool)) or value is None else str(value)[:_KEPT_TEXT]

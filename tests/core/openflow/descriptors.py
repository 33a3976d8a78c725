"""A reactor that does nothing by itself: what it would watch, and a test that says when it looks."""

from __future__ import annotations

import select
from typing import Any

from twisted.internet.interfaces import IReactorFDSet, IReadDescriptor, IWriteDescriptor
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from zope.interface import implementer


@implementer(IReactorFDSet)
class Descriptors:
    """What a reactor watches; its time is the clock's."""

    def __init__(self, clock: Clock) -> None:
        self.readers: list[IReadDescriptor] = []
        self.writers: list[IWriteDescriptor] = []
        self._clock = clock
        self.callLater = clock.callLater

    def addReader(self, reader: IReadDescriptor) -> None:
        """Watch it."""
        if reader not in self.readers:
            self.readers.append(reader)

    def removeReader(self, reader: IReadDescriptor) -> None:
        """Watch it no more."""
        if reader in self.readers:
            self.readers.remove(reader)

    def addWriter(self, writer: IWriteDescriptor) -> None:
        """Watch it."""
        if writer not in self.writers:
            self.writers.append(writer)

    def removeWriter(self, writer: IWriteDescriptor) -> None:
        """Watch it no more."""
        if writer in self.writers:
            self.writers.remove(writer)

    def removeAll(self) -> list[IReadDescriptor | IWriteDescriptor]:
        """Watch nothing."""
        return []

    def getReaders(self) -> list[IReadDescriptor]:
        """What is watched."""
        return self.readers

    def getWriters(self) -> list[IWriteDescriptor]:
        """What is watched."""
        return self.writers

    def turn(self) -> None:
        """One turn of a reactor: calls that are due, then what can be read, then what can be written."""
        self._clock.advance(0)
        readable, _, _ = select.select(self.readers, [], [], 0)
        for reader in readable:
            self._done(reader, reader.doRead())
        _, writable, _ = select.select([], self.writers, [], 0)
        for writer in writable:
            self._done(writer, writer.doWrite())

    def _done(self, descriptor: Any, error: Exception | Failure | None) -> None:
        if error is not None:
            self.removeReader(descriptor)
            self.removeWriter(descriptor)
            descriptor.connectionLost(error if isinstance(error, Failure) else Failure(error))

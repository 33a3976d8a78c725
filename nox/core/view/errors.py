"""What can be wrong with a transaction or a store."""

from __future__ import annotations

from nox.lib.errors import NoxError


class ViewError(NoxError):
    """Something is wrong with the network view."""


class Moved(ViewError):
    """A row that a transaction had read has changed meanwhile: nothing of it was written. Read again, and try again."""


class TooLarge(ViewError):
    """A transaction has more rows or bytes than one may have: nothing of it was written. Write it in pieces."""


class StoreError(ViewError):
    """A store cannot be opened, or cannot write: the sentence says which and why."""


class UnreadableRow(ViewError):
    """A row has a field that is missing, or of another type than its table says."""

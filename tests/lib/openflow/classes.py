"""Which classes of messages, and of parts of them, there are: from the tables."""

from __future__ import annotations

from typing import Any

from nox.lib.openflow import Version
from nox.lib.openflow.messages import Message, MultipartReply, MultipartRequest
from nox.lib.openflow.messagetable import MESSAGE_NUMBERS, REPLY_NUMBERS, REQUEST_NUMBERS
from nox.lib.openflow.numbers import Numbers
from nox.lib.openflow.structure import Structure


def members(numbers: Numbers[Any], version: Version) -> list[type[Structure]]:
    """Every class of a table that the version has, experimenters' too."""
    return [*numbers.classes(version).values(), *numbers.experimental(version).values()]


def message_classes(version: Version) -> list[type[Message]]:
    """Every class of messages that the version has."""
    families = (MultipartRequest, MultipartReply)
    single = [cls for cls in members(MESSAGE_NUMBERS, version) if cls not in families]
    return [*single, *members(REQUEST_NUMBERS, version), *members(REPLY_NUMBERS, version)]  # type: ignore[list-item]

"""OpenFlow on the wire: every message described once, a version is a column. It does no input or output itself.

`versions` and `structure` say what a description is, `kinds` what it consists of; `messages` has the messages, `codec`
turns them into bytes and back, `frames` cuts a stream.
"""

from nox.lib.openflow.enums import FlowModCommand
from nox.lib.openflow.versions import HEADER, SUPPORTED, Version

__all__ = ["HEADER", "SUPPORTED", "FlowModCommand", "Version"]

"""The tree of errors. Every one carries a sentence that says what, where and what to do."""

from __future__ import annotations


class NoxError(Exception):
    """Root of all errors that NOX raises on purpose."""


class ConfigError(NoxError):
    """The configuration is wrong: the sentence names file, table, key and what is allowed."""


class DependencyError(NoxError):
    """Components do not fit together: nobody, or too many, provide an interface, or there is a cycle."""


class ComponentError(NoxError):
    """A component cannot be loaded, unloaded or started."""


class PortInUse(NoxError):
    """Something else listens where NOX should."""


class CaptureError(NoxError):
    """A file of captured packets is damaged.

    :ivar offset: where in the file, in bytes; 0 where it is not known.
    """

    def __init__(self, sentence: str, *, offset: int = 0) -> None:
        super().__init__(sentence)
        self.offset = offset


class ProtocolError(NoxError):
    """Root of what can be wrong with a message."""


class LocalProtocolError(ProtocolError):
    """We asked for something that the OpenFlow version cannot say, or that has no sense."""


class RemoteProtocolError(ProtocolError):
    """The peer sent what no specification allows.

    :ivar offset: where in the message, in bytes from its header's start.
    :ivar error_type: the OpenFlow 1.3 error type to answer with (``ofp_error_type``).
    :ivar error_code: its code.
    """

    def __init__(self, sentence: str, *, offset: int = 0, error_type: int = 1, error_code: int = 6) -> None:
        super().__init__(sentence)
        self.offset = offset
        self.error_type = error_type
        self.error_code = error_code

"""What a port shows and asks for, for as long as it is open: new files are used from the next connection on."""

from __future__ import annotations

from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from nox.core.logs import ComponentLogger
from nox.core.tls.files import Files, context
from nox.lib.errors import ConfigError


@implementer(IOpenSSLServerConnectionCreator)
class Identity:
    """Makes the TLS of each connection.

    :raises ConfigError: when a file is wrong.
    """

    log = ComponentLogger("openflow", component="openflow")

    def __init__(self, files: Files) -> None:
        self._files = files
        self._stamps = files.stamps()
        self._context = context(files)

    def serverConnectionForTLS(self, protocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """The TLS of one connection that somebody has opened to us."""
        self._renew()
        return SSL.Connection(self._context, None)

    def _renew(self) -> None:
        """Read the files again if they have changed; what was read before goes on while they are wrong."""
        stamps = self._files.stamps()
        if stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            self._context = context(self._files)
        except ConfigError as error:
            self.log.error("{error}; what was there before is used until this is mended", error=error)
        else:
            self.log.info("{file} and its key and authority were read anew", file=str(self._files.certificate))

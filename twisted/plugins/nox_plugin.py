"""Makes ``twistd nox`` and the endpoint ``noxtls:`` known to Twisted."""

from __future__ import annotations

from typing import Any

from twisted.application.service import ServiceMaker
from twisted.internet.interfaces import IStreamServerEndpoint, IStreamServerEndpointStringParser
from twisted.plugin import IPlugin
from zope.interface import implementer

nox = ServiceMaker(
    "NOX", "nox.core.tap", "An operating system for networks: runs OpenFlow control applications.", "nox"
)


@implementer(IPlugin, IStreamServerEndpointStringParser)
class _TLSParser:
    """Reads ``noxtls:…``; see `nox.core.tls.endpoint`."""

    prefix = "noxtls"

    def parseStreamServer(self, reactor: object, *numbers: Any, **words: Any) -> IStreamServerEndpoint:
        """The endpoint.

        :raises ConfigError: when a word or a file is wrong.
        """
        from nox.core.tls.endpoint import tls_endpoint  # no sooner: every `twistd --help` imports this module

        return tls_endpoint(reactor, *numbers, **words)


noxtls = _TLSParser()

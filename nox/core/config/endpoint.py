"""Where switches connect, as the configuration writes it: Twisted's endpoint strings, with ``noxtls:`` of our own."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IStreamServerEndpoint

from nox.lib.errors import ConfigError

_TCP = re.compile(r"tcp6?:(?:port=)?(\d+)")


def server_endpoint(reactor: object, text: str) -> IStreamServerEndpoint:
    """The endpoint of a string such as ``tcp:6653`` or ``tcp:6653:interface=127.0.0.1``.

    :param reactor: what will listen; None where it is only checked.
    :raises ValueError: when it is none, with a sentence.
    """
    tcp = _TCP.match(text)
    if tcp and int(tcp[1]) > 0xFFFF:
        raise ValueError(f'"{text}": a TCP port is at most 65535')
    try:
        endpoint: IStreamServerEndpoint = serverFromString(reactor, text)
    except ConfigError as error:  # of our own parser
        raise ValueError(f'"{text}": {error}') from error
    except Exception as error:  # whatever a parser raises, Twisted's own or a third party's
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ValueError(f'"{text}" is no endpoint to listen on ({reason}); write it like tcp:6653') from error
    return endpoint


def _checked(text: str) -> str:
    server_endpoint(None, text)
    return text


Endpoint = Annotated[str, AfterValidator(_checked)]

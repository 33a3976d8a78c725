"""The endpoint ``noxtls:``, TCP with TLS and certificates on both sides.

Twisted's own ``ssl:`` knows no authority for the certificates of clients. This is written
``noxtls:6653:key=/etc/nox/key.pem:cert=/etc/nox/cert.pem:ca=/etc/nox/switches-ca.pem``, with ``:interface=127.0.0.1``
and ``:backlog=50`` as ``tcp:`` has them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.endpoints import SSL4ServerEndpoint
from twisted.internet.interfaces import IStreamServerEndpoint

from nox.core.tls.files import Files
from nox.core.tls.identity import Identity
from nox.lib.errors import ConfigError
from nox.lib.nearest import did_you_mean

FORM = "noxtls:6653:key=FILE:cert=FILE:ca=FILE"
_FILES = ("key", "cert", "ca")
_WORDS = ("port", "interface", "backlog", *_FILES)


def tls_endpoint(reactor: Any, *numbers: str, **words: str) -> IStreamServerEndpoint:
    """The endpoint, its files read and checked.

    :param reactor: what will listen; None where it is only checked.
    :param numbers: the port, unless it is among the words.
    :raises ConfigError: when a word or a file is wrong.
    """
    words = {**dict(zip(("port",), numbers, strict=False)), **words}
    for word in words:
        if word not in _WORDS:
            raise ConfigError(f'noxtls has no "{word}" but {", ".join(_WORDS)}{did_you_mean(word, _WORDS)}')
    if len(numbers) > 1 or not all(words.get(name) for name in ("port", *_FILES)):
        raise ConfigError(f"noxtls needs a port, key, cert and ca; write it like {FORM}")
    files = Files(*(Path(words[name]) for name in _FILES))
    port, backlog = _number(words, "port", "0"), _number(words, "backlog", "50")
    identity: Any = Identity(files)  # Twisted annotates the older of the two interfaces that it takes
    return SSL4ServerEndpoint(reactor, port, identity, backlog, words.get("interface", ""))


def _number(words: dict[str, str], name: str, default: str) -> int:
    text = words.get(name, default)
    if not text.isascii() or not text.isdigit() or int(text) > 0xFFFF:
        raise ConfigError(f'noxtls: {name} is a number up to 65535, and not "{text}"')
    return int(text)

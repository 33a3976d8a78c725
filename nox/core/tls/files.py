"""Our key and certificate, and the authority of the switches' certificates: from files to a context of OpenSSL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import Certificate, load_pem_x509_certificates
from OpenSSL import SSL
from OpenSSL.crypto import X509

from nox.core.tls.verdict import note
from nox.lib.errors import ConfigError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Files:
    """Three files, in PEM.

    :ivar key: our private key, without a passphrase.
    :ivar certificate: ours, followed by those between it and its authority.
    :ivar authority: the certificates that switches' certificates must be signed by.
    """

    key: Path
    certificate: Path
    authority: Path

    def stamps(self) -> tuple[object, ...]:
        """What changes when one of the files is replaced."""
        return tuple(_stamp(file) for file in (self.key, self.certificate, self.authority))


def _stamp(file: Path) -> object:
    try:
        status = file.stat()
    except OSError as error:
        return error.errno
    return status.st_ino, status.st_mtime_ns, status.st_size


def context(files: Files) -> SSL.Context:
    """What makes connections: TLS 1.2 or later, and a certificate of that authority from the other side.

    Nothing of an earlier connection is resumed, so that every certificate is verified by what the files say now.

    :raises ConfigError: when a file is missing, cannot be read or is not what it should be; it names the file.
    """
    made = SSL.Context(SSL.TLS_SERVER_METHOD)
    made.set_min_proto_version(SSL.TLS1_2_VERSION)
    made.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION)
    made.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    _show(made, files)
    _trust(made, _certificates(files.authority))
    made.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, note)
    return made


def _show(made: SSL.Context, files: Files) -> None:
    """Show our certificate."""
    own, *chain = _certificates(files.certificate)
    made.use_certificate(own)
    for one in chain:
        made.add_extra_chain_cert(one)
    key = _read(files.key, "private key", lambda data: load_pem_private_key(data, None))
    try:
        made.use_privatekey(key)  # type: ignore[arg-type] # it refuses those of other kinds
        made.check_privatekey()
    except (SSL.Error, TypeError) as error:
        raise ConfigError(f"{files.key} is not the key of {files.certificate}") from error


def _trust(made: SSL.Context, authorities: list[Certificate]) -> None:
    """Trust these authorities, and tell the other side their names."""
    store = made.get_cert_store()
    assert store is not None
    for one in authorities:
        store.add_cert(X509.from_cryptography(one))
        made.add_client_ca(one)


def _certificates(file: Path) -> list[Certificate]:
    return _read(file, "certificate", load_pem_x509_certificates)


def _read(file: Path, what: str, parse: Callable[[bytes], T]) -> T:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    try:
        return parse(data)
    except TypeError as error:
        raise ConfigError(f"{file} needs a passphrase, and NOX asks for none: store it without") from error
    except Exception as error:  # whatever the parser raises
        raise ConfigError(f"{file} has no {what} in PEM") from error

"""Why a TLS connection was refused, in a sentence, and whose certificate it shows otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate, Name
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from OpenSSL.crypto import X509
from twisted.internet.interfaces import ITransport
from twisted.python.failure import Failure

# Numbers of OpenSSL's X509_verify_cert (openssl-verification-options(1)), and what they say about a certificate.
_FOREIGN = "is of another authority than the one that this port asks for"
_REASONS = {
    2: _FOREIGN,
    7: "has a signature that is wrong",
    9: "is not valid yet",
    10: "has expired",
    18: _FOREIGN,
    19: _FOREIGN,
    20: _FOREIGN,
    21: _FOREIGN,
    26: "is not for clients of TLS",
    79: "is signed by one that may sign none",
}
# What OpenSSL says, and what it means here.
_WORDS = {
    "peer did not return a certificate": "it shows no certificate",
    "wrong version number": "it does not speak TLS, which this port asks for",
    "http request": "it does not speak TLS, which this port asks for",
    "packet length too long": "it does not speak TLS, which this port asks for",
    "unsupported protocol": "it speaks no TLS that is new enough: 1.2 at least",
    "alert unknown ca": "it does not trust the authority of our certificate",
    "alert certificate expired": "it says that our certificate has expired",
    "alert bad certificate": "it does not accept our certificate",
}


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """A certificate that was verified.

    :ivar fingerprint: SHA-256, as 64 hexadecimal digits.
    :ivar name: the common name of its subject; empty unless there is exactly one. Hostile text, as far as its authority
        lets it be.
    """

    fingerprint: str
    name: str

    def __str__(self) -> str:
        return f'"{self.name}", SHA-256 {self.fingerprint}'


def describe(certificate: Certificate) -> PeerCertificate:
    """What we keep of a certificate."""
    return PeerCertificate(certificate.fingerprint(SHA256()).hex(), _common_name(certificate.subject))


def certificate_of(transport: ITransport) -> PeerCertificate | None:
    """The certificate of the other side; None on a connection without TLS."""
    shown: X509 | None = getattr(transport, "getPeerCertificate", lambda: None)()
    return describe(shown.to_cryptography()) if shown is not None else None


def note(connection: SSL.Connection, certificate: X509, error: int, depth: int, is_right: int) -> bool:
    """OpenSSL's question about each certificate of a chain: keep the reason for a refusal, which it would forget.

    It takes the place of the transport, which Twisted keeps there for callbacks that we do not use.
    """
    if not is_right:
        connection.set_app_data(_sentence(certificate.to_cryptography(), error, depth))
    return bool(is_right)


def _sentence(certificate: Certificate, error: int, depth: int) -> str:
    whose = "its certificate" if depth == 0 else "a certificate above its own"
    reason = _REASONS.get(error, f"is refused by OpenSSL with error {error}")
    if error == 10:
        reason += f", on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    return f'{whose} ("{_common_name(certificate.subject)}") {reason}'


def refusal(transport: ITransport, failure: Failure) -> str:
    """Why TLS ended a connection; empty when it did not."""
    error = failure.value
    if not isinstance(error, SSL.Error):
        return ""
    handle = getattr(transport, "getHandle", lambda: None)()
    verdict = handle.get_app_data() if isinstance(handle, SSL.Connection) else None
    told = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return verdict if isinstance(verdict, str) else _in_words([str(one[-1]) for one in told])


def _in_words(said: list[str]) -> str:
    for words, meaning in _WORDS.items():
        if any(words in one for one in said):
            return meaning
    return f"TLS failed: {'; '.join(said) or 'the connection broke'}"


def _common_name(name: Name) -> str:
    found = [str(one.value) for one in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return found[0] if len(found) == 1 else ""

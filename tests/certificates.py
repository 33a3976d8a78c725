"""An authority of the test's own, and the certificates that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Pair:
    """A key and its certificate, in files.

    :ivar fingerprint: of the certificate: SHA-256, in hexadecimal.
    """

    key: Path
    certificate: Path
    fingerprint: str


class Authority:
    """Signs certificates.

    :param directory: where files go.
    :ivar file: its own certificate.
    """

    def __init__(self, directory: Path, name: str) -> None:
        self._directory, self._name, self._key = directory, name, generate_private_key(SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = _builder(subject, subject, self._key, days=365).add_extension(x509.BasicConstraints(True, None), True)
        self.file = directory / f"{name}.pem"
        self.file.write_bytes(own.sign(self._key, SHA256()).public_bytes(Encoding.PEM))

    def sign(self, name: str, *, days: float = 30) -> Pair:
        """Make a key, and sign its certificate.

        :param name: the certificate's common name; its files are called after it.
        :param days: how long it is valid from now on; below 0 it has expired.
        """
        key = generate_private_key(SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self._name)])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signed = _builder(subject, issuer, key, days).sign(self._key, SHA256())
        stem = f"{self._name}-{name.replace(' ', '_')}"
        pair = Pair(
            self._directory / f"{stem}-key.pem", self._directory / f"{stem}.pem", signed.fingerprint(SHA256()).hex()
        )
        pair.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        pair.certificate.write_bytes(signed.public_bytes(Encoding.PEM))
        return pair


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, days: float
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )


def noxtls(ours: Pair, authority: Authority, *, port: int = 6653, interface: str = "127.0.0.1") -> str:
    """The endpoint that shows our certificate, and asks for one of an authority."""
    return f"noxtls:{port}:key={ours.key}:cert={ours.certificate}:ca={authority.file}:interface={interface}"

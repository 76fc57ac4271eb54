"""A certificate with its loaded key, from files or from the PKCS #12 container an authority hands out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from ._errors import UnableToSeal

MINIMUM_KEY_BITS: Final = 2048  # CRYPTREC LS-0003: RSA below 2048 bits is not to be used


@dataclass(frozen=True)
class SealCertificate:
    """職責証明書: the certificate of an office, its private key, and the certificates above it (nearest first)."""

    certificate: x509.Certificate
    key: RSAPrivateKey
    chain: tuple[x509.Certificate, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.key, RSAPrivateKey):
            # An ECDSA signature would make the file PDF 2.0 and so take it out of PDF/A-2.
            raise UnableToSeal("not_rsa")
        if self.key.key_size < MINIMUM_KEY_BITS:
            raise UnableToSeal("weak_key", bits=self.key.key_size)
        if self.certificate.public_key() != self.key.public_key():
            raise UnableToSeal("key_mismatch")


def load_pem(certificate: Path, key: Path, chain: Path | None, passphrase: bytes | None) -> SealCertificate:
    """Read PEM files; UnableToSeal("unreadable_key") when the passphrase or a file is wrong."""
    try:
        loaded = load_pem_private_key(key.read_bytes(), passphrase)
        own = x509.load_pem_x509_certificate(certificate.read_bytes())
        above = x509.load_pem_x509_certificates(chain.read_bytes()) if chain else []
    except (ValueError, TypeError) as error:
        raise UnableToSeal("unreadable_key", path=str(key)) from error
    if not isinstance(loaded, RSAPrivateKey):
        raise UnableToSeal("not_rsa")
    return SealCertificate(own, loaded, tuple(above))


def load_pkcs12(container: bytes, passphrase: bytes | None) -> SealCertificate:
    """Read a PKCS #12 container (RFC 7292), the form in which LGPKI hands out certificates."""
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(container, passphrase)
    except ValueError as error:
        raise UnableToSeal("unreadable_key") from error
    if certificate is None or not isinstance(key, RSAPrivateKey):
        raise UnableToSeal("not_rsa")
    return SealCertificate(certificate, key, tuple(above))

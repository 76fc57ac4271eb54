"""A certification authority for demonstrations and tests, in the place of LGPKI.

It proves nothing to anyone outside: its name says so, and nobody but the one who runs it should trust it.
"""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import TimeStamper

from ._errors import UnableToSeal
from ._keys import SealCertificate, load_pem

DEMO_CA_NAME: Final = "デモ認証局（証明力なし）"

_CA_YEARS: Final = 20
_OFFICE_YEARS: Final = 5  # as LGPKI's 職責証明書
_TSA_YEARS: Final = 11
_CRL_DAYS: Final = 7
_SAFE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class DemoCa:
    """The authority whose key, certificates and list of revocations lie in `directory`."""

    def __init__(self, directory: Path, own: SealCertificate, passphrase: bytes | None) -> None:
        self._directory = directory
        self._own = own
        self._passphrase = passphrase

    @classmethod
    def create(
        cls, directory: Path, *, at: datetime, passphrase: bytes | None = None, key_bits: int = 3072
    ) -> DemoCa:
        """Make the authority; UnableToSeal("exists_already") rather than replace one that has issued."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = rsa.generate_private_key(public_exponent=65537, key_size=key_bits)
        name = _name(common_name=DEMO_CA_NAME, organization="Kencho")
        builder = (
            _builder(name, name, key.public_key(), at, _CA_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        )
        certificate = builder.sign(key, hashes.SHA256())
        own = SealCertificate(certificate, key, ())
        _store(directory, "ca", own, passphrase)
        return cls(directory, own, passphrase)

    @classmethod
    def open(cls, directory: Path, *, passphrase: bytes | None = None) -> DemoCa:
        """The authority made before; UnableToSeal("unreadable_key") on a wrong passphrase."""
        own = load_pem(directory / "ca.cert.pem", directory / "ca.key.pem", None, passphrase)
        return cls(directory, own, passphrase)

    @property
    def certificate(self) -> x509.Certificate:
        """The root that a verifier must be told to trust."""
        return self._own.certificate

    def issue_office(
        self,
        *,
        file_name: str,
        common_name: str,
        organization: str,
        at: datetime,
        years: int = _OFFICE_YEARS,
        key_bits: int = 3072,
    ) -> SealCertificate:
        """A certificate of an office (職責証明書), such as 三重県知事 of 三重県, stored under `file_name`."""
        usage = _usage(digital_signature=True, content_commitment=True)
        return self._issue(file_name, _name(common_name, organization), usage, None, at, years, key_bits)

    def issue_timestamper(
        self, *, file_name: str, at: datetime, years: int = _TSA_YEARS, key_bits: int = 2048
    ) -> SealCertificate:
        """A certificate for a time-stamping unit (RFC 3161, 2.3)."""
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        name = _name("デモ時刻認証局（証明力なし）", "Kencho")
        usage = _usage(digital_signature=True)
        return self._issue(file_name, name, usage, purpose, at, years, key_bits)

    def load(self, file_name: str) -> SealCertificate:
        """A certificate issued before, with its key."""
        _check_name(file_name)
        base = self._directory
        return load_pem(
            base / f"{file_name}.cert.pem",
            base / f"{file_name}.key.pem",
            base / "ca.cert.pem",
            self._passphrase,
        )

    def revoke(self, certificate: x509.Certificate, *, at: datetime) -> None:
        """Put a certificate on the list of revocations; the date of a first revocation stays."""
        revoked = self._revoked()
        revoked.setdefault(f"{certificate.serial_number:x}", at.isoformat())
        self._revocations.write_text(json.dumps(revoked, indent=1, sort_keys=True))

    def crl(self, *, at: datetime) -> bytes:
        """The list of revocations (RFC 5280, 5) as of `at`, in DER, valid for seven days."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(at + timedelta(days=_CRL_DAYS))
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(_authority(self._own), critical=False)
        )
        for serial, since in sorted(self._revoked().items()):
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(int(serial, 16))
                .revocation_date(datetime.fromisoformat(since))
                .build()
            )
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self._own.key, hashes.SHA256()).public_bytes(Encoding.DER)

    @property
    def _revocations(self) -> Path:
        return self._directory / "revoked.json"

    def _revoked(self) -> dict[str, str]:
        if not self._revocations.exists():
            return {}
        revoked: dict[str, str] = json.loads(self._revocations.read_text())
        return revoked

    def _issue(
        self,
        file_name: str,
        subject: x509.Name,
        usage: x509.KeyUsage,
        purpose: x509.ExtendedKeyUsage | None,
        at: datetime,
        years: int,
        key_bits: int,
    ) -> SealCertificate:
        _check_name(file_name)
        key = rsa.generate_private_key(public_exponent=65537, key_size=key_bits)
        builder = (
            _builder(subject, self.certificate.subject, key.public_key(), at, years)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(_authority(self._own), critical=False)
        )
        if purpose is not None:
            builder = builder.add_extension(purpose, critical=True)
        issued = SealCertificate(builder.sign(self._own.key, hashes.SHA256()), key, (self.certificate,))
        _store(self._directory, file_name, issued, self._passphrase)
        return issued


def demo_timestamper(unit: SealCertificate, *, at: datetime | None = None) -> TimeStamper:
    """A time-stamping authority inside this process (RFC 3161), for demonstrations and tests.

    `at` fixes the time it states; without it the clock of the machine counts.
    """
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    above = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library leaves its constructor bare
    above.register_multiple(
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)) for certificate in unit.chain
    )
    return DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(unit.certificate.public_bytes(Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(
            unit.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        certs_to_embed=above,
        fixed_dt=at,
    )


def _name(common_name: str, organization: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, at: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(issuer: SealCertificate) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())


def _check_name(file_name: str) -> None:
    if not _SAFE_NAME.fullmatch(file_name):
        raise UnableToSeal("unsafe_name", name=file_name)


def _store(directory: Path, name: str, issued: SealCertificate, passphrase: bytes | None) -> None:
    encryption: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    )
    key = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    _write_new(directory / f"{name}.key.pem", key, 0o600)
    _write_new(directory / f"{name}.cert.pem", issued.certificate.public_bytes(Encoding.PEM), 0o644)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    # The mode is given at birth: a key must not lie open even for the moment before a chmod.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise UnableToSeal("exists_already", name=path.name) from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)

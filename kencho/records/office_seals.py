"""The electronic seals of bodies: certificates and keys under KENCHO_VAR/seals/<body code>/, loaded once per process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from django.conf import settings

from kencho.organization.models import Body

if TYPE_CHECKING:
    from kencho.records.seals import Sealer

SEAL_FILE = "head"
AUTHORITY_FOLDER = "authority"


class NoSeal(Exception):
    """The body has no certificate yet; `kencho seal` makes a demo one or imports a real one."""


@dataclass(frozen=True)
class OfficeSeal:
    """公印 of the head of a body, ready for use."""

    name: str
    serial: str
    sealer: Sealer


def folder_of(body_code: str) -> Path:
    """Where the certificate and key of a body lie."""
    return Path(settings.SEALS_DIR) / body_code


def passphrase() -> bytes | None:
    """The passphrase of the keys, when one is set."""
    return settings.SEALS_PASSPHRASE.encode() or None


def seal_of(body: Body) -> OfficeSeal:
    """The seal of the head of a body. Raises NoSeal."""
    return _load(str(folder_of(body.code)), body.name)


@lru_cache(maxsize=64)
def _load(folder: str, name: str) -> OfficeSeal:
    # The signing library takes half a second to load; pages that sign nothing do without.
    from kencho.records.seals import Sealer, load_pem

    place = Path(folder)
    certificate, key, chain = (place / f"{SEAL_FILE}.{part}.pem" for part in ("cert", "key", "chain"))
    if not certificate.exists():
        raise NoSeal(name)
    loaded = load_pem(certificate, key, chain if chain.exists() else None, passphrase())
    sealer = Sealer.of(loaded)
    return OfficeSeal(sealer.signer, f"{loaded.certificate.serial_number:x}", sealer)


def forget() -> None:
    """Load seals anew, after certificates were renewed."""
    _load.cache_clear()


def trust_roots() -> list[x509.Certificate]:
    """The roots that the verification page trusts: every certificate in the authority folder."""
    place = Path(settings.SEALS_DIR) / AUTHORITY_FOLDER
    return [x509.load_pem_x509_certificate(file.read_bytes()) for file in sorted(place.glob("*.cert.pem"))]


def make_demo_seals(bodies: list[Body], *, at: datetime, key_bits: int = 2048, renew: bool = False) -> int:
    """A local demo authority and one seal for each body that has none, with ``renew`` for each; returns how many.

    The signatures prove nothing outside this machine; a real office imports its LGPKI certificate instead.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from kencho.records.seals.demo_ca import DemoCa

    root = Path(settings.SEALS_DIR) / AUTHORITY_FOLDER
    exists = (root / "ca.cert.pem").exists()
    authority = (
        DemoCa.open(root, passphrase=passphrase())
        if exists
        else DemoCa.create(root, at=at, passphrase=passphrase(), key_bits=key_bits)
    )
    made = 0
    for body in bodies:
        place = folder_of(body.code)
        if (place / f"{SEAL_FILE}.cert.pem").exists() and not renew:
            continue
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"issued-{body.code}-{at:%Y%m%d}"
        authority.issue_office(
            file_name=name,
            common_name=f"{body.name}{body.head_title}",
            organization=body.name,
            at=at,
            key_bits=key_bits,
        )
        for part in ("cert", "key"):
            (root / f"{name}.{part}.pem").replace(place / f"{SEAL_FILE}.{part}.pem")
        (place / f"{SEAL_FILE}.chain.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        made += 1
    forget()
    return made


def import_seal(body: Body, container: bytes, secret: bytes | None) -> str:
    """Take over a certificate and key from a PKCS #12 container (LGPKI 職責証明書 and the like); returns its name.

    The issuer at the top of its chain becomes a trust root of the verification page. Raises UnableToSeal.
    """
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    from kencho.records.seals import Sealer, load_pkcs12

    loaded = load_pkcs12(container, secret)
    place = folder_of(body.code)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = passphrase()
    key = loaded.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(own) if own else NoEncryption()
    )
    key_file = place / f"{SEAL_FILE}.key.pem"
    key_file.touch(mode=0o600)
    key_file.write_bytes(key)
    (place / f"{SEAL_FILE}.cert.pem").write_bytes(loaded.certificate.public_bytes(Encoding.PEM))
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in loaded.chain)
    (place / f"{SEAL_FILE}.chain.pem").write_bytes(chain)
    root = Path(settings.SEALS_DIR) / AUTHORITY_FOLDER
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if loaded.chain:
        (root / f"root-{body.code}.cert.pem").write_bytes(loaded.chain[-1].public_bytes(Encoding.PEM))
    forget()
    return Sealer.of(loaded).signer

"""Checking the electronic seals of a PDF: is it whole, who sealed it, and may that be believed.

Any file may be given, as the public page for checking takes uploads: the answer is always a verdict, never an error.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from asn1crypto.parser import peek
from cryptography import x509
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

# pyHanko logs a stack with the holder's name for every certificate it does not trust. What strangers upload is no
# fault of this server, and the names in it are not for its log.
from ._loops import finished
from .signing import to_asn1

logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


class Reason(StrEnum):
    """Why a seal is not to be believed, or not wholly."""

    UNREADABLE = "unreadable"
    NO_SEAL = "no_seal"
    ALTERED = "altered"
    SIGNATURE_INVALID = "signature_invalid"
    ADDED_AFTERWARDS = "added_afterwards"
    UNTRUSTED = "untrusted"
    REVOKED = "revoked"
    EXPIRED = "expired"
    TIMESTAMP_INVALID = "timestamp_invalid"


@dataclass(frozen=True)
class SealVerdict:
    """What the seals of a file say.

    `intact`: every sealed part is as it was when sealed. `trusted`: every seal leads to a trust root and its
    certificate was in force at the time that counts: that of the time stamp, or else the moment of checking.
    `covers_whole_document`: nothing was added after the last seal. `signer` and `signed_at` are those of the
    last seal; `time_proven` tells whether a trusted authority vouches for the time or only the signer does.
    """

    intact: bool
    trusted: bool
    covers_whole_document: bool
    signer: str | None
    signed_at: datetime | None
    time_proven: bool
    reasons: tuple[Reason, ...]

    @property
    def valid(self) -> bool:
        """The whole file is what a trusted office sealed."""
        return self.intact and self.trusted and self.covers_whole_document


def verify(
    pdf: bytes,
    *,
    trust_roots: Sequence[x509.Certificate],
    at: datetime,
    crls: Sequence[bytes] = (),
) -> SealVerdict:
    """Check every seal of `pdf` as of `at`. With `crls` (DER), a certificate without word on it is not trusted.

    Nothing is fetched from a network, nothing is kept.
    """
    try:
        return _verify(pdf, _Ground(tuple(map(to_asn1, trust_roots)), tuple(crls), at))
    except Exception:  # noqa: BLE001 -- a hostile upload can break any assumption of the parsers below; that too is a verdict
        return _nothing(Reason.UNREADABLE)


@dataclass(frozen=True)
class _Ground:
    roots: tuple[Any, ...]
    crls: tuple[bytes, ...]
    at: datetime

    def context(self, moment: datetime) -> Any:
        return ValidationContext(
            trust_roots=list(self.roots),
            moment=moment,
            crls=list(self.crls),
            allow_fetching=False,
            revocation_mode="require" if self.crls else "soft-fail",
            # A list made after the signature tells of the time before it as well.
            retroactive_revinfo=True,
        )


def _nothing(reason: Reason) -> SealVerdict:
    return SealVerdict(
        intact=False,
        trusted=False,
        covers_whole_document=False,
        signer=None,
        signed_at=None,
        time_proven=False,
        reasons=(reason,),
    )


# Anybody may upload: a small file must neither fill the memory nor have its bytes hashed a thousand times over.
MOST_SEALS = 20
BUDGET = DocumentDecodeBudget(base_allowance=64 * 1024 * 1024, max_ratio=4)


def _verify(pdf: bytes, ground: _Ground) -> SealVerdict:
    reader = PdfFileReader(io.BytesIO(pdf), decode_limits=DecodeLimits(document_budget=BUDGET))
    seals = sorted(reader.embedded_regular_signatures, key=lambda seal: max(seal.byte_range))
    if not seals:
        return _nothing(Reason.NO_SEAL)
    if len(seals) > MOST_SEALS:
        return _nothing(Reason.UNREADABLE)
    findings = [finished(_examine(seal, pdf, ground)) for seal in seals]
    last = findings[-1]
    whole = last.whole
    reasons = [reason for finding in findings for reason in finding.reasons]
    if last.intact and not whole:
        reasons.append(Reason.ADDED_AFTERWARDS)
    return SealVerdict(
        intact=all(finding.intact for finding in findings),
        trusted=all(finding.trusted for finding in findings),
        covers_whole_document=whole,
        signer=last.signer,
        signed_at=last.signed_at,
        time_proven=last.time_proven,
        reasons=tuple(dict.fromkeys(reasons)),
    )


@dataclass(frozen=True)
class _Finding:
    intact: bool
    trusted: bool
    whole: bool
    signer: str
    signed_at: datetime | None
    time_proven: bool
    reasons: tuple[Reason, ...]


async def _examine(seal: EmbeddedPdfSignature, pdf: bytes, ground: _Ground) -> _Finding:
    status = await _status(seal, ground, ground.at)
    stamp = status.timestamp_validity
    time_proven = bool(stamp and stamp.intact and stamp.valid and stamp.trusted)
    if time_proven:
        # The signature existed at the stamped time, so its certificate need only have been in force then.
        status = await _status(seal, ground, stamp.timestamp)
    intact = bool(status.intact and status.valid and _container_is_tight(seal, pdf))
    trusted = bool(intact and status.trusted and (stamp is None or time_proven))
    return _Finding(
        intact=intact,
        trusted=trusted,
        whole=intact and status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=_holder(status.signing_cert),
        signed_at=stamp.timestamp if time_proven else status.signer_reported_dt,
        time_proven=time_proven,
        reasons=tuple(_reasons(status, intact=intact, stamp_fails=stamp is not None and not time_proven)),
    )


async def _status(seal: EmbeddedPdfSignature, ground: _Ground, moment: datetime) -> Any:
    return await async_validate_pdf_signature(
        seal,
        signer_validation_context=ground.context(moment),
        ts_validation_context=ground.context(ground.at),
        # Any addition after the last seal is reported as such, so its kind need not be judged.
        skip_diff=True,
    )


def _container_is_tight(seal: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether the one gap in the signed range holds the signature and nothing else.

    The digest leaves the gap out, so whatever hid behind the signature there would go unnoticed.
    """
    first, length, second, _ = (int(number) for number in seal.byte_range)
    gap = pdf[first + length : second]
    if first != 0 or gap[:1] != b"<" or gap[-1:] != b">":
        return False
    container = bytes.fromhex(gap[1:-1].decode("ascii"))
    return not container[peek(container) :].strip(b"\0")


def _reasons(status: Any, *, intact: bool, stamp_fails: bool) -> list[Reason]:
    reasons: list[Reason] = []
    if not intact:
        reasons.append(Reason.SIGNATURE_INVALID if status.intact else Reason.ALTERED)
    if status.trust_problem_indic is not None:
        reasons.append(_TRUST_REASONS.get(status.trust_problem_indic, Reason.UNTRUSTED))
    if stamp_fails:
        reasons.append(Reason.TIMESTAMP_INVALID)
    return reasons


_TRUST_REASONS = {
    AdESIndeterminate.REVOKED_NO_POE: Reason.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: Reason.REVOKED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Reason.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: Reason.EXPIRED,
}


def _holder(certificate: Any) -> str:
    native: dict[str, Any] = certificate.subject.native
    name = native.get("common_name")
    return str(name if name else certificate.subject.human_friendly)

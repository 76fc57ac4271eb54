"""公印に代わる電子署名: setting seals on PDF files (PAdES B-B, B-T) and checking them."""

from __future__ import annotations

from ._errors import UnableToSeal
from ._keys import SealCertificate, load_pem, load_pkcs12
from .signing import Sealer
from .verification import Reason, SealVerdict, verify

__all__ = [
    "Reason",
    "SealCertificate",
    "SealVerdict",
    "Sealer",
    "UnableToSeal",
    "load_pem",
    "load_pkcs12",
    "verify",
]

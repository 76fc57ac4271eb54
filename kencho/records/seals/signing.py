"""Setting an electronic seal: PAdES baseline B-B, or B-T with a time stamp (ETSI EN 319 142-1)."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ._errors import UnableToSeal
from ._keys import SealCertificate
from ._loops import finished

_DIGEST: Final = "sha256"
_DIGEST_MARK: Final = b"\x44" * 32  # stands for a SHA-256 in what is prepared
_ATTRIBUTES_BYTES: Final = 2_048  # signed attributes and the frame of the container, with room to spare
_TIMESTAMP_BYTES: Final = 12_288  # a token with its authority's chain


class Sealer:
    """An official seal ready for use: the certificate, its loaded key, and the time-stamping authority.

    pyHanko's own signer parses the private key twice per signature, which costs more than signing; this one
    keeps it. `tsa` is any pyHanko TimeStamper, for example HTTPTimeStamper(url). Threads may share a Sealer.
    """

    def __init__(
        self,
        certificate: x509.Certificate,
        key: RSAPrivateKey,
        chain: tuple[x509.Certificate, ...] = (),
        tsa: TimeStamper | None = None,
    ) -> None:
        own = SealCertificate(certificate, key, chain)
        self._certificate = certificate
        self._signer = _LoadedKeySigner(own)
        self._tsa = tsa
        encoded = sum(len(item.public_bytes(Encoding.DER)) for item in (certificate, *chain))
        octets = encoded + key.key_size // 8 + _ATTRIBUTES_BYTES + (_TIMESTAMP_BYTES if tsa else 0)
        # The container is written in hexadecimal. A fixed size spares pyHanko a second signature for measuring.
        self._reserved = 2 * octets

    @classmethod
    def of(cls, seal: SealCertificate, tsa: TimeStamper | None = None) -> Sealer:
        """The sealer of a certificate from a file or a container."""
        return cls(seal.certificate, seal.key, seal.chain, tsa)

    @property
    def signer(self) -> str:
        """The office that the certificate names (CN)."""
        return common_name(self._certificate)

    def seal(self, pdf: bytes, *, reason: str, at: datetime, field_name: str = "Seal1") -> bytes:
        """`pdf` with the seal added behind it; the bytes before stay as they are.

        `at` is the signing time stated in the signature. Raises UnableToSeal: naive_time, outside_validity,
        not_a_pdf, field_taken, refused (encrypted, or an earlier
        seal forbids any change), timestamp_failed.
        """
        self._check_time(at)
        try:
            writer = _SealWriter(pdf)
            taken = {seal.field_name for seal in writer.prev.embedded_signatures}
        except (PdfError, ValueError) as error:
            raise UnableToSeal("not_a_pdf") from error
        if field_name in taken:
            raise UnableToSeal("field_taken", field_name=field_name)
        try:
            return finished(self._sign(writer, reason, at, field_name))
        except TimestampRequestError as error:
            raise UnableToSeal("timestamp_failed") from error
        except (SigningError, PdfError) as error:
            raise UnableToSeal("refused", message=str(error)) from error

    def _check_time(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise UnableToSeal("naive_time")
        certificate = self._certificate
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise UnableToSeal("outside_validity", at=at.isoformat())

    async def _sign(self, writer: Any, reason: str, at: datetime, field_name: str) -> bytes:
        signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=field_name,
                md_algorithm=_DIGEST,
                subfilter=SigSeedSubFilter.PADES,
                reason=reason,
                name=self.signer,
            ),
            self._signer,
            timestamper=self._tsa,
            new_field_spec=SigFieldSpec(
                field_name,
                readable_field_name=f"{self.signer}の電子署名",
                # PDF/A-2 wants the print flag; PDF/UA-1 exempts only what lies outside the page from tagging.
                invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
            ),
        )
        session = signer.init_signing_session(writer)
        session.system_time = at
        document = session.prepare_tbs_document(validation_info=None, bytes_reserved=self._reserved)
        output = io.BytesIO()
        digest, _ = document.digest_tbs_document(output=output)
        await document.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at),
        )
        return output.getvalue()


def common_name(certificate: x509.Certificate) -> str:
    """The name a certificate gives its holder: CN, or the whole name when there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def to_asn1(certificate: x509.Certificate) -> Any:
    """The same certificate as pyHanko's library wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class _SealWriter(IncrementalPdfFileWriter):
    """Adds nothing but the seal: the same file, certificate and time give the same sealed file."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(io.BytesIO(pdf))
        # ISO 32000-1, 14.4: the second part names the new state of the file; pyHanko would draw it by lot.
        self._document_id[1] = ByteStringObject(hashlib.sha256(pdf).digest()[:16])

    def _update_meta(self) -> None:
        # pyHanko would write the XMP packet anew with the clock of the machine and other prefixes, and PDF/A
        # (ISO 19005-2, 6.6.2.3) is particular about the prefixes of extension schemas.
        return


class _LoadedKeySigner(Signer):
    """A signer that holds the key as cryptography's object."""

    def __init__(self, own: SealCertificate) -> None:
        self._key = own.key
        self._signature_mark = b"\x53" * (own.key.key_size // 8)
        self._frame: tuple[bytes, bytes] | None = None
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library leaves its constructor bare
        store.register_multiple(to_asn1(certificate) for certificate in own.chain)
        super().__init__(
            cert_registry=store,
            signing_cert=to_asn1(own.certificate),
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            # Who checks has the root already; one sent along proves nothing and is not under the signature.
            embed_roots=False,
        )

    async def async_sign(
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = False,
        timestamper: TimeStamper | None = None,
        signed_attr_settings: PdfCMSSignedAttributes | None = None,
        is_pdf_sig: bool = True,
        encap_content_info: Any = None,
    ) -> Any:
        """As pyHanko does, but without building the container anew where only digest and signature differ."""
        if dry_run or not use_pades or timestamper is not None or digest_algorithm != _DIGEST:
            return await super().async_sign(
                data_digest,
                digest_algorithm,
                dry_run,
                use_pades,
                timestamper,
                signed_attr_settings,
                is_pdf_sig,
                encap_content_info,
            )
        if self._frame is None:
            self._frame = await self._make_frame(signed_attr_settings)
        attributes, container = (part.replace(_DIGEST_MARK, data_digest) for part in self._frame)
        signature = self._key.sign(attributes, PKCS1v15(), SHA256())
        return cms.ContentInfo.load(container.replace(self._signature_mark, signature))

    async def _make_frame(self, settings: PdfCMSSignedAttributes | None) -> tuple[bytes, bytes]:
        """The signed attributes and the whole container (RFC 5652) as pyHanko makes them, around two marks.

        PAdES baseline (ETSI EN 319 142-1, 6.3) keeps the signing time outside the container, so nothing else differs.
        """
        attributes = await self.signed_attrs(
            _DIGEST_MARK,
            _DIGEST,
            attr_settings=settings,
            use_pades=True,
        )
        container = self._package_signature(
            digest_algorithm=_DIGEST,
            cms_version="v1",
            signed_attrs=attributes,
            signature=self._signature_mark,
            unsigned_attrs=None,
            encap_content_info=None,
        )
        frame = attributes.dump(), container.dump()
        if [part.count(_DIGEST_MARK) for part in frame] != [1, 1] or frame[1].count(
            self._signature_mark
        ) != 1:
            raise SigningError("the container has another shape than expected")
        return frame

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != _DIGEST:
            raise SigningError(f"unexpected digest {digest_algorithm}")
        return self._key.sign(data, PKCS1v15(), SHA256())

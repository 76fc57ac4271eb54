from __future__ import annotations

import io
import re
from datetime import timedelta

import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.decode_limits import DocumentDecodeBudget

from kencho.records.seals import Reason, Sealer, SealVerdict, verification, verify
from kencho.records.seals.demo_ca import DemoCa, demo_timestamper

from .conftest import AT, BEFORE, Office

SHARED_OFFICE = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
LATER = AT + timedelta(days=3)
AFTER_EXPIRY = AT + timedelta(days=365 * 6)


def judged(office: Office, pdf: bytes) -> SealVerdict:
    return verify(pdf, trust_roots=[office.ca.certificate], at=LATER)


def gap_of(pdf: bytes) -> tuple[int, int]:
    """Where the signature container stands: the only bytes the digest leaves out."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    assert found is not None
    start, end, rest = (int(number) for number in found.groups())
    assert end + rest == len(pdf)
    return start, end


def test_a_sealed_letter_is_whole_trusted_and_complete(office: Office) -> None:
    verdict = judged(office, office.sealed)
    assert verdict.valid
    assert verdict == SealVerdict(
        intact=True,
        trusted=True,
        covers_whole_document=True,
        signer="三重県知事",
        signed_at=AT,
        time_proven=False,
        reasons=(),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=SHARED_OFFICE)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
@example(place=0.0, change=1)
@example(place=0.999999, change=1)
def test_one_changed_byte_in_the_signed_range_is_noticed(office: Office, place: float, change: int) -> None:
    start, end = gap_of(office.sealed)
    signed = start + len(office.sealed) - end
    position = int(place * signed)
    position = position if position < start else position + end - start
    changed = bytearray(office.sealed)
    changed[position] ^= change
    verdict = judged(office, bytes(changed))
    assert not verdict.valid
    assert not verdict.intact
    assert verdict.reasons


@settings(max_examples=100, deadline=None, suppress_health_check=SHARED_OFFICE)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_one_changed_byte_in_the_signature_is_noticed_too(office: Office, place: float, change: int) -> None:
    start, end = gap_of(office.sealed)
    position = start + int(place * (end - start))
    changed = bytearray(office.sealed)
    changed[position] ^= change
    same_digit = (
        bytes(changed[position : position + 1]).lower() == office.sealed[position : position + 1].lower()
    )
    assert judged(office, bytes(changed)).valid == same_digit


def test_what_is_added_behind_the_seal_is_noticed(office: Office) -> None:
    for added in (b"\n", b"% comment", office.letter):
        verdict = judged(office, office.sealed + added)
        assert not verdict.valid
        assert not verdict.covers_whole_document


def test_an_incremental_update_that_swaps_the_page_is_noticed(office: Office) -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.generic import NameObject, StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(office.sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 m"))
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # the library leaves it bare
    verdict = judged(office, output.getvalue())
    assert verdict.intact
    assert not verdict.covers_whole_document
    assert verdict.reasons == (Reason.ADDED_AFTERWARDS,)
    assert not verdict.valid


def test_a_file_cut_back_to_before_the_seal_has_none(office: Office) -> None:
    assert judged(office, office.letter).reasons == (Reason.NO_SEAL,)


def test_a_seal_of_a_stranger_is_not_trusted(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    verdict = verify(office.sealed, trust_roots=[], at=LATER)
    assert verdict.intact
    assert not verdict.trusted
    assert verdict.reasons == (Reason.UNTRUSTED,)
    # Names in what strangers upload do not go into the log.
    assert caplog.records == []


def test_a_second_seal_covers_the_first_and_both_must_be_good(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    twice = Sealer.of(office.governor).seal(office.sealed, reason="副署", at=AT, field_name="Seal2")
    assert judged(office, twice).valid
    stranger_ca = DemoCa.create(tmp_path_factory.mktemp("stranger") / "ca", at=BEFORE, key_bits=2048)
    stranger = stranger_ca.issue_office(
        file_name="stranger", common_name="三重県知事", organization="三重県", at=BEFORE, key_bits=2048
    )
    forged = Sealer.of(stranger).seal(office.sealed, reason="偽", at=AT, field_name="Seal2")
    verdict = judged(office, forged)
    assert not verdict.valid
    assert verdict.reasons == (Reason.UNTRUSTED,)


def test_without_a_time_stamp_the_seal_ends_with_its_certificate(office: Office) -> None:
    verdict = verify(office.sealed, trust_roots=[office.ca.certificate], at=AFTER_EXPIRY)
    assert verdict.intact
    assert not verdict.trusted
    assert verdict.reasons == (Reason.EXPIRED,)


def test_with_a_time_stamp_it_outlives_its_certificate(office: Office) -> None:
    stamped_at = AT + timedelta(seconds=2)
    sealer = Sealer.of(office.governor, demo_timestamper(office.timestamping, at=stamped_at))
    sealed = sealer.seal(office.letter, reason="決定通知書の発出", at=AT)
    for moment in (LATER, AFTER_EXPIRY):
        verdict = verify(sealed, trust_roots=[office.ca.certificate], at=moment)
        assert verdict.valid
        assert verdict.time_proven
        assert verdict.signed_at == stamped_at


def test_a_stamp_of_a_stranger_does_not_count(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger_ca = DemoCa.create(tmp_path_factory.mktemp("tsa") / "ca", at=BEFORE, key_bits=2048)
    stranger = stranger_ca.issue_timestamper(file_name="timestamping", at=BEFORE)
    sealed = Sealer.of(office.governor, demo_timestamper(stranger, at=AT)).seal(
        office.letter, reason="決定通知書の発出", at=AT
    )
    verdict = judged(office, sealed)
    assert verdict.intact
    assert not verdict.trusted
    assert not verdict.time_proven
    assert verdict.reasons == (Reason.TIMESTAMP_INVALID,)


def test_a_revoked_certificate_is_refused(tmp_path_factory: pytest.TempPathFactory, office: Office) -> None:
    ca = DemoCa.create(tmp_path_factory.mktemp("revoked") / "ca", at=BEFORE, key_bits=2048)
    mayor = ca.issue_office(
        file_name="mayor", common_name="津市長", organization="津市", at=BEFORE, key_bits=2048
    )
    sealed = Sealer.of(mayor).seal(office.letter, reason="決定通知書の発出", at=AT)
    roots = [ca.certificate]
    assert verify(sealed, trust_roots=roots, at=LATER, crls=[ca.crl(at=LATER)]).valid
    # With lists given, silence about a certificate is no consent.
    assert not verify(sealed, trust_roots=roots, at=LATER, crls=[office.ca.crl(at=LATER)]).valid
    ca.revoke(mayor.certificate, at=AT + timedelta(days=1))
    verdict = verify(sealed, trust_roots=roots, at=LATER, crls=[ca.crl(at=LATER)])
    assert verdict.intact
    assert not verdict.trusted
    assert verdict.reasons == (Reason.REVOKED,)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
@example(b"%PDF-1.7\nstartxref\n0\n%%EOF")
def test_any_upload_gets_a_verdict(junk: bytes) -> None:
    for pdf in (junk, b"%PDF-1.7\n" + junk):
        verdict = verify(pdf, trust_roots=[], at=AT)
        assert not verdict.valid
        assert verdict.reasons


def test_a_seal_survives_no_rewriting(office: Office) -> None:
    from io import BytesIO

    output = BytesIO()
    with pikepdf.open(BytesIO(office.sealed)) as opened:
        opened.save(output)
    assert not judged(office, output.getvalue()).valid


def test_more_seals_than_any_notice_has_are_not_examined(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each seal has the whole file hashed; a stranger chooses how many there are."""
    monkeypatch.setattr(verification, "MOST_SEALS", 0)
    assert judged(office, office.sealed).reasons == (Reason.UNREADABLE,)


def test_a_file_that_unpacks_beyond_measure_is_not_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(office.sealed)) as pdf:
        pdf.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert judged(office, packed.getvalue()).reasons != (Reason.UNREADABLE,)
    monkeypatch.setattr(verification, "BUDGET", DocumentDecodeBudget(base_allowance=10, max_ratio=0))
    assert judged(office, packed.getvalue()).reasons == (Reason.UNREADABLE,)

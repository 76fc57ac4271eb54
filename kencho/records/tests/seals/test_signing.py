from __future__ import annotations

import io
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from kencho.records.seals import Sealer, UnableToSeal
from kencho.records.seals.demo_ca import demo_timestamper

from .conftest import AT, Office

PDFSIG = shutil.which("pdfsig")


def signature_of(pdf: bytes) -> tuple[pikepdf.Dictionary, dict[str, Any]]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        value = opened.Root.AcroForm.Fields[0].V
        signed = cms.ContentInfo.load(bytes(value.Contents))["content"]
        return pikepdf.Dictionary(SubFilter=value.SubFilter, Reason=value.Reason), {
            "attributes": {
                item["type"].native: item["values"] for item in signed["signer_infos"][0]["signed_attrs"]
            },
            "unsigned": [item["type"].native for item in signed["signer_infos"][0]["unsigned_attrs"]],
            "algorithm": signed["signer_infos"][0]["signature_algorithm"].signature_algo,
        }


def test_the_letter_stays_byte_for_byte_before_the_seal(office: Office) -> None:
    assert office.sealed.startswith(office.letter)


def test_the_seal_is_pades_with_its_reason_and_signing_certificate(office: Office) -> None:
    value, signed = signature_of(office.sealed)
    assert value.SubFilter == "/ETSI.CAdES.detached"
    assert str(value.Reason) == "決定通知書の発出"
    assert "signing_certificate_v2" in signed["attributes"]
    # EN 319 142-1, 6.3: the time stands in the PDF entry /M, not in the signed attributes.
    assert "signing_time" not in signed["attributes"]
    assert signed["algorithm"] == "rsassa_pkcs1v15"
    assert signed["unsigned"] == []


def test_the_prepared_container_is_the_one_that_the_library_makes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [AT, AT + timedelta(days=30, seconds=7)]
    sealer = Sealer.of(office.governor)
    prepared = [sealer.seal(office.letter, reason="理由", at=at) for at in moments]
    monkeypatch.delattr("kencho.records.seals.signing._LoadedKeySigner.async_sign")
    assert [sealer.seal(office.letter, reason="理由", at=at) for at in moments] == prepared


def test_the_sealed_letter_still_declares_archive_and_access(office: Office) -> None:
    with pikepdf.open(io.BytesIO(office.sealed)) as sealed, pikepdf.open(io.BytesIO(office.letter)) as letter:
        assert sealed.Root.Metadata.read_raw_bytes() == letter.Root.Metadata.read_raw_bytes()
        assert sealed.pdf_version == letter.pdf_version == "1.7"
        widget = sealed.Root.AcroForm.Fields[0]
        print_flag, hidden_flags = 4, 1 | 2 | 32
        assert int(widget.F) & print_flag
        assert not int(widget.F) & hidden_flags
        assert str(widget.TU) == "三重県知事の電子署名"
        box = sealed.pages[0].mediabox
        # Outside the page: PDF/UA-1, 7.18.1 then asks for no tag.
        assert float(widget.Rect[2]) < float(box[0])
        assert sealed.pages[0].Tabs == "/S"
        assert "/StructTreeRoot" in sealed.Root


def test_the_same_letter_and_time_give_the_same_sealed_file(office: Office) -> None:
    sealer = Sealer.of(office.governor)
    assert sealer.seal(office.letter, reason="決定通知書の発出", at=AT) == office.sealed
    assert (
        sealer.seal(office.letter, reason="決定通知書の発出", at=AT + timedelta(seconds=1)) != office.sealed
    )


def test_a_second_office_may_seal_behind_the_first(office: Office) -> None:
    twice = Sealer.of(office.governor).seal(office.sealed, reason="副署", at=AT, field_name="Seal2")
    assert twice.startswith(office.sealed)
    with pytest.raises(UnableToSeal) as refusal:
        Sealer.of(office.governor).seal(office.sealed, reason="二度目", at=AT)
    assert refusal.value.code == "field_taken"


def test_an_encrypted_file_is_left_alone(office: Office) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(office.letter)) as opened:
        opened.save(output, encryption=pikepdf.Encryption(owner="所有者", user="利用者"))
    with pytest.raises(UnableToSeal) as encrypted:
        Sealer.of(office.governor).seal(output.getvalue(), reason="試験", at=AT)
    assert encrypted.value.code == "refused"


def test_time_and_file_are_checked_first(office: Office) -> None:
    sealer = Sealer.of(office.governor)
    naive = datetime(2026, 4, 17)  # noqa: DTZ001 -- the missing zone is the point
    for pdf, at, code in (
        (office.letter, naive, "naive_time"),
        (office.letter, AT - timedelta(days=31), "outside_validity"),
        (office.letter, AT + timedelta(days=365 * 6), "outside_validity"),
        (b"", AT, "not_a_pdf"),
        (b"%PDF-1.7 broken", AT, "not_a_pdf"),
    ):
        with pytest.raises(UnableToSeal) as refusal:
            sealer.seal(pdf, reason="試験", at=at)
        assert refusal.value.code == code


def test_a_time_stamp_is_added_when_an_authority_is_named(office: Office) -> None:
    sealer = Sealer.of(office.governor, demo_timestamper(office.timestamping, at=AT))
    _, signed = signature_of(sealer.seal(office.letter, reason="決定通知書の発出", at=AT))
    assert signed["unsigned"] == ["signature_time_stamp_token"]


def test_a_failing_authority_leaves_no_half_sealed_file(office: Office) -> None:
    class Unreachable(TimeStamper):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]  # the library leaves it bare

        async def async_request_tsa_response(self, req: object) -> object:
            raise TimestampRequestError("no answer")

    with pytest.raises(UnableToSeal) as refusal:
        Sealer.of(office.governor, Unreachable()).seal(office.letter, reason="試験", at=AT)
    assert refusal.value.code == "timestamp_failed"


def test_threads_may_share_a_sealer(office: Office) -> None:
    sealer = Sealer.of(office.governor)
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda _: sealer.seal(office.letter, reason="決定通知書の発出", at=AT), range(12))
        )
    assert set(made) == {office.sealed}


def test_sealing_takes_a_blink(office: Office) -> None:
    sealer = Sealer.of(office.governor)
    spent = []
    for _ in range(10):
        begin = time.process_time()
        sealer.seal(office.letter, reason="決定通知書の発出", at=AT)
        spent.append(time.process_time() - begin)
    # Measured 21 ms; parsing the key at each signature, as pyHanko's own signer does, takes 120 ms and more.
    assert sorted(spent)[5] < 0.1


@pytest.mark.skipif(PDFSIG is None, reason="poppler's pdfsig, the second opinion, is not installed")
@pytest.mark.parametrize("stamped", [False, True])
def test_poppler_finds_the_seal_valid(office: Office, tmp_path: Path, stamped: bool) -> None:
    tsa = demo_timestamper(office.timestamping, at=AT) if stamped else None
    path = tmp_path / "sealed.pdf"
    path.write_bytes(Sealer.of(office.governor, tsa).seal(office.letter, reason="決定通知書の発出", at=AT))
    assert PDFSIG is not None
    said = subprocess.run([PDFSIG, "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "三重県知事" in said
    spoiled = bytearray(path.read_bytes())
    spoiled[len(office.letter) // 2] ^= 1
    path.write_bytes(bytes(spoiled))
    said = subprocess.run([PDFSIG, "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" not in said

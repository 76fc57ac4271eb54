from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from kencho.records.seals import SealCertificate, UnableToSeal, load_pkcs12
from kencho.records.seals.demo_ca import DEMO_CA_NAME, DemoCa
from kencho.records.seals.signing import common_name

from .conftest import AT, BEFORE, Office


def test_keys_lie_where_only_their_owner_can_read_them(office: Office) -> None:
    assert stat.S_IMODE(office.directory.stat().st_mode) == 0o700
    for key in office.directory.glob("*.key.pem"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_an_office_certificate_says_whose_it_is_and_what_for(office: Office) -> None:
    certificate = office.governor.certificate
    assert common_name(certificate) == "三重県知事"
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    certificate.verify_directly_issued_by(office.ca.certificate)
    assert common_name(office.ca.certificate) == DEMO_CA_NAME


def test_serial_numbers_are_drawn_at_random(office: Office) -> None:
    serials = {
        item.serial_number
        for item in (office.ca.certificate, office.governor.certificate, office.timestamping.certificate)
    }
    assert len(serials) == 3
    assert all(serial.bit_length() > 100 for serial in serials)


def test_a_passphrase_guards_the_keys(tmp_path: Path) -> None:
    ca = DemoCa.create(tmp_path / "ca", at=BEFORE, passphrase=b"correct", key_bits=2048)
    ca.issue_office(file_name="mayor", common_name="津市長", organization="津市", at=BEFORE, key_bits=2048)
    assert b"ENCRYPTED" in (tmp_path / "ca" / "mayor.key.pem").read_bytes()
    assert (
        common_name(DemoCa.open(tmp_path / "ca", passphrase=b"correct").load("mayor").certificate) == "津市長"
    )
    for wrong in (b"wrong", None):
        with pytest.raises(UnableToSeal) as refusal:
            DemoCa.open(tmp_path / "ca", passphrase=wrong)
        assert refusal.value.code == "unreadable_key"


def test_nothing_is_written_over(office: Office) -> None:
    key = (office.directory / "ca.key.pem").read_bytes()
    with pytest.raises(UnableToSeal) as refusal:
        DemoCa.create(office.directory, at=BEFORE, key_bits=2048)
    assert refusal.value.code == "exists_already"
    assert (office.directory / "ca.key.pem").read_bytes() == key


@pytest.mark.parametrize("name", ["../x", "", "A", "a/b", "a.b"])
def test_a_file_name_cannot_leave_the_directory(office: Office, name: str) -> None:
    with pytest.raises(UnableToSeal) as refusal:
        office.ca.load(name)
    assert refusal.value.code == "unsafe_name"


def test_the_list_of_revocations_is_signed_and_keeps_the_first_date(tmp_path: Path) -> None:
    ca = DemoCa.create(tmp_path / "ca", at=BEFORE, key_bits=2048)
    mayor = ca.issue_office(
        file_name="mayor", common_name="津市長", organization="津市", at=BEFORE, key_bits=2048
    )
    assert len(x509.load_der_x509_crl(ca.crl(at=AT))) == 0
    ca.revoke(mayor.certificate, at=AT)
    ca.revoke(mayor.certificate, at=AT + timedelta(days=1))
    crl = x509.load_der_x509_crl(DemoCa.open(tmp_path / "ca").crl(at=AT + timedelta(days=2)))
    assert crl.is_signature_valid(ca.certificate.public_key())  # type: ignore[arg-type]  # the demo key is RSA
    entry = crl.get_revoked_certificate_by_serial_number(mayor.certificate.serial_number)
    assert entry is not None
    assert entry.revocation_date_utc == AT


def test_a_pkcs12_container_is_read(office: Office) -> None:
    container = pkcs12.serialize_key_and_certificates(
        b"governor",
        office.governor.key,
        office.governor.certificate,
        [office.ca.certificate],
        BestAvailableEncryption(b"pass"),
    )
    read = load_pkcs12(container, b"pass")
    assert read.certificate == office.governor.certificate
    assert read.chain == (office.ca.certificate,)
    with pytest.raises(UnableToSeal) as refusal:
        load_pkcs12(container, b"other")
    assert refusal.value.code == "unreadable_key"


def test_only_a_strong_rsa_key_of_the_certificate_may_seal(office: Office) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    curve = ec.generate_private_key(ec.SECP256R1())
    for key, code in ((other, "key_mismatch"), (weak, "weak_key"), (curve, "not_rsa")):
        with pytest.raises(UnableToSeal) as refusal:
            SealCertificate(office.governor.certificate, key, ())  # type: ignore[arg-type]  # a wrong key is the point
        assert refusal.value.code == code

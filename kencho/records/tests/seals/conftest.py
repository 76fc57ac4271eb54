"""One demonstration authority for all tests of seals: making RSA keys is the slow part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from kencho.foundation.typesetting import Notice, render
from kencho.records.seals import SealCertificate, Sealer
from kencho.records.seals.demo_ca import DemoCa

JST = timezone(timedelta(hours=9))
AT = datetime(2026, 4, 17, 10, 23, 45, tzinfo=JST)
BEFORE = AT - timedelta(days=30)

NOTICE: Notice = {
    "number": "三重県指令環共第08-0123号",
    "date": "令和8年4月17日",
    "addressee": {"name": "葛城　花子", "honorific": "様"},
    "sender": {"post": "三重県知事", "name": "伊勢　太郎"},
    "title": "決定通知書",
    "body": ["申請のあった許可については、許可することに決定したので通知します。"],
    "seal": {"signer": "三重県知事", "verify_url": "https://denshi.example.jp/verify"},
}


@dataclass(frozen=True)
class Office:
    """What a test of seals needs: an authority, a governor's certificate, a letter and the sealed letter."""

    ca: DemoCa
    directory: Path
    governor: SealCertificate
    timestamping: SealCertificate
    letter: bytes
    sealed: bytes


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    directory = tmp_path_factory.mktemp("seals") / "ca"
    ca = DemoCa.create(directory, at=BEFORE, key_bits=2048)
    governor = ca.issue_office(
        file_name="governor", common_name="三重県知事", organization="三重県", at=BEFORE, key_bits=2048
    )
    letter = render("notice", NOTICE, created_at=AT)
    return Office(
        ca=ca,
        directory=directory,
        governor=governor,
        timestamping=ca.issue_timestamper(file_name="timestamping", at=BEFORE),
        letter=letter,
        sealed=Sealer.of(governor).seal(letter, reason="決定通知書の発出", at=AT),
    )

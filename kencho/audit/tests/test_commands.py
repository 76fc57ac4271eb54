"""``kencho audit`` says in Japanese what it found, and ends with 1 when something is wrong."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kencho.audit import guards, services
from kencho.audit.models import Entry, Seal
from kencho.audit.tests.people import AT, sealed_log, write

pytestmark = pytest.mark.django_db


def say(*words: object, **options: object) -> str:
    out = StringIO()
    call_command("audit", *map(str, words), stdout=out, **options)
    return out.getvalue()


def test_an_empty_log() -> None:
    assert "新しく封印する記録はありません" in say("seal")
    assert "書き換え・削除・追加はありません" in say("verify")
    with pytest.raises(CommandError, match="まだ封印がありません"):
        say("head")


def test_seal_head_and_verify_with_a_kept_hash() -> None:
    write(1)
    assert "封印 1: 記録 1 件" in say("seal")
    head = say("head").strip()
    assert head == f"1:{Seal.objects.get().hash}"
    assert "書き換え・削除・追加はありません" in say("verify", "--expect", head)
    with pytest.raises(SystemExit):
        say("verify", "--expect", "1:" + "ab" * 32)
    with pytest.raises(CommandError, match="封印番号:ハッシュ"):
        say("verify", "--expect", "nonsense")


def test_damage_is_named_and_sealing_stops() -> None:
    sealed_log(6, 3, 1)
    first = Entry.objects.order_by("pk")[0].pk
    with guards.lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET action = 'x' WHERE id = %s", [first])
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [first + 1])
        cursor.execute("UPDATE audit_head SET number = 9")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", stdout=out)
    assert ended.value.code == 1
    text = out.getvalue()
    assert f"記録 {first} は、封印した後に書き換えられています（封印 1 の 1 番目）。" in text
    assert f"記録 {first + 1} は、封印した後に消されています（封印 1 の 2 番目）。" in text
    assert "問題が" in text
    with pytest.raises(CommandError, match="封印の連なりが書き換えられている"):
        say("seal")


def test_a_wrong_secret_is_suspected(settings: object) -> None:
    sealed_log(6, 3, 1)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]  # pytest-django's settings take any name
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit", "verify", stdout=out)
    assert "秘密の値" in out.getvalue()


def test_prove_and_check(tmp_path: Path) -> None:
    write(7)
    with pytest.raises(CommandError, match="まだ封印されていません"):
        say("prove", "令8-7")
    list(services.seal_all(at=AT))
    file = tmp_path / "proof.json"
    assert "1 件の証明" in say("prove", "令8-7", "--out", file)
    text = say("check-proof", file)
    assert "証明は正しいです: 令8-7" in text
    assert "申請が出された" in text
    assert say("prove", "--entry", Entry.objects.get().pk).startswith("{")
    file.write_text(file.read_text().replace("令8-7", "令8-8"))
    with pytest.raises(CommandError, match="封印に入っていません"):
        say("check-proof", file)
    file.write_bytes(b"\xff")
    with pytest.raises(CommandError, match="読めません"):
        say("check-proof", file)


def test_prove_wants_one_way_of_choosing() -> None:
    with pytest.raises(CommandError, match="どちらか一つ"):
        say("prove")
    with pytest.raises(CommandError, match="この番号の記録はありません"):
        say("prove", "令8-404")

"""A backup made while people work comes back elsewhere: every acknowledged row, every file, an unbroken audit log."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from kencho.audit import services as audit
from kencho.audit.models import Entry, Head
from kencho.files import store
from kencho.files.models import StoredFile
from kencho.foundation import backup, clock
from kencho.foundation.actors import system
from kencho.organization.models import Body
from kencho.organization.testing import make_body

pytestmark = pytest.mark.django_db(transaction=True)


class Office:
    """Clerks who hand in files and acts without pause; ``acknowledged`` holds what they were told is stored."""

    def __init__(self, body: Body) -> None:
        self.body, self.stopping, self.acknowledged, self.failures = body, threading.Event(), [], []  # type: ignore[var-annotated]  # lists of two kinds
        self.threads = [threading.Thread(target=self._work, args=(number,)) for number in range(3)]

    def __enter__(self) -> "Office":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _work(self, number: int) -> None:
        try:
            count = 0
            while not self.stopping.is_set():
                count += 1
                self._hand_in(number, count)
        except Exception as error:  # noqa: BLE001  # a failure of a thread must reach the test
            self.failures.append(error)
        finally:
            connections.close_all()

    def _hand_in(self, number: int, count: int) -> None:
        content, now = f"{number}-{count}".encode() * 50, clock.now()
        digest, size = f"{number:032x}{count:032x}", len(content)
        row = StoredFile(body=self.body, digest=digest, size=size, kind="pdf", created_at=now)
        store.put(row.key, content)
        with transaction.atomic():
            row.save()
            audit.record("files.upload.receive", row, by=system("test"), at=now, label=digest)
            if count % 5 == 0:
                list(audit.seal_all(at=now, limit=7))
        self.acknowledged.append((digest, row.key, content))


@pytest.fixture
def office(settings: object, tmp_path: Path) -> Iterator[Office]:
    settings.FILES_DIR = tmp_path / "live/files"  # type: ignore[attr-defined]  # pytest-django's settings take any name
    settings.SEALS_DIR = tmp_path / "live/seals"  # type: ignore[attr-defined]  # as above
    store.storage.cache_clear()
    yield Office(make_body())
    store.storage.cache_clear()


def _made_meanwhile(office: Office, target: Path) -> tuple[Path, list[tuple[str, str, bytes]]]:
    with office:
        deadline = time.monotonic() + 30
        while len(office.acknowledged) < 20 and time.monotonic() < deadline:
            time.sleep(0.01)
        before = list(office.acknowledged)
        archive, _manifest = backup.make(target, at=datetime.now(UTC))
        time.sleep(0.05)
    assert office.failures == []
    assert len(before) >= 20
    return archive, before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the embedded database")
def test_embedded(office: Office, tmp_path: Path) -> None:
    archive, before = _made_meanwhile(office, tmp_path / "backups")
    assert len(office.acknowledged) > len(before), "nobody worked while the backup was made"
    out, into = StringIO(), tmp_path / "restored"
    call_command("restore", str(archive), into=into, stdout=out)
    assert "書き換え・削除・追加はありません" in out.getvalue()
    with closing(sqlite3.connect(into / "kencho.sqlite3")) as copy:
        kept = {digest for (digest,) in copy.execute("SELECT digest FROM files_storedfile")}
        labels = {label for (label,) in copy.execute("SELECT subject_label FROM audit_entry")}
    assert {digest for digest, _key, _content in before} <= kept
    assert kept == labels
    contents = {digest: (key, content) for digest, key, content in office.acknowledged}
    for digest in kept & contents.keys():
        key, content = contents[digest]
        assert (into / "files" / key).read_bytes() == content
    with pytest.raises(CommandError, match="すでにあります"):
        call_command("restore", str(archive), into=into)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the embedded database")
def test_a_log_that_was_damaged_before_the_backup_is_told(office: Office, tmp_path: Path) -> None:
    from kencho.audit import guards

    audit.record("files.upload.receive", Head(pk=1), by=system("test"), at=clock.now())
    with guards.lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET action = 'x'")
    archive, _manifest = backup.make(tmp_path / "b.tar", at=clock.now())
    with pytest.raises(CommandError, match="監査記録に問題があります"):
        call_command("restore", str(archive), into=tmp_path / "restored", stdout=StringIO())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the database server")
def test_server(office: Office, tmp_path: Path) -> None:
    archive, before = _made_meanwhile(office, tmp_path / "backups")
    given = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored_copy")
        cursor.execute("CREATE DATABASE restored_copy")
    query = urlencode({"host": str(given["HOST"])})
    environment = {
        **os.environ,
        "KENCHO_VAR": str(tmp_path / "restored"),
        "KENCHO_DATABASE_URL": f"postgresql://{given['USER']}@/restored_copy?{query}",
    }
    command = [sys.executable, "manage.py", "restore", str(archive), "--into", str(tmp_path / "restored")]
    for more, code in (([], 0), ([], 1), (["--force"], 0)):
        done = subprocess.run(
            [*command, *more],
            cwd=django_settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
    assert "書き換え・削除・追加はありません" in done.stdout
    script = (
        "from kencho.files.models import StoredFile as S; from kencho.audit import guards; "
        "from django.db import connection; assert guards.missing(connection) == []; "
        "print(*S.objects.values_list('digest', flat=True))"
    )
    shown = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    kept = set(shown.stdout.split())
    assert {digest for digest, _key, _content in before} <= kept
    for digest, key, content in office.acknowledged:
        if digest in kept:
            assert (tmp_path / "restored/files" / key).read_bytes() == content
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE restored_copy")
    assert Entry.objects.exists()

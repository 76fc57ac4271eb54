"""Folders and mailboxes: what arrived whole is kept before anything changes there, whatever dies in between."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from kencho.applications.testing import AT
from kencho.intake import services
from kencho.intake.inlets import InletFailed
from kencho.intake.inlets.folder import root_of
from kencho.intake.models import ScanBatch, ScanInlet, Source
from kencho.intake.services import _inlets
from kencho.intake.tests.conftest import DAY, SYSTEM
from kencho.intake.tests.fake import scan
from kencho.intake.tests.imap_server import Letter, Mailbox, start
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, desk, grant

MINUTE = timedelta(minutes=1)


@pytest.fixture
def root(settings: Any, tmp_path: Path) -> Path:
    settings.INTAKE_FOLDER = tmp_path / "intake"
    return tmp_path / "intake" / "desk"


def make_inlet(cast: Cast, kind: str, place: str, **more: Any) -> ScanInlet:
    if not cast.chief.roles.exists():
        grant(cast.chief, RoleAssignment.Role.SYSTEM_ADMIN)
    return services.save_inlet(
        body=cast.body,
        division=cast.division,
        kind=kind,
        name="複合機",
        place=place,
        by=desk(cast.chief, DAY).actor,
        at=AT,
        **more,
    )


def visit(inlet: ScanInlet, minutes: int) -> services.InletRun:
    inlet.refresh_from_db()
    return services.check_inlet(inlet=inlet, by=SYSTEM, at=AT + minutes * MINUTE)


def test_a_file_is_taken_when_it_has_stopped_growing(cast: Cast, root: Path) -> None:
    inlet = make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    root.mkdir(parents=True)
    path = root / "a.tif"
    path.write_bytes(scan(1)[:100])
    assert visit(inlet, 1) == services.InletRun(0, 0, 1)
    path.write_bytes(scan(1))
    assert visit(inlet, 2) == services.InletRun(0, 0, 1)
    assert visit(inlet, 3) == services.InletRun(1, 0, 0)
    batch = ScanBatch.objects.get()
    assert (batch.source, batch.name, batch.arrived_on) == (Source.FOLDER, "a.tif", DAY)
    assert not path.exists()
    assert (root / "done" / f"{batch.digest[:16]}-a.tif").is_file()
    assert visit(inlet, 4) == services.InletRun(0, 0, 0)


def test_what_is_no_scan_is_on_the_list_and_put_aside(cast: Cast, root: Path) -> None:
    inlet = make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    root.mkdir(parents=True)
    (root / "memo.txt").write_text("メモ", encoding="utf-8")
    (root / "empty.pdf").write_bytes(b"")
    visit(inlet, 1)
    assert visit(inlet, 2) == services.InletRun(0, 2, 0)
    assert set(ScanBatch.objects.values_list("state", "refusal")) == {
        ("refused", "kind"),
        ("refused", "empty_file"),
    }
    assert len(list((root / "refused").iterdir())) == 2


def test_a_death_between_keeping_and_moving_takes_nothing_in_twice(
    cast: Cast, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inlet = make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    root.mkdir(parents=True)
    (root / "a.tif").write_bytes(scan(1))
    visit(inlet, 1)

    def dies(*_anything: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            visit(inlet, 2)
    assert ScanBatch.objects.count() == 1
    assert (root / "a.tif").exists()
    assert visit(inlet, 3) == services.InletRun(1, 0, 0)
    assert ScanBatch.objects.count() == 1


def test_links_and_half_named_files_are_left(cast: Cast, root: Path, tmp_path: Path) -> None:
    inlet = make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    root.mkdir(parents=True)
    secret = tmp_path / "secret.tif"
    secret.write_bytes(scan(1))
    (root / "link.tif").symlink_to(secret)
    (root / ".hidden.tif").write_bytes(scan(1))
    (root / "x.tif.part").write_bytes(scan(1))
    os.mkfifo(root / "pipe.tif")
    visit(inlet, 1)
    assert visit(inlet, 2) == services.InletRun(0, 0, 0)


@pytest.mark.parametrize("place", ["", ".", "..", "../x", "/etc", "a/../../x"])
def test_a_folder_is_below_the_inlets_folder(root: Path, place: str) -> None:
    with pytest.raises(InletFailed):
        root_of(place)


def test_what_was_put_aside_goes_with_the_original(cast: Cast, root: Path) -> None:
    inlet = make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    root.mkdir(parents=True)
    (root / "a.tif").write_bytes(scan(1))
    visit(inlet, 1)
    visit(inlet, 2)
    assert list((root / "done").iterdir())
    ScanBatch.objects.update(upload=None)
    visit(inlet, 3)
    assert not list((root / "done").iterdir())


def test_only_administrators_set_inlets(cast: Cast, root: Path) -> None:
    with pytest.raises(PermissionDenied):
        services.save_inlet(
            body=cast.body,
            division=cast.division,
            kind=ScanInlet.Kind.FOLDER,
            name="x",
            place="desk",
            by=desk(cast.clerk, DAY).actor,
            at=AT,
        )
    make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    with pytest.raises(services.UnableTo) as refused:
        make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    assert refused.value.reason == services.Reason.PLACE_TAKEN


def letter(*attachments: tuple[str, str, bytes], text: str = "スキャンです") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.jp", "b@example.jp", "scan"
    message.set_content(text)
    for name, kind, content in attachments:
        main, _slash, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


@pytest.fixture
def mail(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Cast], tuple[Mailbox, ScanInlet]]]:
    """A mailbox on a server of its own, and the inlet that reads it."""
    box = Mailbox()
    server, certificate = start(tmp_path, box)
    settings.INTAKE_MAIL_CA = str(certificate)
    monkeypatch.setenv("KENCHO_INTAKE_SECRET_240001_MFP", box.password)

    def make(cast: Cast) -> tuple[Mailbox, ScanInlet]:
        place = f"localhost:{server.server_address[1]}/INBOX"
        return box, make_inlet(cast, ScanInlet.Kind.MAIL, place, account=box.account, credential="MFP")

    yield make
    server.shutdown()
    server.server_close()


Mail = Callable[[Cast], tuple[Mailbox, ScanInlet]]


def test_attachments_are_taken_and_the_message_is_marked(cast: Cast, mail: Mail) -> None:
    box, inlet = mail(cast)
    box.letters = [
        Letter(letter(("a.tif", "image/tiff", scan(1)), ("b.tif", "image/tiff", scan(2, mark=3)))),
        Letter(letter()),
        Letter(letter(("old.tif", "image/tiff", scan(1, mark=9))), {"\\Seen"}),
    ]
    assert visit(inlet, 1) == services.InletRun(2, 1, 0)
    kept = ScanBatch.objects.exclude(state=ScanBatch.State.REFUSED)
    assert sorted(kept.values_list("name", flat=True)) == ["a.tif", "b.tif"]
    assert [each.flags for each in box.letters] == [{"\\Seen"}, {"\\Seen", "\\Flagged"}, {"\\Seen"}]
    assert visit(inlet, 2) == services.InletRun(0, 0, 0)


def test_a_message_is_not_marked_before_all_of_it_is_kept(
    cast: Cast, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, inlet = mail(cast)
    box.letters = [Letter(letter(("a.tif", "image/tiff", scan(1)), ("b.tif", "image/tiff", scan(2, mark=3))))]
    real = services.receive_scan

    def dies_at_the_second(**told: Any) -> Any:
        if told["name"] == "b.tif":
            raise KeyboardInterrupt
        return real(**told)

    with monkeypatch.context() as patched:
        patched.setattr(_inlets, "receive_scan", dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            visit(inlet, 1)
    assert box.letters[0].flags == set()
    assert visit(inlet, 2) == services.InletRun(2, 0, 0)
    assert box.letters[0].flags == {"\\Seen"}
    assert ScanBatch.objects.count() == 2


def test_mail_without_a_usable_attachment_is_on_the_list_once_with_what_to_do(
    cast: Cast, mail: Mail, client_of: Callable[[StaffMember], Client]
) -> None:
    box, inlet = mail(cast)
    box.letters = [
        Letter(letter(text="スキャンを送ります")),
        Letter(letter(("a.tif", "image/tiff", scan(1))), size=10**12),
        Letter(letter(("memo.docx", "application/msword", b"x"))),
        Letter(letter(("b.tif", "image/tiff", scan(1)))),
    ]
    # The server dies before the mark is set: the message is found again, and told of once.
    box.dies_at = "STORE"
    assert visit(inlet, 1).problem
    box.dies_at = ""
    assert visit(inlet, 2) == services.InletRun(1, 3, 0)
    assert dict(ScanBatch.objects.filter(state=ScanBatch.State.REFUSED).values_list("refusal", "name")) == {
        "no_attachment": "メール（2026/06/01 10:02:03に受信）",
        "mail_too_large": "メール（2026/06/01 11:02:03に受信）",
        "kind": "memo.docx",
    }
    assert all("\\Seen" in each.flags for each in box.letters)
    assert visit(inlet, 3) == services.InletRun(0, 0, 0)

    client = client_of(cast.clerk)
    listed = client.get(reverse("intake:scan_list"), {"state": "problem"}).content.decode()
    assert "メール（2026/06/01 10:02:03に受信）" in listed
    row = ScanBatch.objects.get(refusal="no_attachment")
    page = client.get(reverse("intake:batch", args=[row.pk])).content.decode()
    assert "添付のないメール" in page
    assert "重要の印の付いたこの時刻のメール" in page
    # Who wrote, and what, is nowhere.
    assert "スキャンを送ります" not in page
    assert "a@example.jp" not in page


def test_a_connection_that_breaks_is_told_and_tried_again(cast: Cast, mail: Mail) -> None:
    box, inlet = mail(cast)
    box.letters = [Letter(letter(("a.tif", "image/tiff", scan(1))))]
    box.dies_at = "STORE"
    assert visit(inlet, 1).problem
    inlet.refresh_from_db()
    assert inlet.problem
    box.dies_at = ""
    assert visit(inlet, 2) == services.InletRun(1, 0, 0)
    inlet.refresh_from_db()
    assert (inlet.problem, ScanBatch.objects.count()) == ("", 1)


def test_a_wrong_password_and_an_unknown_certificate_are_told_without_secrets(
    cast: Cast, mail: Mail, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    box, inlet = mail(cast)
    monkeypatch.setenv("KENCHO_INTAKE_SECRET_240001_MFP", "wrong password")
    problem = visit(inlet, 1).problem
    assert "メールサーバー" in problem
    assert "wrong" not in problem
    monkeypatch.setenv("KENCHO_INTAKE_SECRET_240001_MFP", box.password)
    settings.INTAKE_MAIL_CA = ""
    assert "メールサーバー" in visit(inlet, 2).problem
    monkeypatch.delenv("KENCHO_INTAKE_SECRET_240001_MFP")
    assert "暗証「KENCHO_INTAKE_SECRET_240001_MFP」がありません" in visit(inlet, 3).problem


def test_the_secret_is_read_from_a_file_too(
    cast: Cast, mail: Mail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    box, inlet = mail(cast)
    kept = tmp_path / "secret"
    kept.write_text(f"{box.password}\n", encoding="utf-8")
    monkeypatch.delenv("KENCHO_INTAKE_SECRET_240001_MFP")
    monkeypatch.setenv("KENCHO_INTAKE_SECRET_240001_MFP_FILE", str(kept))
    box.letters = [Letter(letter(("a.tif", "image/tiff", scan(1))))]
    assert visit(inlet, 1).taken == 1


def test_a_mailbox_without_a_secret_is_not_saved(cast: Cast) -> None:
    with pytest.raises(services.UnableTo) as refused:
        make_inlet(cast, ScanInlet.Kind.MAIL, "localhost:993/INBOX", account="x", credential="NOTHING")
    assert refused.value.reason == services.Reason.NO_SECRET
    assert "KENCHO_INTAKE_SECRET_240001_NOTHING" in refused.value.message


def test_another_bodys_folders_and_secrets_are_out_of_reach(
    cast: Cast, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENCHO_INTAKE_SECRET_240001_BOX", "x")
    make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    make_inlet(cast, ScanInlet.Kind.MAIL, "mail.example.jp:993/INBOX", account="a", credential="BOX")
    foreigner = cast.other_body_clerk
    grant(foreigner, RoleAssignment.Role.SYSTEM_ADMIN)
    theirs = desk(foreigner, DAY)
    for kind, place, credential in (
        (ScanInlet.Kind.FOLDER, "desk", ""),
        (ScanInlet.Kind.FOLDER, "other/../desk", ""),
        (ScanInlet.Kind.FOLDER, "desk/below", ""),
        (ScanInlet.Kind.FOLDER, "desk/done", ""),
        (ScanInlet.Kind.MAIL, "evil.example.org:993/INBOX", "BOX"),
    ):
        with pytest.raises(services.UnableTo):
            services.save_inlet(
                body=theirs.body, division=theirs.division, kind=kind, name="複合機", place=place,
                credential=credential, by=theirs.actor, at=AT,
            )  # fmt: skip
    assert ScanInlet.objects.count() == 2
    # The same reference means another secret there.
    monkeypatch.setenv("KENCHO_INTAKE_SECRET_242012_BOX", "y")
    made = services.save_inlet(
        body=theirs.body, division=theirs.division, kind=ScanInlet.Kind.MAIL, name="複合機",
        place="mail.example.org:993/INBOX", account="b", credential="BOX", by=theirs.actor, at=AT,
    )  # fmt: skip
    assert made.body == theirs.body


def test_shelves_that_are_links_are_neither_emptied_nor_filled(
    cast: Cast, root: Path, tmp_path: Path, settings: Any
) -> None:
    settings.INTAKE_ORIGINAL_DAYS = -1
    inlet = make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    root.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_bytes(b"x")
    (root / "refused").symlink_to(elsewhere)
    (root / "done").symlink_to(elsewhere)
    (root / "a.tif").write_bytes(scan(1))
    visit(inlet, 1)
    assert visit(inlet, 2).problem
    assert [each.name for each in elsewhere.iterdir()] == ["precious"]


def test_one_file_that_cannot_be_opened_keeps_no_other_out(
    cast: Cast, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inlet = make_inlet(cast, ScanInlet.Kind.FOLDER, "desk")
    root.mkdir(parents=True)
    (root / "a.tif").write_bytes(scan(1))
    (root / f"{'b' * 251}.tif").write_bytes(scan(2))
    opened = os.open

    def closed_to_us(path: Any, *more: Any, **also: Any) -> int:
        if str(path).endswith("a.tif"):
            raise PermissionError
        return opened(path, *more, **also)

    visit(inlet, 1)
    monkeypatch.setattr(os, "open", closed_to_us)
    run = visit(inlet, 2)
    assert (run.taken, "a.tif" in run.problem) == (1, True)

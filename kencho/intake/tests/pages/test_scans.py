"""The list of scans, putting files in, one batch and one page."""

import io
from collections.abc import Callable
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.applications.samples import sample_pdf
from kencho.applications.testing import publish
from kencho.foundation import clock
from kencho.foundation.models import Task
from kencho.intake.engine.shapes import Refusal
from kencho.intake.models import FieldResult, ScanBatch, ScanPage, Sheet
from kencho.intake.tests.pages import papers
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion

ClientOf = Callable[[StaffMember], Client]
LIST, UPLOAD = reverse("intake:scan_list"), reverse("intake:scan_upload")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def pdf(name: str = "一枚目.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sample_pdf() + more, content_type="application/pdf")


class TestList:
    """The division's batches."""

    def test_an_empty_list_says_what_to_do_next(self, cast: Cast, client_of: ClientOf) -> None:
        page = text(client_of(cast.clerk), LIST)
        assert "取り込んだ紙はまだありません" in page
        assert page.count(reverse("intake:template_list")) >= 2

    def test_progress_refusals_and_work_are_seen(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        batch = papers.receive(cast, pages=3)
        papers.read(cast, version, batch=batch, doubtful={"amount": []})
        papers.refuse(batch, 2, Refusal.BLACK)
        page = text(client_of(cast.clerk), LIST)
        assert "2 / 3" in page
        assert "1件のうち1件" in page
        assert 'class="tag tag--danger">1</span>' in page
        assert reverse("intake:scan_state") in page

    def test_other_divisions_have_their_own(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        papers.receive(cast)
        for stranger in (cast.other_division_clerk, cast.other_body_clerk, cast.governor):
            assert "スキャン0001.pdf" not in text(client_of(stranger), LIST)

    def test_conditions_narrow(self, cast: Cast, client_of: ClientOf) -> None:
        good, bad = papers.receive(cast), papers.receive(cast)
        papers.refuse(bad, 1, Refusal.BLACK)
        client = client_of(cast.clerk)
        found = text(client, f"{LIST}?state=problem")
        assert reverse("intake:batch", args=[bad.pk]) in found
        assert reverse("intake:batch", args=[good.pk]) not in found
        assert "条件に合う束はありません" in text(client, f"{LIST}?state=refused")
        assert "条件に合う束はありません" in text(client, f"{LIST}?arrived_on=2026-05-01")
        assert reverse("intake:batch", args=[good.pk]) in text(client, f"{LIST}?state=nonsense")

    def test_the_number_of_queries_does_not_grow(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        papers.read(cast, version, doubtful={"amount": []})
        text(client, LIST)
        with CaptureQueriesContext(connection) as few:
            text(client, LIST)
        for _n in range(4):
            papers.refuse(papers.receive(cast), 1, Refusal.BLACK)
            papers.receive(cast)
        with CaptureQueriesContext(connection) as many:
            text(client, LIST)
        assert len(many) == len(few)

    def test_the_script_asks_how_far_it_is(self, cast: Cast, client_of: ClientOf) -> None:
        batch = papers.receive(cast, pages=2)
        papers.refuse(batch, 1, Refusal.BLACK)
        client = client_of(cast.clerk)
        one = reverse("intake:batch_state", args=[batch.pk])
        for address in (reverse("intake:scan_state"), one):
            now = client.get(address).json()
            assert (now["done"], now["total"], now["finished"]) == (1, 2, False)
        papers.refuse(batch, 2, Refusal.BLACK)
        over = client.get(one).json()
        assert (over["finished"], over["url"]) == (True, reverse("intake:batch", args=[batch.pk]))


class TestUpload:
    """Putting files in."""

    def fields(self, *files: SimpleUploadedFile, **changes: object) -> dict[str, object]:
        today = clock.day_of(clock.now()).isoformat()
        return {"scans": list(files), "channel": "counter", "arrived_on": today, **changes}

    def test_a_file_becomes_a_batch_that_waits_for_the_reader(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        answer = client_of(cast.clerk).post(UPLOAD, self.fields(pdf()))
        batch = ScanBatch.objects.get()
        assert answer["Location"] == reverse("intake:batch", args=[batch.pk])
        assert (batch.name, batch.channel, batch.division) == ("一枚目.pdf", "counter", cast.division)
        assert Task.objects.filter(name="intake.read_batch").count() == 1

    def test_several_at_once_and_the_same_again(self, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        answer = client.post(UPLOAD, self.fields(pdf(), pdf("二枚目.pdf", b"% 2\n")))
        assert answer["Location"] == LIST
        assert ScanBatch.objects.count() == 2
        again = client.post(UPLOAD, self.fields(pdf("三枚目.pdf")), follow=True)
        assert ScanBatch.objects.count() == 2
        assert "前に取り込んだものと同じファイルです" in again.content.decode()

    def test_what_cannot_be_read_is_named_and_the_rest_is_taken(
        self, cast: Cast, client_of: ClientOf
    ) -> None:
        empty = SimpleUploadedFile("空.pdf", b"")
        word = SimpleUploadedFile("文書.docx", b"PK\x03\x04" + b"0" * 40)
        client = client_of(cast.clerk)
        answer = client.post(UPLOAD, self.fields(pdf(), word))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "文書.docx：" in page, page[page.find("error-summary") :][:600]
        assert ScanBatch.objects.count() == 1
        assert client.post(UPLOAD, self.fields(empty)).status_code == 422

    def test_a_day_to_come_is_no_day_of_arrival(self, cast: Cast, client_of: ClientOf) -> None:
        tomorrow = (clock.day_of(clock.now()) + timedelta(days=1)).isoformat()
        answer = client_of(cast.clerk).post(UPLOAD, self.fields(pdf(), arrived_on=tomorrow))
        assert "今日か、それより前の日にしてください" in answer.content.decode()
        assert not ScanBatch.objects.exists()

    def test_the_procedure_is_one_of_the_division(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        code = version.procedure.code
        client_of(cast.clerk).post(UPLOAD, self.fields(pdf(), procedure=code))
        assert ScanBatch.objects.get().procedure == version.procedure
        answer = client_of(cast.other_division_clerk).post(UPLOAD, self.fields(pdf(), procedure=code))
        assert answer.status_code == 422


class TestBatch:
    """One batch: its pages, what is wrong with them, and what can be done."""

    def test_each_page_says_what_became_of_it(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        batch = papers.receive(cast, pages=3)
        sheet = papers.read(cast, version, batch=batch, doubtful={"amount": []})
        papers.refuse(batch, 2, Refusal.CORNERS_MISSING)
        client = client_of(cast.clerk)
        page = text(client, reverse("intake:batch", args=[batch.pk]))
        assert "角が写っていない" in page
        assert "スキャンし直してください" in page
        assert page.count("thumbnail.png") == 2
        assert reverse("intake:sheet", args=[sheet.pk]) in page

    def test_the_number_of_queries_does_not_grow(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        batch = papers.receive(cast, pages=8)
        client, address = client_of(cast.clerk), reverse("intake:batch", args=[batch.pk])
        papers.read(cast, version, batch=batch, doubtful={"amount": []})
        text(client, address)
        with CaptureQueriesContext(connection) as few:
            text(client, address)
        for number in range(2, 7):
            papers.read(cast, version, batch=batch, page=number, doubtful={"amount": []})
        papers.refuse(batch, 7, Refusal.BLACK)
        with CaptureQueriesContext(connection) as many:
            text(client, address)
        assert len(many) == len(few)

    def test_a_refused_page_is_read_again_or_set_aside(self, cast: Cast, client_of: ClientOf) -> None:
        batch = papers.receive(cast, pages=2)
        crashed, black = papers.refuse(batch, 1, Refusal.CRASHED), papers.refuse(batch, 2, Refusal.BLACK)
        client = client_of(cast.clerk)
        again = reverse("intake:page_again", args=[crashed.pk])
        assert again in text(client, reverse("intake:page", args=[crashed.pk]))
        client.post(again)
        crashed.refresh_from_db()
        assert crashed.state == ScanPage.State.WAITING
        client.post(reverse("intake:page_set_aside", args=[black.pk]))
        black.refresh_from_db()
        assert black.state == ScanPage.State.SET_ASIDE
        # Done a second time, it says why not instead of failing.
        answer = client.post(again, follow=True)
        assert "いまの状態では、この操作はできません" in answer.content.decode()

    def test_the_procedure_is_named_for_paper_that_does_not_say(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        batch = papers.receive(cast)
        page = papers.refuse(batch, 1, Refusal.UNKNOWN_FORM)
        client = client_of(cast.clerk)
        assert "この様式の枠を作る" in text(client, reverse("intake:page", args=[page.pk]))
        name = reverse("intake:batch_name_procedure", args=[batch.pk])
        assert "手続を選んでください" in client.post(name, {}, follow=True).content.decode()
        client.post(name, {"procedure": version.procedure.code})
        batch.refresh_from_db()
        page.refresh_from_db()
        assert batch.procedure == version.procedure
        assert page.state == ScanPage.State.WAITING

    def test_a_refused_file_says_why(self, cast: Cast, client_of: ClientOf) -> None:
        batch = papers.receive(cast)
        batch.pages.all().delete()
        ScanBatch.objects.update(state=ScanBatch.State.REFUSED, refusal=Refusal.ENCRYPTED, pages_total=0)
        page = text(client_of(cast.clerk), reverse("intake:batch", args=[batch.pk]))
        assert "パスワードを外して" in page


class TestSorting:
    """Sheets whose pages are not all there."""

    def test_a_sheet_goes_on_as_it_is(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        sheet = papers.read(cast, version, doubtful={"amount": []})
        Sheet.objects.update(state=Sheet.State.INCOMPLETE, problem="2ページ目がありません。")
        client = client_of(cast.clerk)
        page = text(client, reverse("intake:batch", args=[sheet.batch_id]))
        assert "2ページ目がありません。" in page
        client.post(reverse("intake:sheet_accept_pages", args=[sheet.pk]))
        sheet.refresh_from_db()
        assert sheet.state == Sheet.State.VERIFYING

    def test_a_page_moves_within_its_batch_only(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        sheet = papers.read(cast, version, doubtful={"amount": []})
        elsewhere = papers.read(cast, version, doubtful={"amount": []})
        Sheet.objects.update(state=Sheet.State.INCOMPLETE)
        page = sheet.pages.get()
        client = client_of(cast.clerk)
        move = reverse("intake:page_move", args=[page.pk])
        for wrong in (str(elsewhere.pk), "", "x"):
            assert client.post(move, {"sheet": wrong}).status_code == 404


def test_a_page_that_is_no_form_becomes_a_document(cast: Cast, client_of: ClientOf) -> None:
    paper = {
        "id": "paper",
        "type": "attachment",
        "label": "会場の図面",
        "kinds": ["pdf"],
        "max_bytes": 9000000,
    }
    page = {**papers.PAGE, "items": [*papers.PAGE["items"], paper]}
    version = publish(cast, "sponsorship-approval", identity="none", pages=[page], documents=[])
    batch = papers.receive(cast, pages=2)
    sheet = papers.read(cast, version, batch=batch, doubtful={"amount": []})
    drawing = papers.refuse(batch, 2, Refusal.UNKNOWN_FORM)
    client, enclose = client_of(cast.clerk), reverse("intake:page_enclose", args=[drawing.pk])
    assert "1件目の「会場の図面」" in text(client, reverse("intake:page", args=[drawing.pk]))
    assert client.post(enclose, {"document": "x"}).status_code == 404
    client.post(enclose, {"document": f"{sheet.pk}:paper"})
    drawing.refresh_from_db()
    assert (drawing.state, drawing.sheet, drawing.enclosed_as) == (ScanPage.State.ENCLOSED, sheet, "paper")


def test_what_needs_nobody_is_registered_together(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    sheet = papers.read(cast, version)
    sheet.fields.update(state=FieldResult.State.PASSED)
    Sheet.objects.update(state=Sheet.State.READY)
    client = client_of(cast.clerk)
    assert "まとめて登録する" in text(client, LIST)
    answer = client.post(reverse("intake:register_ready"), follow=True)
    assert "1件を登録しています。" in answer.content.decode()
    assert Task.objects.filter(name="intake.register_sheet").count() == 1


def test_pictures_are_for_the_division_and_kept_by_no_cache(
    cast: Cast, sheet: Sheet, client_of: ClientOf
) -> None:
    from PIL import Image

    page, amount = sheet.pages.get(), papers.field(sheet, "amount")
    whole, small = (reverse(f"intake:page_{name}", args=[page.pk]) for name in ("image", "thumbnail"))
    crop = reverse("intake:field_crop", args=[sheet.pk, amount.pk])
    client = client_of(cast.clerk)
    sizes = {}
    for address in (whole, small, crop):
        answer = client.get(address)
        assert answer["Content-Type"] == "image/png"
        assert answer["Cache-Control"] == "private, no-store"
        sizes[address] = Image.open(io.BytesIO(answer.content)).size
        for stranger in (cast.other_division_clerk, cast.other_body_clerk, cast.governor):
            assert client_of(stranger).get(address).status_code == 404
    assert sizes[whole] == (papers.WIDTH, papers.HEIGHT)
    assert sizes[small][0] <= 320
    # The box and ten pixels of paper around it.
    assert sizes[crop] == (amount.crop_width + 20, amount.crop_height + 20)

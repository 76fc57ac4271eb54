"""Pages are read once, put together as they were scanned, and end on a list with a reason when they cannot be read."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kencho.applications.testing import AT
from kencho.files.models import StoredFile, Upload
from kencho.foundation import clock, queue
from kencho.foundation.models import Task
from kencho.intake import queries, reading, services, tasks
from kencho.intake.engine.shapes import PageReading, Refusal
from kencho.intake.models import FieldResult, ScanBatch, ScanPage, Sheet
from kencho.intake.services._grouping import group
from kencho.intake.tests.conftest import DAY, Pile, work_off
from kencho.intake.tests.fake import png, scan
from kencho.organization.testing import desk

State = ScanPage.State


def test_the_same_file_gives_the_first_batch(pile: Pile) -> None:
    first = pile.take_in(2)
    pile.marks -= 1
    again = pile.take_in(2)
    assert again == first
    assert ScanBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", services.Reason.EMPTY),
        (b"PK\x03\x04 not a scan", services.Reason.UNSAFE),
        (b"a,b\n1,2\n", services.Reason.KIND),
    ],
)
def test_what_is_no_scan_is_refused_at_once(pile: Pile, content: bytes, reason: str) -> None:
    with pytest.raises(services.UnableTo) as refused:
        services.receive_scan(
            body=pile.cast.body,
            division=pile.cast.division,
            file=io.BytesIO(content),
            name="x",
            arrived_on=DAY,
            by=pile.by(pile.cast.clerk),
            at=AT,
        )
    assert refused.value.reason == reason
    assert refused.value.message
    assert not ScanBatch.objects.exists()


def test_a_day_to_come_and_strangers_are_refused(pile: Pile) -> None:
    with pytest.raises(services.UnableTo) as refused:
        pile.take_in(1, arrived_on=DAY + timedelta(days=1))
    assert refused.value.reason == services.Reason.NOT_YET
    for staff in (pile.cast.other_division_clerk, pile.cast.other_body_clerk):
        with pytest.raises(PermissionDenied):
            services.receive_scan(
                body=pile.cast.body,
                division=pile.cast.division,
                file=io.BytesIO(scan(1)),
                name="x",
                arrived_on=DAY,
                by=pile.by(staff),
                at=AT,
            )


def test_a_file_that_breaks_when_it_is_opened_is_refused_on_the_list(pile: Pile) -> None:
    received = services.receive_scan(
        body=pile.cast.body,
        division=pile.cast.division,
        file=io.BytesIO(scan(1)[:-40] + b"\0" * 3),
        name="x.tif",
        arrived_on=DAY,
        by=pile.by(pile.cast.clerk),
        at=AT,
    )
    work_off(AT)
    received.batch.refresh_from_db()
    assert (received.batch.state, received.batch.refusal) == (ScanBatch.State.REFUSED, Refusal.BROKEN)
    assert list(queries.refused_batches(desk(pile.cast.clerk, DAY))) == [received.batch]


def test_each_page_is_read_once_however_often_it_is_asked_for(pile: Pile) -> None:
    pages = pile.lay_whole(1, pile.paper()) - 1
    batch = pile.read(pages)
    with clock.simulated(AT):
        for page in batch.pages.all():
            services.ask_for(page, batch, at=AT)
            services.ask_for(page, batch, at=AT)
        queue.drain(strict=True)
    assert sorted(pile.process.reads) == list(range(1, pages + 1))
    assert batch.sheets.count() == 1


def test_few_pages_are_asked_for_at_a_time_and_all_are_read(pile: Pile, settings: Any) -> None:
    settings.INTAKE_PARALLEL = 2
    for number in range(1, 8):
        pile.pages[number] = PageReading(number, is_blank=True)
    batch = pile.take_in(7)
    with clock.simulated(AT):
        tasks.read_batch(str(batch.pk))
    assert Task.objects.filter(name="intake.read_page").count() == 2
    work_off(AT)
    batch.refresh_from_db()
    assert (batch.state, batch.pages_done) == (ScanBatch.State.READ, 7)
    assert pile.process.reads == list(range(1, 8))


def test_a_page_in_the_hands_of_another_is_left_and_asked_for_again(pile: Pile) -> None:
    pile.pages[1] = PageReading(1, is_blank=True)
    batch = pile.take_in(1)
    services.open_batch(batch=batch, by=pile.by(pile.cast.clerk), at=AT)
    page = batch.pages.get()
    assert services.claim_page(page=page, at=AT) == services.Claim.MINE
    with clock.simulated(AT):
        tasks.read_page(page.pk)
    page.refresh_from_db()
    assert page.state == State.WAITING
    assert not pile.process.reads
    later = AT + timedelta(minutes=10)
    assert page.claimed_until is not None
    assert page.claimed_until < later
    work_off(later)
    page.refresh_from_db()
    assert (page.state, page.attempts) == (State.BLANK, 2)


def test_a_page_whose_reader_was_killed_is_taken_at_once(pile: Pile) -> None:
    batch = pile.take_in(1)
    services.open_batch(batch=batch, by=pile.by(pile.cast.clerk), at=AT)
    page = batch.pages.get()
    services.claim_page(page=page, at=AT)
    host = queue.worker_name().rpartition(":")[0]
    ScanPage.objects.filter(pk=page.pk).update(claimed_by=f"{host}:4194304")
    page.refresh_from_db()
    assert services.claim_page(page=page, at=AT) == services.Claim.MINE


def test_a_page_that_kills_three_readers_is_refused(pile: Pile) -> None:
    pile.pages[1] = PageReading(1, is_blank=True)
    batch = pile.take_in(1)
    services.open_batch(batch=batch, by=pile.by(pile.cast.clerk), at=AT)
    page = batch.pages.get()
    for n in range(3):
        assert services.claim_page(page=page, at=AT + timedelta(hours=n)) == services.Claim.MINE
        page.refresh_from_db()
    work_off(AT + timedelta(hours=5))
    page.refresh_from_db()
    assert (page.state, page.refusal) == (State.REFUSED, Refusal.CRASHED)
    assert not pile.process.reads
    services.read_again(page=page, by=pile.by(pile.cast.clerk), at=AT + timedelta(hours=6))
    work_off(AT + timedelta(hours=6))
    page.refresh_from_db()
    assert page.state == State.BLANK


def test_lost_tasks_are_asked_for_again(pile: Pile) -> None:
    pile.pages[1] = PageReading(1, is_blank=True)
    batch = pile.take_in(1)
    services.open_batch(batch=batch, by=pile.by(pile.cast.clerk), at=AT)
    Task.objects.filter(name="intake.read_page").delete()
    assert services.ask_again(at=AT + timedelta(minutes=5)) == 0
    assert services.ask_again(at=AT + timedelta(minutes=11)) == 1
    work_off(AT + timedelta(minutes=11))
    batch.refresh_from_db()
    assert batch.state == ScanBatch.State.READ


def test_a_stack_is_split_by_the_codes_on_its_pages(pile: Pile) -> None:
    last = pile.template.pages
    number = pile.lay_whole(1, pile.paper(1))
    pile.pages[number] = PageReading(number, is_blank=True)
    pile.lay_whole(number + 1, pile.paper(2))
    batch = pile.read(number + last)
    assert [each.state for each in batch.sheets.order_by("number")] == [Sheet.State.VERIFYING] * 2
    assert batch.pages.get(number=number).state == State.BLANK
    assert batch.sheets.get(number=2).pages.count() == last


def test_a_missing_page_is_told_and_typed_in(pile: Pile) -> None:
    assert pile.template.pages > 1
    pile.lay(1, 1, pile.paper())
    batch = pile.read(1)
    sheet = batch.sheets.get()
    missing = "、".join(str(page) for page in range(2, pile.template.pages + 1))
    assert (sheet.state, sheet.problem) == (Sheet.State.INCOMPLETE, f"{missing}ページ目がありません。")
    services.accept_pages(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.VERIFYING
    keys = {field.key for field in pile.template.fields}
    assert set(sheet.fields.values_list("key", flat=True)) == keys


def test_a_missing_page_that_comes_later_is_put_to_its_sheet(pile: Pile) -> None:
    last = pile.lay_whole(1, pile.paper()) - 1
    late = pile.pages[last]
    pile.pages[last] = PageReading(last, refusal=Refusal.TIMED_OUT)
    batch = pile.read(last)
    sheet = batch.sheets.get()
    assert sheet.state == Sheet.State.INCOMPLETE
    pile.pages[last] = late
    services.read_again(page=batch.pages.get(number=last), by=pile.by(pile.cast.clerk), at=AT)
    work_off(AT)
    page = batch.pages.get(number=last)
    services.move_page(page=page, sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.problem, sheet.pages.count()) == (Sheet.State.VERIFYING, "", last)
    assert batch.sheets.exclude(pk=sheet.pk).get().state == Sheet.State.DISCARDED


def test_a_pile_the_wrong_way_round_mixes_nobody_unseen(pile: Pile) -> None:
    """Scanned backwards, page 1 of one person is followed by page 2 of another."""
    for number, page in enumerate((2, 1, 2, 1, 2, 1), 1):
        pile.lay(number, page, pile.paper(number))
    batch = pile.read(6)
    assert {each.state for each in batch.sheets.all()} == {Sheet.State.INCOMPLETE}


def test_a_refused_first_page_explains_a_lonely_second_one(pile: Pile) -> None:
    pile.pages[1] = PageReading(1, refusal=Refusal.CORNERS_MISSING)
    pile.lay(2, 2, pile.paper())
    number = pile.lay_whole(3, pile.paper(2))
    batch = pile.read(number - 1)
    assert [each.state for each in batch.sheets.order_by("number")] == [
        Sheet.State.INCOMPLETE,
        Sheet.State.VERIFYING,
    ]


def test_sheets_are_there_before_the_batch_is_read(pile: Pile) -> None:
    """Whoever verifies need not wait for the last page of a long pile."""
    last = pile.lay_whole(1, pile.paper()) - 1
    batch = pile.take_in(last + 2)
    services.open_batch(batch=batch, by=pile.by(pile.cast.clerk), at=AT)
    for number in range(last, 0, -1):
        page = batch.pages.get(number=number)
        services.store_reading(page=page, reading=pile.pages[number], at=AT)
    assert batch.sheets.count() == 1
    batch.refresh_from_db()
    assert batch.state == ScanBatch.State.READING


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("", Refusal.UNKNOWN_FORM),
        ("KENCHO1:240001:{own}:0123456789abcdef", Refusal.WRONG_VERSION),
        ("KENCHO1:240001:nobodys:0123456789abcdef", Refusal.WRONG_PROCEDURE),
        ("KENCHO1:242012:{own}:0123456789abcdef", Refusal.WRONG_PROCEDURE),
    ],
)
def test_a_wrong_form_is_told_apart(pile: Pile, code: str, wanted: Refusal) -> None:
    told = code.format(own=pile.version.procedure.code)
    pile.pages[1] = PageReading(1, refusal=Refusal.UNKNOWN_FORM, detail={"why": told}, image=png())
    batch = pile.read(1)
    page = queries.refused_pages(desk(pile.cast.clerk, DAY)).get()
    assert (page.refusal, page.batch) == (wanted, batch)
    assert queries.page_image(page)
    assert not queries.refused_pages(desk(pile.cast.other_division_clerk, DAY)).exists()
    services.set_aside_page(page=page, by=pile.by(pile.cast.clerk), at=AT)
    assert not queries.refused_pages(desk(pile.cast.clerk, DAY)).exists()


def test_paper_without_a_map_is_read_by_the_procedure_that_a_clerk_names(pile: Pile) -> None:
    pile.pages[1] = PageReading(1, refusal=Refusal.UNKNOWN_FORM, image=png())
    batch = pile.read(1)
    assert not batch.sheets.exists()
    free = services.free_template(version=pile.version, by=pile.by(pile.cast.clerk), at=AT)
    form = queries.engine_template(free)
    pile.lay(1, 1, pile.paper())
    some = pile.pages[1].fields[:4]
    pile.pages[1] = replace(pile.pages[1], template_id=free.code, fields=some)
    services.name_procedure(batch=batch, procedure=pile.version.procedure, by=pile.by(pile.cast.clerk), at=AT)
    work_off(AT)
    sheet = batch.sheets.get()
    assert sheet.state == Sheet.State.VERIFYING
    assert set(sheet.fields.values_list("key", flat=True)) == {field.key for field in form.fields}
    required = {field.key for field in form.fields if field.is_required}
    open_keys = set(sheet.fields.filter(state=FieldResult.State.DOUBTFUL).values_list("key", flat=True))
    assert required - {field.key for field in some} <= open_keys


def test_an_individual_number_on_a_page_takes_the_original_away(pile: Pile) -> None:
    last = pile.template.pages
    pile.lay_whole(1, pile.paper())
    pile.lay(1, 1, pile.paper(), masked=1)
    batch = pile.read(last)
    assert batch.upload is None
    assert not Upload.objects.filter(owner=f"intake:{batch.pk}").exists()
    assert not StoredFile.objects.filter(quarantined=True).exists()
    sheet = batch.sheets.get()
    pile.verify_all(sheet, pile.cast.clerk)
    found = services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    assert found.application.documents.count() == 1
    with pytest.raises(services.UnableTo):
        services.name_procedure(
            batch=batch, procedure=pile.version.procedure, by=pile.by(pile.cast.clerk), at=AT
        )


def test_a_page_is_put_to_the_application_as_a_document(pile: Pile) -> None:
    last = pile.lay_whole(1, pile.paper()) - 1
    pile.pages[last + 1] = PageReading(last + 1, refusal=Refusal.UNKNOWN_FORM, image=png())
    batch = pile.read(last + 1)
    sheet = batch.sheets.get()
    key, _label = queries.documents_of(sheet)[0]
    by = pile.by(pile.cast.clerk)
    page = batch.pages.get(number=last + 1)
    with pytest.raises(services.UnableTo):
        services.enclose_page(page=page, sheet=sheet, key="telephone", by=by, at=AT)
    services.enclose_page(page=page, sheet=sheet, key=key, by=by, at=AT)
    pile.verify_all(sheet, pile.cast.clerk)
    draft = services.hand_over(sheet=sheet, staff=pile.cast.clerk, by=by, at=AT)
    assert draft.answers[key][0]["kind"] == "pdf"


def test_the_reading_process_is_closed_when_nothing_is_left(pile: Pile) -> None:
    pile.pages[1] = PageReading(1, is_blank=True)
    pile.read(1)
    assert pile.process.closed == 1
    assert not reading._open  # what the worker keeps between two pages
    assert not pile.process.opened[0].exists()


def test_groups_do_not_reach_across_pages_that_have_their_place() -> None:
    page = ScanPage(number=1, state=State.REFUSED, sheet_id=5)
    assert group([page], is_over=True) == []


def test_a_file_that_nobody_could_open_in_time_may_be_put_in_again(pile: Pile) -> None:
    batch = pile.take_in(1)
    ScanBatch.objects.filter(pk=batch.pk).update(state=ScanBatch.State.REFUSED, refusal=Refusal.TIMED_OUT)
    pile.marks -= 1
    again = pile.take_in(1)
    assert again.pk != batch.pk
    assert ScanBatch.objects.get() == again
    assert Upload.objects.filter(owner__startswith="intake:").count() == 1


def test_a_batch_whose_task_was_lost_is_opened_later(pile: Pile) -> None:
    pile.pages[1] = PageReading(1, is_blank=True)
    batch = pile.take_in(1)
    Task.objects.filter(name="intake.read_batch").delete()
    services.ask_again(at=AT + timedelta(minutes=11))
    work_off(AT + timedelta(minutes=11))
    batch.refresh_from_db()
    assert batch.state == ScanBatch.State.READ

"""From a scan to an application in the inbox, once, with the paper beside it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kencho.applications.models import Application, ApplicationDraft, Channel, Remark
from kencho.applications.testing import AT
from kencho.audit.models import Entry
from kencho.files import queries as files
from kencho.foundation import clock
from kencho.intake import answers, queries, services
from kencho.intake.models import FieldResult, ScanBatch, ScanPage, Sheet
from kencho.intake.tests.conftest import DAY, Pile, work_off
from kencho.organization.testing import desk
from kencho.procedures import queries as procedures
from kencho.records.models import Record


def ready(pile: Pile, **changes: Any) -> Sheet:
    """A sheet on which everything has been looked at."""
    pages = pile.lay_whole(1, pile.paper(**changes)) - 1
    batch = pile.read(pages)
    sheet = batch.sheets.get()
    pile.verify_all(sheet, pile.cast.clerk)
    return sheet


def test_a_paper_becomes_an_application_like_any_other(pile: Pile) -> None:
    sheet = ready(pile)
    assert sheet.state == Sheet.State.READY
    found = services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT + timedelta(hours=1))
    work_off(AT + timedelta(hours=1))
    application = Application.objects.get()
    assert found.application == application
    plan = procedures.compiled_of(pile.version)
    wanted = plan.validate(pile.answers(), on=DAY).answers
    assert application.answers == wanted
    assert (application.channel, clock.day_of(application.arrived_at)) == (Channel.POST, DAY)
    assert application.division == pile.cast.division
    paper = application.documents.get()
    kept = paper.upload.clean_copy
    assert kept is not None
    assert files.content(kept).startswith(b"%PDF")
    record = Record.objects.get(pk=application.record_id or 0)
    assert record.stored_file == kept
    sheet.refresh_from_db()
    assert (sheet.state, sheet.application) == (Sheet.State.REGISTERED, application)
    assert sheet.verify_seconds == Decimal("30.0")
    assert Entry.objects.filter(action="intake.sheet.register", subject_label=application.number).exists()
    assert application.applicant_name not in str(list(Entry.objects.values_list("details", "subject_label")))


def test_registering_twice_gives_one_application(pile: Pile) -> None:
    sheet = ready(pile)
    by = pile.by(pile.cast.clerk)
    first = services.register(sheet=sheet, by=by, at=AT)
    second = services.register(sheet=sheet, by=by, at=AT)
    assert (first.application, first.is_repeat, second.is_repeat) == (second.application, False, True)
    assert Application.objects.count() == 1


def test_a_death_between_submission_and_sheet_leaves_one_application(
    pile: Pile, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = ready(pile)
    by = pile.by(pile.cast.clerk)

    def dies(**_anything: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("kencho.reforms.services.record_effect", dies)
        with pytest.raises(RuntimeError):
            services.register(sheet=sheet, by=by, at=AT)
    assert not Application.objects.exists()
    services.register(sheet=sheet, by=by, at=AT)
    assert Application.objects.count() == 1


def test_what_the_procedure_does_not_accept_goes_back_to_its_field(pile: Pile) -> None:
    sheet = ready(pile, telephone="12345")
    with pytest.raises(services.UnableToRegister) as refused:
        services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    assert [each.item_id for each in refused.value.errors] == ["telephone"]
    sheet.refresh_from_db()
    field = sheet.fields.get(key="telephone")
    assert (sheet.state, field.state) == (Sheet.State.VERIFYING, FieldResult.State.DOUBTFUL)
    assert field.message
    clerk = pile.cast.clerk
    services.take_sheet(sheet=sheet, staff=clerk, by=pile.by(clerk), at=AT)
    services.verify_field(field=field, value="059-224-2070", by=pile.by(clerk), at=AT)
    sheet.refresh_from_db()
    assert services.register(sheet=sheet, by=pile.by(clerk), at=AT).application.answers["telephone"] == (
        "059-224-2070"
    )


def test_nothing_is_registered_before_everything_is_looked_at(pile: Pile) -> None:
    pages = pile.lay_whole(1, pile.paper()) - 1
    sheet = pile.read(pages).sheets.get()
    with pytest.raises(services.UnableToRegister) as refused:
        services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    assert refused.value.reason == services.Reason.LEFT


def test_only_the_division_registers(pile: Pile) -> None:
    sheet = ready(pile)
    for staff in (pile.cast.other_division_clerk, pile.cast.other_body_clerk, pile.cast.head):
        with pytest.raises(PermissionDenied):
            services.register(sheet=sheet, by=pile.by(staff), at=AT)


def test_two_papers_of_one_person_on_one_day_are_both_there_and_say_so(pile: Pile) -> None:
    following = pile.lay_whole(1, pile.paper())
    pages = pile.lay_whole(following, pile.paper()) - 1
    one, other = pile.read(pages).sheets.order_by("number")
    assert list(queries.duplicates_of(one).sheets) == [other]
    by = pile.by(pile.cast.clerk)
    for sheet in (one, other):
        pile.verify_all(sheet, pile.cast.clerk)
        services.register(sheet=sheet, by=by, at=AT)
    first, second = Application.objects.order_by("id")
    assert second.number in Remark.objects.get(application=first).text
    assert first.number in Remark.objects.get(application=second).text
    assert [each.pk for each in queries.duplicates_of(one).applications] == [second.pk]


def test_a_sheet_is_finished_by_hand_in_the_form_for_papers(pile: Pile) -> None:
    pages = pile.lay_whole(1, pile.paper(telephone=None)) - 1
    sheet = pile.read(pages).sheets.get()
    clerk, by = pile.cast.clerk, pile.by(pile.cast.clerk)
    draft = services.hand_over(sheet=sheet, staff=clerk, by=by, at=AT)
    assert services.hand_over(sheet=sheet, staff=clerk, by=by, at=AT) == draft
    with pytest.raises(services.UnableTo):
        services.hand_over(sheet=sheet, staff=pile.cast.chief, by=pile.by(pile.cast.chief), at=AT)
    from kencho.applications import services as applications

    kept = applications.save_draft(
        draft=draft, answers={**draft.answers, "telephone": "059-224-2070"}, page="", at=AT
    )
    applications.submit_entry(draft=kept, arrived_on=DAY, by=by, at=AT)
    assert services.follow_handed_over(at=AT) == 1
    sheet.refresh_from_db()
    assert sheet.application == Application.objects.get()
    assert not ApplicationDraft.objects.exists()


def test_a_draft_thrown_away_gives_the_sheet_back(pile: Pile) -> None:
    sheet = ready(pile)
    draft = services.hand_over(sheet=sheet, staff=pile.cast.clerk, by=pile.by(pile.cast.clerk), at=AT)
    with pytest.raises(services.UnableToRegister) as refused:
        services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    assert refused.value.reason == services.Reason.HANDED_OVER
    draft.delete()
    services.follow_handed_over(at=AT)
    services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)


def test_all_ready_sheets_are_registered_by_the_queue(pile: Pile) -> None:
    following = pile.lay_whole(1, pile.paper(1))
    pages = pile.lay_whole(following, pile.paper(2)) - 1
    batch = pile.read(pages)
    for sheet in batch.sheets.all():
        pile.verify_all(sheet, pile.cast.clerk)
    assert services.register_ready(desk=desk(pile.cast.clerk, DAY), at=AT) == 2
    work_off(AT)
    assert set(batch.sheets.values_list("state", flat=True)) == {Sheet.State.REGISTERED}
    assert Application.objects.count() == 2


def test_every_key_of_the_form_has_its_place_in_the_answers(pile: Pile) -> None:
    pages = pile.lay_whole(1, pile.paper(7)) - 1
    sheet = pile.read(pages).sheets.get()
    plan = procedures.compiled_of(pile.version)
    built = answers.build(sheet.fields.all(), plan)
    assert plan.validate(built, on=DAY).answers == plan.validate(pile.answers(7), on=DAY).answers


def test_a_batch_and_its_pages_end(pile: Pile) -> None:
    pages = pile.lay_whole(1, pile.paper()) - 1
    batch = pile.read(pages)
    assert (batch.state, batch.pages_done, batch.pages_total) == (ScanBatch.State.READ, pages, pages)
    assert set(batch.pages.values_list("state", flat=True)) == {ScanPage.State.READ}

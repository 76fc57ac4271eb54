"""Drafts, approval, publication by date."""

from datetime import date, timedelta

import pytest
import time_machine

from kencho.approvals import services as approvals
from kencho.audit.models import Entry
from kencho.foundation import clock, queue
from kencho.organization import testing
from kencho.procedures import queries, services
from kencho.procedures.models import Procedure, ProcedureVersion
from kencho.procedures.tests.people import AT, CODE, SETUP, Office, decide, definition, load, start, submit

State = ProcedureVersion.State
DAY = timedelta(days=1)


def save(
    office: Office, version: ProcedureVersion, revision: int | None = None, **changes: object
) -> ProcedureVersion:
    return services.save_version(
        version=version,
        data={**version.definition, **changes},
        revision=version.revision if revision is None else revision,
        by=testing.actor(office.owner),
        at=AT,
    )


class TestWriting:
    def test_a_draft_may_be_incomplete(self, office: Office) -> None:
        version = save(office, start(office), pages=[], title="")
        assert version.state == State.DRAFT
        assert version.definition["pages"] == []

    def test_the_list_shows_the_title_of_a_draft(self, office: Office) -> None:
        save(office, start(office), title="新しい名前")
        assert Procedure.objects.get().title == "新しい名前"

    def test_the_public_title_changes_only_on_publication(self, office: Office) -> None:
        load(office)
        version = services.begin_version(
            procedure=Procedure.objects.get(), by=testing.actor(office.owner), at=AT
        )
        save(office, version, title="新しい名前")
        assert Procedure.objects.get().title == "セミナーの申込み"

    def test_a_colleagues_newer_text_is_not_overwritten(self, office: Office) -> None:
        version = start(office)
        save(office, version, summary="先の人")
        with pytest.raises(services.RevisionConflict):
            save(office, version, revision=0, summary="後の人")
        version.refresh_from_db()
        assert version.definition["summary"] == "先の人"

    def test_the_code_stays(self, office: Office) -> None:
        with pytest.raises(services.UnableToSaveProcedure):
            save(office, start(office), code="other")

    @pytest.mark.parametrize("code", ["new", "", "Über", "a_b", "-a", "x" * 61])
    def test_codes_that_cannot_be(self, office: Office, code: str) -> None:
        with pytest.raises(services.UnableToSaveProcedure):
            start(office, code=code)

    def test_a_code_is_taken_once(self, office: Office) -> None:
        start(office)
        with pytest.raises(services.UnableToSaveProcedure):
            start(office)

    def test_discarded_work_is_no_base_for_the_next_version(self, office: Office) -> None:
        published = load(office)
        by = testing.actor(office.owner)
        draft = services.begin_version(procedure=published.procedure, by=by, at=AT)
        draft = save(office, draft, title="やめた名前")
        services.discard_version(version=draft, by=by, at=AT)
        following = services.begin_version(procedure=published.procedure, by=by, at=AT)
        assert (following.number, following.definition["title"]) == (3, "セミナーの申込み")

    def test_only_drafts_are_discarded(self, office: Office) -> None:
        with pytest.raises(services.UnableToDiscardVersion):
            services.discard_version(version=load(office), by=SETUP, at=AT)


class TestApproval:
    def test_from_draft_to_force(self, office: Office) -> None:
        version = start(office)
        request = submit(office, version)
        version.refresh_from_db()
        assert (version.state, version.approval_id) == (State.IN_APPROVAL, request.pk)
        decide(office, request, AT + DAY)
        with time_machine.travel(AT + DAY, tick=False):
            queue.drain(strict=True)
        version.refresh_from_db()
        assert (version.state, version.in_force_from) == (State.PUBLISHED, AT + DAY)
        assert queries.in_force(office.cast.body, CODE, AT) is None
        assert queries.in_force(office.cast.body, CODE, AT + DAY) is not None

    def test_the_approvers_see_the_change_and_the_digest(self, office: Office) -> None:
        first = load(office)
        version = services.begin_version(procedure=first.procedure, by=SETUP, at=AT)
        version = save(office, version, title="講座の申込み")
        document = str(submit(office, version).rounds.get().document)
        assert "「セミナーの申込み」から「講座の申込み」に変わりました" in document
        assert version.digest in document

    def test_errors_stand_in_the_way(self, office: Office) -> None:
        version = start(office, pages=[])
        with pytest.raises(services.DefinitionError):
            submit(office, version)
        version.refresh_from_db()
        assert version.state == State.DRAFT

    def test_no_change_while_it_is_before_the_approvers(self, office: Office) -> None:
        version = start(office)
        submit(office, version)
        with pytest.raises(services.UnableToSaveProcedure):
            save(office, version, title="あとから")

    def test_the_wished_day_is_kept(self, office: Office) -> None:
        version = start(office)
        request = submit(office, version, in_force_on=date(2026, 7, 1))
        decide(office, request)
        queue.drain(strict=True)
        version.refresh_from_db()
        assert version.in_force_from is not None
        assert clock.day_of(version.in_force_from) == date(2026, 7, 1)
        assert queries.in_force(office.cast.body, CODE, AT) is None

    def test_no_publication_in_the_past(self, office: Office) -> None:
        with pytest.raises(services.UnableToSubmitVersion):
            submit(office, start(office), in_force_on=date(2026, 5, 31))

    def test_returned_it_is_a_draft_again_and_goes_round_in_the_same_case(self, office: Office) -> None:
        version = start(office)
        request = submit(office, version)
        approvals.send_back(
            request=request,
            reason="直して",
            by=testing.actor(office.chief),
            at=AT,
        )
        queue.drain(strict=True)
        version.refresh_from_db()
        assert version.state == State.DRAFT
        version = save(office, version, summary="直しました")
        again = submit(office, version)
        assert (again.pk, again.round_number) == (request.pk, 2)

    def test_withdrawn_it_is_a_draft_again(self, office: Office) -> None:
        version = start(office)
        request = submit(office, version)
        approvals.pull_back(request=request, by=testing.actor(office.owner), at=AT)
        queue.drain(strict=True)
        version.refresh_from_db()
        assert version.state == State.DRAFT

    def test_resubmitted_from_the_approvers_page(self, office: Office) -> None:
        version = start(office)
        request = submit(office, version)
        request = approvals.pull_back(request=request, by=testing.actor(office.owner), at=AT)
        queue.drain(strict=True)
        request = approvals.resubmit(request=request, by=testing.actor(office.owner), at=AT)
        queue.drain(strict=True)
        version.refresh_from_db()
        assert version.state == State.IN_APPROVAL
        decide(office, request)
        queue.drain(strict=True)
        version.refresh_from_db()
        assert version.state == State.PUBLISHED

    def test_what_was_changed_behind_the_approvers_is_not_published(self, office: Office) -> None:
        version = start(office)
        request = submit(office, version)
        request = approvals.pull_back(request=request, by=testing.actor(office.owner), at=AT)
        queue.drain(strict=True)
        version.refresh_from_db()
        save(office, version, title="ほかの内容")
        request = approvals.resubmit(request=request, by=testing.actor(office.owner), at=AT)
        decide(office, request)
        queue.drain(strict=True)
        version.refresh_from_db()
        assert version.state == State.DRAFT

    def test_nothing_is_published_without_its_approval(self, office: Office) -> None:
        version = start(office)
        with pytest.raises(services.UnableToPublish):
            services.publish(version=version, approval_id=1, in_force_from=AT, by=SETUP, at=AT)
        request = submit(office, version)
        with pytest.raises(services.UnableToPublish):
            services.publish(version=version, approval_id=request.pk + 1, in_force_from=AT, by=SETUP, at=AT)

    def test_every_step_is_in_the_audit_log(self, office: Office) -> None:
        version = start(office)
        decide(office, submit(office, save(office, version, summary="x")))
        queue.drain(strict=True)
        actions = set(Entry.objects.values_list("action", flat=True))
        assert {
            "procedures.procedure.create",
            "procedures.version.save",
            "procedures.version.submit",
            "procedures.version.publish",
        } <= actions


class TestForce:
    def test_one_version_applies_at_every_instant(self, office: Office) -> None:
        load(office)
        load(office, AT + DAY, title="2版")
        body = office.cast.body
        for at, number in ((AT, 1), (AT + DAY - timedelta(seconds=1), 1), (AT + DAY, 2)):
            assert queries.versions_in_force(at).count() == 1
            found = queries.in_force(body, CODE, at)
            assert found is not None
            assert found.version.number == number

    def test_a_version_that_would_have_begun_later_never_applies(self, office: Office) -> None:
        load(office)
        later = services.load_definition(
            body=office.cast.body,
            data=definition(office, title="先の版"),
            in_force_from=AT + 10 * DAY,
            by=SETUP,
            at=AT,
        )
        load(office, AT + DAY, title="急ぎの版")
        assert later is not None
        assert [one.number for one in queries.versions_in_force(AT + 20 * DAY)] == [3]
        assert [one.number for one in queries.versions_in_force(AT)] == [1]

    def test_lists_change_on_the_day(self, office: Office) -> None:
        load(office)
        services.load_definition(
            body=office.cast.body,
            data=definition(office, title="先の名前"),
            in_force_from=AT + DAY,
            by=SETUP,
            at=AT,
        )
        procedure = Procedure.objects.get()
        assert procedure.title == "セミナーの申込み"
        services.refresh_columns(procedure=procedure, at=AT + DAY)
        procedure.refresh_from_db()
        assert procedure.title == "先の名前"

    def test_loading_the_same_again_changes_nothing(self, office: Office) -> None:
        load(office)
        data = definition(office)
        assert (
            services.load_definition(body=office.cast.body, data=data, in_force_from=AT, by=SETUP, at=AT)
            is None
        )

    def test_the_loader_does_not_touch_a_colleagues_work(self, office: Office) -> None:
        first = load(office)
        services.begin_version(procedure=first.procedure, by=SETUP, at=AT)
        with pytest.raises(services.UnableToSaveProcedure):
            load(office, title="別")

"""A cycle from planning to the destruction of the ballots."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kencho.audit import sentences
from kencho.audit.models import Entry
from kencho.foundation import merkle, queue
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.notifications.models import Message
from kencho.organization import testing
from kencho.organization.models import RoleAssignment
from kencho.surveys import demo, queries, services
from kencho.surveys.anonymity import CycleKeys, new_receipt, tag_of, token_of
from kencho.surveys.models import (
    POSITIVE,
    VALID,
    Ballot,
    BallotBox,
    Cell,
    Cycle,
    FreeText,
    ReportingUnit,
    Roster,
    SealedBatch,
    TextState,
)
from kencho.surveys.services import Outcome, Reason
from kencho.surveys.tests.people import (
    CLOSES,
    DURING,
    MAIN,
    OPENS,
    SYSTEM,
    TERMS,
    YEAR,
    Office,
    answer,
    answers,
    close,
    everybody_answers,
    open_cycle,
    token,
)


def refused(error: pytest.ExceptionInfo[services.UnableTo]) -> Reason:
    return error.value.reason


class TestOpening:
    """Whom to ask."""

    def test_a_division_of_three_has_no_group_of_its_own(self, office: Office) -> None:
        cycle = open_cycle(office)
        groups = {row.code: row.headcount for row in ReportingUnit.objects.filter(cycle=cycle)}
        assert "10103" not in groups
        assert groups["10102"] == 11
        assert groups["10101"] == 12
        assert min(groups.values()) >= cycle.k
        assert Roster.objects.get(cycle=cycle, unit__code="10103").headcount == 3
        assert cycle.eligible == sum(box.box.tokens.__len__() // 16 for box in BallotBox.objects.all())

    def test_nobody_is_named_anywhere(self, office: Office) -> None:
        cycle = open_cycle(office)
        stored = b"".join(bytes(row.tokens) for row in BallotBox.objects.all())
        for person in office.staff["10103"]:
            assert person.number.encode() not in stored
        assert cycle.eligible > 50

    def test_who_comes_later_is_not_asked(self, office: Office) -> None:
        cycle = open_cycle(office)
        later = testing.make_staff(
            office.cast.division, "S0999", "後から 来子", day=OPENS.date() + timedelta(days=1)
        )
        with pytest.raises(services.UnableToAnswer) as error:
            answer(cycle, later)
        assert refused(error) == Reason.NOT_ELIGIBLE

    def test_a_body_with_too_few_staff_cannot(self, office: Office) -> None:
        cast = office.cast
        program = demo.load_seed(body=cast.other_body, by=SYSTEM, at=OPENS - timedelta(days=60)).program
        with pytest.raises(services.UnableToOpen) as error:
            demo.open_one(body=cast.other_body, program=program, terms=TERMS, by=SYSTEM)
        assert refused(error) == Reason.TOO_FEW_STAFF


class TestAnswering:
    """Once each, and nothing else."""

    def test_once_and_a_retry_is_no_second_time(self, office: Office) -> None:
        cycle, receipt = open_cycle(office), new_receipt()
        assert answer(cycle, office.somebody, receipt=receipt) == Outcome.ACCEPTED
        assert answer(cycle, office.somebody, receipt=receipt) == Outcome.REPEATED
        with pytest.raises(services.UnableToAnswer) as error:
            answer(cycle, office.somebody)
        assert refused(error) == Reason.ALREADY_ANSWERED
        assert queries.group_rates(cycle)[0].returned == 1
        close(cycle)
        assert Ballot.objects.count() == 1

    def test_a_forged_token(self, office: Office) -> None:
        cycle = open_cycle(office)
        for forged in (b"\0" * 16, b"", token_of(CycleKeys.new(), office.somebody.number)):
            with pytest.raises(services.UnableToAnswer) as error:
                services.answer(
                    cycle=cycle, token=forged, receipt=new_receipt(), answers=answers(), at=DURING
                )
            assert refused(error) == Reason.NOT_ELIGIBLE

    def test_staff_of_another_body(self, office: Office) -> None:
        cycle = open_cycle(office)
        with pytest.raises(services.UnableToAnswer):
            token(cycle, office.cast.other_body_clerk)

    def test_incomplete_or_wrong(self, office: Office) -> None:
        cycle = open_cycle(office)
        for wrong in ({}, answers("maybe"), answers(q_hours=("more",))):
            with pytest.raises(services.UnableToAnswer) as error:
                services.answer(
                    cycle=cycle,
                    token=token(cycle, office.somebody),
                    receipt=new_receipt(),
                    answers=wrong,
                    at=DURING,
                )
            assert refused(error) == Reason.BAD_ANSWERS

    @pytest.mark.parametrize("at", [OPENS - timedelta(seconds=1), CLOSES])
    def test_before_and_after(self, office: Office, at: object) -> None:
        cycle = open_cycle(office)
        with pytest.raises(services.UnableToAnswer) as error:
            answer(cycle, office.somebody, at=at)  # type: ignore[arg-type]  # instants
        assert refused(error) == Reason.NOT_OPEN

    def test_a_page_loaded_before_the_closing_comes_too_late(self, office: Office) -> None:
        cycle = open_cycle(office)
        mine = token(cycle, office.somebody)
        close(Cycle.objects.get(pk=cycle.pk))
        with pytest.raises(services.UnableToAnswer) as error:
            services.answer(cycle=cycle, token=mine, receipt=new_receipt(), answers=answers(), at=DURING)
        assert refused(error) in {Reason.NOT_OPEN, Reason.NOT_ELIGIBLE}
        assert not Ballot.objects.exists()

    def test_many_at_once_by_the_same_rules(self, office: Office) -> None:
        cycle = open_cycle(office)
        mine = token(cycle, office.somebody)
        with pytest.raises(services.UnableToAnswer):
            services.answer_many(
                cycle=cycle,
                ballots=[(mine, new_receipt(), answers()), (mine, new_receipt(), answers())],
                at=DURING,
            )
        assert queries.group_rates(cycle)[0].returned == 0


class TestClosing:
    """Sealed, counted, key destroyed."""

    def test_everything_is_counted_once_and_the_key_is_gone(self, office: Office) -> None:
        cycle = open_cycle(office)
        everybody_answers(office, cycle, {"10101": 6, "10102": 8, "10201": 10, "10202": 2})
        closed = close(cycle)
        assert (closed.returned, bytes(closed.secret)) == (53, b"")
        assert Counter(Ballot.objects.values_list("group", flat=True)) == {
            "10101": 12, "10102": 11, "10201": 20, "10202": 10,
        }  # fmt: skip
        assert all(
            not bytes(row.ballots) + bytes(row.spent) + bytes(row.tokens) for row in BallotBox.objects.all()
        )
        whole = Cell.objects.get(question=MAIN, group=office.body.code, option=POSITIVE, cut="")
        assert whole.n == 26

    def test_twice(self, office: Office) -> None:
        cycle = open_cycle(office)
        close(cycle)
        with pytest.raises(services.UnableToClose):
            close(cycle)
        with pytest.raises(services.UnableToPublish):
            services.publish_cycle(
                cycle=services.publish_cycle(cycle=cycle, by=SYSTEM, at=CLOSES), by=SYSTEM, at=CLOSES
            )

    def test_a_damaged_box_is_refused_by_name(self, office: Office) -> None:
        cycle = open_cycle(office)
        answer(cycle, office.somebody)
        row = BallotBox.objects.get(group__code="10101")
        data = bytearray(row.ballots)
        data[40] ^= 1
        BallotBox.objects.filter(pk=row.pk).update(ballots=bytes(data))
        with pytest.raises(services.UnableToClose, match="10101課"):
            close(cycle)
        BallotBox.objects.filter(pk=row.pk).update(ballots=b"")
        with pytest.raises(services.UnableToClose) as error:
            close(cycle)
        assert refused(error) == Reason.BOX_DAMAGED

    def test_every_receipt_is_under_the_root_and_no_other(self, office: Office) -> None:
        cycle = open_cycle(office)
        receipts = [new_receipt() for _n in range(3)]
        for person, receipt in zip(office.staff["10101"], receipts, strict=False):
            answer(cycle, person, receipt=receipt)
        assert queries.has_tag(cycle, tag_of(receipts[0], str(cycle.key)))
        close(cycle)
        batch = SealedBatch.objects.get()
        data = bytes(batch.receipts)
        tags = [data[n : n + 16] for n in range(0, len(data), 16)]
        assert sorted(tag_of(receipt, str(cycle.key)) for receipt in receipts) == tags
        assert merkle.root(map(merkle.leaf_hash, tags)).hex() == batch.receipts_root
        assert tag_of(new_receipt(), str(cycle.key)) not in tags

    def test_small_groups_are_kept_back(self, office: Office) -> None:
        cycle = open_cycle(office)
        for person in office.staff["10202"][:3] + office.staff["10201"] + office.staff["10101"]:
            answer(cycle, person)
        close(cycle)
        valid = dict(Cell.objects.filter(question=MAIN, option=VALID, cut="").values_list("group", "n"))
        assert valid["10202"] is None
        assert valid["10201"] is None
        assert valid["102"] == 23
        assert Cell.objects.get(question=MAIN, group="10202", option=POSITIVE, cut="").at_most is None

    def test_free_texts_are_apart(self, office: Office) -> None:
        cycle = open_cycle(office)
        answer(cycle, office.somebody, q_free=("食堂を広くしてほしい",))
        close(cycle)
        assert "食堂" not in str(Ballot.objects.get().answers)
        text = FreeText.objects.get()
        assert (text.text, text.state) == ("食堂を広くしてほしい", TextState.WAITING)
        assert {field.name for field in FreeText._meta.fields} == {"id", "cycle", "question", "text", "state"}
        with pytest.raises(services.UnableToReview) as error:
            services.review_text(text=text, state=TextState.RELEASED, wording="", by=SYSTEM, at=CLOSES)
        assert refused(error) == Reason.FEW_TEXTS
        services.review_text(text=text, state=TextState.WITHHELD, wording="", by=SYSTEM, at=CLOSES)

    def test_raw_answers_are_destroyed_on_time(self, office: Office) -> None:
        cycle = open_cycle(office, days_kept=30)
        everybody_answers(office, cycle, {})
        close(cycle)
        services.publish_cycle(cycle=cycle, by=SYSTEM, at=CLOSES)
        assert services.destroy_ballots(by=SYSTEM, at=CLOSES + timedelta(days=29)) == 0
        assert services.destroy_ballots(by=SYSTEM, at=CLOSES + timedelta(days=30)) == 1
        assert services.destroy_ballots(by=SYSTEM, at=CLOSES + timedelta(days=31)) == 0
        assert not Ballot.objects.exists()
        assert SealedBatch.objects.get().count == 53
        assert Cell.objects.exists()


class TestPlanning:
    """Rules before the first answer."""

    def test_one_official_cycle_a_year(self, office: Office) -> None:
        open_cycle(office)
        with pytest.raises(services.UnableToChangeCycle) as error:
            open_cycle(office)
        assert refused(error) == Reason.OFFICIAL_TAKEN
        open_cycle(office, is_official=False)
        other = Cycle.objects.get(is_official=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            Cycle.objects.filter(pk=other.pk).update(is_official=True)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"k": 2}, Reason.K_TOO_SMALL),
            ({"closes_at": OPENS}, Reason.WRONG_PERIOD),
            ({"fiscal_year": FiscalYear(2025)}, Reason.OUTSIDE_YEAR),
            ({"cuts": ("q_used",)}, Reason.WRONG_CUT),
            ({"cuts": ("gone",)}, Reason.WRONG_CUT),
        ],
    )
    def test_terms_that_cannot_be(self, office: Office, change: dict[str, object], reason: Reason) -> None:
        with pytest.raises(services.UnableToChangeCycle) as error:
            open_cycle(office, **change)
        assert refused(error) == reason

    def test_a_used_version_is_frozen(self, office: Office) -> None:
        open_cycle(office)
        with pytest.raises(services.UnableToSaveQuestionnaire) as error:
            services.save_questionnaire(
                questionnaire=office.questionnaire,
                content=office.questionnaire.definition,
                by=office.by,
                at=DURING,
            )
        assert refused(error) == Reason.FROZEN
        made = services.begin_version(program=office.program, by=office.by, at=DURING)
        assert (made.version, made.digest) == (2, office.questionnaire.digest)
        with pytest.raises(services.UnableToSaveQuestionnaire) as error:
            services.begin_version(program=office.program, by=office.by, at=DURING)
        assert refused(error) == Reason.DRAFT_EXISTS

    def test_loading_the_same_again_changes_nothing(self, office: Office) -> None:
        again = demo.load_seed(body=office.body, by=SYSTEM, at=DURING)
        assert again == office.questionnaire

    @pytest.mark.parametrize("who", ["somebody", "foreign owner"])
    def test_only_the_owner(self, office: Office, who: str) -> None:
        foreign = office.cast.other_body_clerk
        testing.grant(foreign, RoleAssignment.Role.PLANNER)
        actor: Actor = testing.desk(office.somebody if who == "somebody" else foreign).actor
        cycle = open_cycle(office)
        for verb in (
            services.close_cycle,
            services.open_cycle,
            services.approve_cycle,
            services.publish_cycle,
        ):
            with pytest.raises(services.UnableTo) as error:
                verb(cycle=cycle, by=actor, at=DURING)
            assert refused(error) == Reason.NOT_OWNER

    def test_it_opens_and_closes_by_itself(self, office: Office) -> None:
        cycle = services.create_cycle(
            program=office.program, questionnaire=office.questionnaire, terms=TERMS, by=office.by, at=OPENS
        )
        services.approve_cycle(cycle=cycle, by=office.by, at=OPENS)
        assert services.keep_time(by=SYSTEM, at=OPENS - timedelta(seconds=1)) == 0
        assert services.keep_time(by=SYSTEM, at=OPENS) == 1
        assert services.keep_time(by=SYSTEM, at=OPENS) == 0
        assert services.keep_time(by=SYSTEM, at=CLOSES) == 1
        cycle.refresh_from_db()
        assert cycle.is_counted


class TestReminders:
    """Everybody of a division is asked, whoever has answered."""

    def test_all_of_the_divisions_with_few_answers(self, office: Office) -> None:
        cycle = open_cycle(office)
        queue.drain(strict=True)
        Message.objects.all().delete()
        for person in office.staff["10201"]:
            answer(cycle, person)
        answer(cycle, office.somebody)
        low = services.remind(cycle=cycle, below=60, by=office.by, at=DURING)
        assert "10201" not in low
        assert "10101" in low
        queue.drain(strict=True)
        told = set(Message.objects.values_list("email", flat=True))
        for person in (*office.staff["10101"], *office.staff["10103"]):
            assert person.email in told
        assert not told & {person.email for person in office.staff["10201"]}
        with pytest.raises(services.UnableToChangeCycle) as error:
            services.remind(cycle=cycle, below=60, by=office.by, at=DURING + timedelta(hours=1))
        assert refused(error) == Reason.TOO_SOON

    def test_the_beginning_is_announced(self, office: Office) -> None:
        cycle = services.create_cycle(
            program=office.program, questionnaire=office.questionnaire, terms=TERMS, by=office.by, at=OPENS
        )
        services.approve_cycle(cycle=cycle, by=office.by, at=OPENS)
        services.open_cycle(cycle=cycle, by=office.by, at=OPENS)
        queue.drain(strict=True)
        assert Message.objects.filter(template="surveys/messages/opened").count() == cycle.eligible or (
            Message.objects.count() == Cycle.objects.get().eligible
        )


def test_the_log_knows_the_survey_and_nobody_who_answered(office: Office) -> None:
    cycle = open_cycle(office)
    before = Entry.objects.count()
    answer(cycle, office.somebody)
    assert Entry.objects.count() == before
    close(cycle)
    services.publish_cycle(cycle=cycle, by=office.by, at=CLOSES)
    acts = set(Entry.objects.filter(action__startswith="surveys.").values_list("action", flat=True))
    assert {"surveys.cycle.open", "surveys.cycle.close", "surveys.cycle.publish"} <= acts
    assert all(sentences.of(act) != act for act in acts)


def test_the_demo_drives_a_whole_year(office: Office) -> None:
    import random

    cycle = demo.run_cycle(
        body=office.body,
        program=office.program,
        year=YEAR,
        rng=random.Random(1),
        by=SYSTEM,
        response_rate=1.0,
        felt_share=0.5,
    )
    assert (cycle.is_published, cycle.returned) == (True, cycle.eligible)
    queue.drain(strict=True)
    assert not Message.objects.exists()

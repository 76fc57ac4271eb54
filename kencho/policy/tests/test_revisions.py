"""Rule REV: a sheet is frozen, approved by those who decide, published, and never changed again."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest
from kencho.audit.models import Entry
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, actor, desk
from kencho.policy import frozen, queries, services
from kencho.policy.models import Indicator, PolicyNode, SheetRevision
from kencho.policy.testing import SETUP, Fact, Ledger
from kencho.policy.tests.conftest import NOW

LATER = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def matter(cast: Cast) -> None:
    """施策評価の確定 is a matter of this body; without a rule the governor decides."""
    approvals.save_matter(
        body=cast.body, code="policy_sheet", name="施策評価の確定", by=actor(cast.org_admin), at=NOW
    )


def opened(
    measure: PolicyNode, by: Actor, *, trigger: str = "confirmed", at: datetime = NOW
) -> SheetRevision:
    return services.open_revision(
        node=measure, sheet_year=2021, trigger=trigger, reason="県議会への報告", by=by, at=at
    )


def submitted(measure: PolicyNode, planner: Actor, cast: Cast) -> tuple[SheetRevision, ApprovalRequest]:
    revision = opened(measure, planner)
    request = services.submit_revision(revision=revision, division=cast.division, by=planner, at=NOW)
    revision.refresh_from_db()
    return revision, request


def decide(request: ApprovalRequest, staff: StaffMember, *, at: datetime = LATER) -> None:
    request.refresh_from_db()
    digest = request.rounds.latest("pk").digest
    approvals.approve(request=request, digest=digest, by=desk(staff).actor, at=at)
    with clock.simulated(at):
        queue.drain(strict=True)


def test_the_way_to_the_public(measure: PolicyNode, planner: Actor, cast: Cast) -> None:
    revision, request = submitted(measure, planner, cast)
    assert (revision.number, revision.stage, revision.state) == (2, "confirmed", "in_approval")
    assert request.subject_url_name == "policy:revision_show"
    assert queries.published_revision(measure) is None
    assert list(queries.public_measures(cast.body)) == []
    decide(request, cast.governor)
    revision.refresh_from_db()
    assert (revision.state, revision.approved_by, revision.published_at) == ("published", "知事 四郎", LATER)
    assert queries.published_revision(measure) == revision
    assert queries.published_revision(measure, 2020) is None
    assert list(queries.public_measures(cast.body)) == [measure]
    assert queries.sheet_of_revision(revision).stage == "確定"
    assert Entry.objects.filter(action="policy.revision.publish").count() == 1


def test_those_who_decide_read_the_figures(measure: PolicyNode, planner: Actor, cast: Cast) -> None:
    _revision, request = submitted(measure, planner, cast)
    text = str(request.rounds.get().document)
    for word in ("22,400 件", "スマート自治体の推進", "県議会への報告", "総務部"):
        assert word in text


def test_what_is_sent_back_may_be_submitted_again(measure: PolicyNode, planner: Actor, cast: Cast) -> None:
    revision, request = submitted(measure, planner, cast)
    approvals.send_back(request=request, reason="数字を確かめる", by=desk(cast.governor).actor, at=LATER)
    with clock.simulated(LATER):
        queue.drain(strict=True)
    revision.refresh_from_db()
    assert revision.state == "returned"
    again = services.submit_revision(revision=revision, division=cast.division, by=planner, at=LATER)
    request.refresh_from_db()
    assert (request.state, again.state) == ("discarded", "pending")
    decide(again, cast.governor)
    revision.refresh_from_db()
    assert revision.state == "published"


def test_a_case_taken_up_again_at_the_approval_goes_on(
    measure: PolicyNode, planner: Actor, cast: Cast
) -> None:
    revision, request = submitted(measure, planner, cast)
    approvals.pull_back(request=request, by=planner, at=NOW)
    with clock.simulated(NOW):
        queue.drain(strict=True)
    revision.refresh_from_db()
    assert revision.state == "returned"
    request.refresh_from_db()
    approvals.resubmit(request=request, by=planner, at=LATER)
    with clock.simulated(LATER):
        queue.drain(strict=True)
    decide(request, cast.governor)
    revision.refresh_from_db()
    assert revision.state == "published"


def test_nobody_publishes_past_the_approval(measure: PolicyNode, planner: Actor, cast: Cast) -> None:
    revision, request = submitted(measure, planner, cast)
    with pytest.raises(PermissionDenied):
        services.publish_revision(
            revision=revision, approval_id=request.pk, approved_by="自分", by=planner, at=NOW
        )
    with pytest.raises(services.UnableToRevise):
        services.publish_revision(
            revision=revision, approval_id=request.pk + 1, approved_by="x", by=SETUP, at=NOW
        )
    with pytest.raises(services.UnableToRevise):
        services.submit_revision(revision=revision, division=cast.division, by=planner, at=NOW)


def test_content_changed_in_the_database_is_not_published(
    measure: PolicyNode, planner: Actor, cast: Cast
) -> None:
    revision, request = submitted(measure, planner, cast)
    content = {**revision.content, "name": "書き換えた"}
    SheetRevision.objects.filter(pk=revision.pk).update(content=content)
    with pytest.raises(frozen.Damaged):
        services.publish_revision(
            revision=revision, approval_id=request.pk, approved_by="x", by=SETUP, at=NOW
        )


def test_a_published_sheet_never_moves(
    measure: PolicyNode, received: Indicator, planner: Actor, cast: Cast, ledger: Ledger
) -> None:
    revision, request = submitted(measure, planner, cast)
    decide(request, cast.governor)
    before = queries.sheet_of_revision(revision)
    services.set_target(indicator=received, year=2021, value=Decimal(30000), by=planner, at=LATER)
    services.edit_node(node=measure, facts=services.NodeFacts("別の名"), by=planner, at=LATER)
    ledger.add(Fact("f", date(2020, 6, 1), NOW))
    revision.refresh_from_db()
    assert queries.sheet_of_revision(revision) == before
    assert queries.sheet_of(measure, 2021, at=LATER).name == "別の名"


def test_stages_follow_from_triggers(measure: PolicyNode, received: Indicator, planner: Actor) -> None:
    with pytest.raises(services.UnableToRevise):
        opened(measure, planner, trigger="erratum")
    assert opened(measure, planner).stage == "confirmed"
    with pytest.raises(services.UnableToRevise) as refused:
        opened(measure, planner, trigger="target_raised")
    assert refused.value.code == "nothing_changed"
    services.set_target(indicator=received, year=2021, value=Decimal(30000), by=planner, at=LATER)
    raised = opened(measure, planner, trigger="target_raised", at=LATER)
    assert (raised.stage, raised.number) == ("confirmed", 3)
    assert any(each["new"] == "30,000 件" for each in raised.diff)
    services.set_target(indicator=received, year=2021, value=Decimal(31000), by=planner, at=LATER)
    corrected = opened(measure, planner, trigger="erratum", at=LATER + timedelta(1))
    assert (corrected.stage, queries.sheet_of_revision(corrected).stage) == ("corrected", "訂正")


def test_a_revision_needs_its_reason(measure: PolicyNode, planner: Actor) -> None:
    with pytest.raises(services.UnableToRevise) as refused:
        services.open_revision(
            node=measure, sheet_year=2021, trigger="confirmed", reason=" ", by=planner, at=NOW
        )
    assert refused.value.code == "reason_missing"


def test_judging_needs_reasons(measure: PolicyNode, felt: Indicator, planner: Actor) -> None:
    services.record_actual(
        indicator=felt, entry=services.Entry(2020, Decimal("9.0"), "confirmed", NOW), by=planner, at=NOW
    )
    assert queries.sheet_of(measure, 2021, at=NOW).grade_suggested == "B"
    for reason, difference in ((" ", ""), ("理由", "")):
        with pytest.raises(services.UnableToJudge):
            services.judge(
                node=measure,
                year=2020,
                grade="C",
                reason=reason,
                difference_reason=difference,
                by=planner,
                at=NOW,
            )
    judged = services.judge(
        node=measure,
        year=2020,
        grade="C",
        reason="道半ば",
        difference_reason="副指標が低い",
        by=planner,
        at=NOW,
    )
    assert (judged.suggested, judged.decided, judged.needs_external_review) == ("B", "C", True)
    comment = services.add_comment(
        node=measure, year=2020, expert="有識者", text="努力を", by=planner, at=NOW
    )
    services.answer_comment(comment=comment, response="そうする", by=planner, at=NOW)
    found = queries.sheet_of(measure, 2021, at=NOW)
    assert (found.grade, found.grade_reason, found.comments) == ("C", "道半ば", ("努力を",))
    with pytest.raises(services.UnableToJudge):
        services.judge(node=measure, year=2020, grade="Z", reason="理由", by=planner, at=NOW)

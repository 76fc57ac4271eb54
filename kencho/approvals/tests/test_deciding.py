"""承認, 決裁, 差戻し, 取消し, コメント."""

import pytest

from kencho.approvals import queries, services
from kencho.approvals.models import (
    ApprovalRequest,
    ApprovalRound,
    ApprovalStep,
    Capacity,
    RequestState,
    StepState,
)
from kencho.approvals.services import Reason
from kencho.approvals.tests.people import AT, HOUR, Office, approve, draft, may_act
from kencho.audit.models import Entry
from kencho.foundation.models import Task
from kencho.organization.testing import actor


def states(request: ApprovalRequest) -> list[str]:
    return [step.state for step in queries.round_of(request).steps.all()]


def test_a_case_goes_from_step_to_step_and_is_decided(office: Office) -> None:
    request = draft(office)
    assert may_act(request, office.deputy_chief) == Capacity.OWN
    assert may_act(request, office.chief) == ""
    approve(request, office.deputy_chief)
    assert may_act(request, office.chief) == Capacity.OWN
    done = approve(request, office.chief, AT + HOUR)
    assert done.state == RequestState.APPROVED
    assert done.closed_at == AT + HOUR
    assert states(request) == [StepState.APPROVED, StepState.APPROVED]


def test_a_parallel_group_goes_on_when_all_have_approved(office: Office) -> None:
    request = draft(office, matter="grant", amount=5_000_000)
    approve(request, office.deputy_chief)
    assert may_act(request, office.chief) == may_act(request, office.concurring_chief) == Capacity.OWN
    approve(request, office.concurring_chief)
    assert may_act(request, office.head) == ""
    approve(request, office.chief)
    assert may_act(request, office.head) == Capacity.OWN
    assert approve(request, office.head).state == RequestState.APPROVED


def test_the_facts_are_told(office: Office) -> None:
    request = draft(office)
    approve(request, office.deputy_chief)
    approve(request, office.chief)
    told = [
        (task.name, task.payload.get("subject_id"))
        for task in Task.objects.filter(kind=Task.Kind.EVENT).order_by("id")
    ]
    assert told == [
        ("approvals.ApprovalRequested", "1"),
        ("approvals.ApprovalStepActivated", "1"),
        ("approvals.ApprovalStepActivated", "1"),
        ("approvals.ApprovalGranted", "1"),
    ]


def test_every_write_is_in_the_audit_log_without_the_title(office: Office) -> None:
    request = draft(office, title="三重 太郎の許可")
    approve(request, office.deputy_chief)
    services.remark(request=request, text="至急", by=actor(office.clerk), at=AT)
    approve(request, office.chief)
    entries = Entry.objects.filter(subject_type="approvals.approvalrequest").order_by("id")
    assert [entry.action.rpartition(".")[2] for entry in entries] == [
        "request",
        "approve",
        "remark",
        "decide",
    ]
    assert not any("三重" in entry.subject_label or "三重" in str(entry.details) for entry in entries)


@pytest.mark.parametrize("who", ["clerk", "second_clerk", "head", "concurring_chief"])
def test_only_whose_turn_it_is_may_approve(office: Office, who: str) -> None:
    request = draft(office)
    with pytest.raises(services.UnableToApprove) as refusal:
        approve(request, getattr(office, who))
    assert refusal.value.reason == Reason.NOT_YOUR_TURN


def test_staff_of_another_body_are_refused(office: Office) -> None:
    request = draft(office)
    with pytest.raises(services.UnableToApprove) as refusal:
        approve(request, office.cast.other_body_clerk)
    assert refusal.value.reason == Reason.OTHER_BODY


def test_nobody_approves_what_they_have_not_seen(office: Office) -> None:
    request = draft(office)
    with pytest.raises(services.UnableToApprove) as refusal:
        services.approve(request=request, digest="0" * 64, by=actor(office.deputy_chief), at=AT)
    assert refusal.value.reason == Reason.CHANGED
    assert may_act(request, office.deputy_chief) == Capacity.OWN


def test_a_document_changed_in_the_database_cannot_be_approved(office: Office) -> None:
    request = draft(office)
    current = queries.round_of(request)
    ApprovalRound.objects.filter(pk=current.pk).update(document={"sections": [], "attachments": []})
    with pytest.raises(services.UnableToApprove) as refusal:
        approve(request, office.deputy_chief)
    assert refusal.value.reason == Reason.DAMAGED


def test_a_decided_case_cannot_be_approved_again(office: Office) -> None:
    request = draft(office)
    approve(request, office.deputy_chief)
    approve(request, office.chief)
    with pytest.raises(services.UnableToApprove) as refusal:
        approve(request, office.chief)
    assert refusal.value.reason == Reason.NOT_PENDING


def test_sending_back_needs_a_reason_and_ends_the_round(office: Office) -> None:
    request = draft(office)
    with pytest.raises(services.UnableToSendBack) as refusal:
        services.send_back(request=request, reason="  ", by=actor(office.deputy_chief), at=AT)
    assert refusal.value.reason == Reason.EMPTY_REASON
    returned = services.send_back(request=request, reason="図面が違う", by=actor(office.deputy_chief), at=AT)
    assert returned.state == RequestState.RETURNED
    assert states(request) == [StepState.RETURNED, StepState.CANCELLED]
    with pytest.raises(services.UnableToApprove) as late:
        approve(request, office.deputy_chief)
    assert late.value.reason == Reason.NOT_PENDING


def test_an_approval_may_be_taken_back_until_the_next_has_acted(office: Office) -> None:
    request = draft(office)
    approve(request, office.deputy_chief)
    services.take_back(request=request, by=actor(office.deputy_chief), at=AT)
    assert may_act(request, office.deputy_chief) == Capacity.OWN
    assert may_act(request, office.chief) == ""
    approve(request, office.deputy_chief)
    approve(request, office.chief)
    with pytest.raises(services.UnableToTakeBack) as refusal:
        services.take_back(request=request, by=actor(office.deputy_chief), at=AT)
    assert refusal.value.reason == Reason.TOO_LATE


def test_one_of_a_parallel_group_may_take_back_while_the_other_waits(office: Office) -> None:
    request = draft(office, matter="grant", amount=5_000_000)
    approve(request, office.deputy_chief)
    approve(request, office.concurring_chief)
    services.take_back(request=request, by=actor(office.concurring_chief), at=AT)
    assert may_act(request, office.concurring_chief) == may_act(request, office.chief) == Capacity.OWN


def test_a_remark_changes_nothing(office: Office) -> None:
    request = draft(office)
    before = list(ApprovalStep.objects.values())
    services.remark(request=request, text="確認中です", by=actor(office.second_clerk), at=AT)
    assert list(ApprovalStep.objects.values()) == before
    with pytest.raises(services.UnableToRemark):
        services.remark(request=request, text=" ", by=actor(office.second_clerk), at=AT)


def test_bulk_approval_does_what_it_can_and_tells_the_rest(office: Office) -> None:
    first, second = draft(office, subject="1"), draft(office, subject="2")
    services.send_back(request=second, reason="直す", by=actor(office.deputy_chief), at=AT)
    choices = [(each, queries.round_of(each).digest) for each in (first, second)]
    outcome = services.bulk_approve(choices=choices, by=actor(office.deputy_chief), at=AT)
    assert [each.pk for each in outcome.approved] == [first.pk]
    assert [(each.pk, reason) for each, reason in outcome.refused] == [(second.pk, Reason.NOT_PENDING)]

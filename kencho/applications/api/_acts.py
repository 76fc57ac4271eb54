"""The office's verbs for programs; each is one call of the service that the button on the page calls."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Status

from kencho.applications import queries, services
from kencho.applications.api import _shown
from kencho.applications.api._desk import case_or_404
from kencho.applications.api._schemas import (
    AmendmentIn,
    AmendmentOut,
    ApprovalStarted,
    AssignIn,
    CaseLine,
    ChecklistIn,
    DecisionIn,
    DecisionOut,
    GroundsIn,
    RemarkIn,
    RemarkOut,
    StandardOut,
    TransferIn,
)
from kencho.applications.models import Application
from kencho.applications.permissions import may_examine, require
from kencho.foundation import clock
from kencho.foundation.api import Id, Limit, problems, refuse
from kencho.organization import queries as organization
from kencho.organization.api_auth import Scoped, StaffApiRequest

router = Router(
    tags=["申請の事務"], auth=Scoped("applications.write"), throttle=Limit("act", token=300, address=60)
)
PROBLEMS = problems(401, 403, 404, 409)
LINE = {200: CaseLine, **PROBLEMS}


def _line(pk: int) -> dict[str, Any]:
    rows = Application.objects.select_related("procedure", "division", "assignee")
    return _shown.line(rows.get(pk=pk))


def _simple(request: StaffApiRequest, pk: int, act: Callable[..., Any], **more: Any) -> dict[str, Any]:
    act(application=case_or_404(request.auth, pk), by=request.auth.actor, at=clock.now(), **more)
    return _line(pk)


@router.post("/desk/applications/{pk}/accept", response=LINE, operation_id="accept_case", summary="受付する")
def accept_case(request: StaffApiRequest, pk: Id) -> dict[str, Any]:
    """届いた申請を受け付けます（行政手続法第7条）。"""
    return _simple(request, pk, services.accept)


@router.post(
    "/desk/applications/{pk}/review", response=LINE, operation_id="review_case", summary="審査を始める"
)
def review_case(request: StaffApiRequest, pk: Id) -> dict[str, Any]:
    """審査を始めます。"""
    return _simple(request, pk, services.review)


@router.post(
    "/desk/applications/{pk}/complete", response=LINE, operation_id="complete_case", summary="届出を完了する"
)
def complete_case(request: StaffApiRequest, pk: Id) -> dict[str, Any]:
    """決定のない届出を完了とします（行政手続法第37条）。"""
    return _simple(request, pk, services.complete)


@router.post(
    "/desk/applications/{pk}/refuse",
    response=LINE,
    operation_id="refuse_case",
    summary="受け付けられないとする",
)
def refuse_case(request: StaffApiRequest, pk: Id, sent: GroundsIn) -> dict[str, Any]:
    """形式上の要件に合わない申請を、理由を示して受け付けられないとします。"""
    return _simple(request, pk, services.refuse, grounds=sent.grounds)


@router.post(
    "/desk/applications/{pk}/assign", response=LINE, operation_id="assign_case", summary="担当者を決める"
)
def assign_case(request: StaffApiRequest, pk: Id, sent: AssignIn) -> dict[str, Any]:
    """担当の所属の職員を担当者にします。"""
    application = case_or_404(request.auth, pk)
    staff = None
    if sent.staff_number is not None:
        register = organization.staff_of(application.body, request.auth.desk.day)
        staff = register.filter(number=sent.staff_number).first()
        if staff is None:
            raise services.UnableToAssign(application.number)
    services.assign(application=application, staff=staff, by=request.auth.actor, at=clock.now())
    return _line(pk)


@router.post(
    "/desk/applications/{pk}/remark",
    response={201: RemarkOut, **PROBLEMS},
    operation_id="remark_on_case",
    summary="メモを残す",
)
def remark_on_case(request: StaffApiRequest, pk: Id, sent: RemarkIn) -> Any:
    """職員だけが読むメモを残します。"""
    application = case_or_404(request.auth, pk)
    kept = services.remark(application=application, text=sent.text, by=request.auth.actor, at=clock.now())
    return Status(201, {"text": kept.text, "by_name": kept.by_name, "at": kept.at})


@router.post(
    "/desk/applications/{pk}/request-amendment",
    response={201: AmendmentOut, **PROBLEMS},
    operation_id="request_amendment",
    summary="補正を求める",
)
def request_amendment(request: StaffApiRequest, pk: Id, sent: AmendmentIn) -> Any:
    """項目ごとに補正を求めます（行政手続法第7条）。待つ間、標準処理期間は進みません。"""
    application = case_or_404(request.auth, pk)
    known = {item.id for item in queries.compiled_of(application).definition.items()}
    wanted = {item.item_id: item.message for item in sent.items}
    for item_id in wanted.keys() - known:
        refuse(
            422,
            "unknown_item",
            _("この手続に、この名前の項目はありません。"),
            [{"location": "body.items", "code": "unknown_item", "message": item_id}],
        )
    asked = services.request_amendment(
        application=application,
        items=[services.AskedItem(*each) for each in wanted.items()],
        due_on=sent.due_on,
        message=sent.message,
        by=request.auth.actor,
        at=clock.now(),
    )
    return Status(201, _shown.amendment(asked))


@router.post(
    "/desk/applications/{pk}/transfer",
    response=LINE,
    operation_id="transfer_case",
    summary="ほかの所属に移す",
)
def transfer_case(request: StaffApiRequest, pk: Id, sent: TransferIn) -> dict[str, Any]:
    """同じ団体の、担当する所属に移します。移したあとは見えなくなります。"""
    application = case_or_404(request.auth, pk)
    division = organization.division_by_code(application.body, sent.division_code, request.auth.desk.day)
    if division is None:
        raise services.UnableToTransfer(application.number)
    services.transfer(
        application=application, division=division, reason=sent.reason, by=request.auth.actor, at=clock.now()
    )
    return _line(pk)


@router.post(
    "/desk/applications/{pk}/checklist",
    response={200: list[StandardOut], **PROBLEMS},
    operation_id="answer_checklist",
    summary="審査基準を確認する",
)
def answer_checklist(request: StaffApiRequest, pk: Id, sent: ChecklistIn) -> list[dict[str, Any]]:
    """審査基準ごとの確認結果を残します。"""
    findings = {
        one.standard_id: (one.finding.value if one.finding else "", one.note) for one in sent.findings
    }
    application = case_or_404(request.auth, pk)
    services.answer_checklist(
        application=application, findings=findings, by=request.auth.actor, at=clock.now()
    )
    return _shown.checklist(application)


@router.post(
    "/desk/applications/{pk}/decision",
    response={200: DecisionOut, **PROBLEMS},
    operation_id="draft_decision",
    summary="処分案を作る",
)
def draft_decision(request: StaffApiRequest, pk: Id, sent: DecisionIn) -> dict[str, Any]:
    """処分案を作るか、作り直します。不利益な決定には理由が要ります（行政手続法第8条）。"""
    application = case_or_404(request.auth, pk)
    require(may_examine(request.auth.actor, application))
    now = clock.now()
    try:
        text = sent.text or queries.notice_text(application, sent.kind, now, grounds=sent.grounds)
    except KeyError as unknown:
        raise services.UnknownDecision(sent.kind) from unknown
    decision = services.draft_decision(
        application=application,
        kind=sent.kind,
        grounds=sent.grounds,
        text=text,
        conditions=sent.conditions,
        amount=sent.amount,
        by=request.auth.actor,
        at=now,
    )
    return _shown.decision(decision)


@router.post(
    "/desk/applications/{pk}/submit-for-approval",
    response={201: ApprovalStarted, **PROBLEMS},
    operation_id="submit_case_for_approval",
    summary="決裁に回す",
)
def submit_case_for_approval(request: StaffApiRequest, pk: Id) -> Any:
    """処分案を決裁に回します。起案者はトークンの持ち主です。"""
    started = services.submit_for_approval(
        application=case_or_404(request.auth, pk),
        drafter=request.auth.desk.staff,
        by=request.auth.actor,
        at=clock.now(),
    )
    return Status(201, {"approval_id": started.pk, "application": _line(pk)})

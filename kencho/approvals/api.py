"""Approvals for programs: what waits for the owner of the token, the case, and the two answers to it."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from kencho.approvals import queries, services
from kencho.approvals.models import ApprovalRequest, RequestState, StepState
from kencho.foundation import clock, keyset
from kencho.foundation.actors import Actor
from kencho.foundation.api import Id, Input, Limit, Refusals, problems
from kencho.organization.api_auth import Scoped, StaffApiRequest

__all__ = ["REFUSALS", "router"]

REFUSALS: Refusals = {services.UnableTo: (409, "unable_to", _("この案件は、いまこの操作ができません。"))}
READ, WRITE = Scoped("approvals.read"), Scoped("approvals.write")
router = Router(tags=["決裁"], throttle=Limit("approvals", token=600, address=120))
PROBLEMS = problems(401, 403, 404)


class WaitingLine(Schema):
    """わたしの承認を待つ案件。"""

    id: Id
    title: str
    matter: str
    division: str
    drafter: str
    subject: str = Field(description="対象の表示（受付番号など）")
    amount: int | None = Field(description="金額（円）")
    role: str = Field(description="回議、合議、決裁のどれか")
    capacity: str = Field(description="own（本人）、deputy（代理）、substitute（代決）")
    waiting_since: datetime


class WaitingPage(Schema):
    """待っている案件の一ページ。"""

    items: list[WaitingLine]
    next: str | None = Field(description="次のページの `after`。なければ null")


class ApprovalStepOut(Schema):
    """経路の一段階。"""

    order: int
    role: str
    unit: str
    post: str
    state: StepState
    decided_by: str | None
    decided_at: datetime | None
    comment: str


class ApprovalOut(Schema):
    """決裁案件と、承認する人が読む文書。"""

    id: Id
    title: str
    matter: str
    state: RequestState
    round: int
    amount: int | None
    digest: str = Field(description="文書のハッシュ。承認のときに送り返す")
    document: dict[str, Any]
    steps: list[ApprovalStepOut]
    is_my_turn: bool


class ApproveIn(Input):
    """承認。"""

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="読んだ文書の `digest`")]
    comment: str = Field(default="", max_length=2000)


class SendBackIn(Input):
    """差戻し。"""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


def _by(request: StaffApiRequest) -> Actor:
    # An approval is the act of a person in a post; the services take it from nobody else.
    return request.auth.desk.actor


def _case(request: StaffApiRequest, pk: int) -> queries.Case:
    found = queries.case_of(request.auth.desk, pk)
    if found is None:
        raise Http404
    return found


def _shown(case: queries.Case) -> dict[str, Any]:
    current = case.current
    return {
        "id": case.request.pk,
        "title": case.request.title,
        "matter": case.request.matter.code,
        "state": case.request.state,
        "round": current.round.number,
        "amount": case.request.amount,
        "digest": current.round.digest,
        "document": current.round.document,
        "is_my_turn": case.mine is not None,
        "steps": [
            {
                "order": view.step.order,
                "role": view.step.role,
                "unit": view.step.unit.name,
                "post": view.step.post.title_in(view.step.unit),
                "state": view.step.state,
                "decided_by": view.step.decided_by.name if view.step.decided_by else None,
                "decided_at": view.step.decided_at,
                "comment": view.step.comment,
            }
            for view in current.steps
        ],
    }


@router.get(
    "/desk/approvals/waiting",
    auth=READ,
    response={200: WaitingPage, **PROBLEMS},
    operation_id="list_waiting_approvals",
    summary="わたしの承認を待つ案件",
)
def list_waiting_approvals(
    request: StaffApiRequest,
    after: Annotated[str, Query(max_length=1000, description="前のページの `next`")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """長く待っているものから返します。"""
    desk = request.auth.desk
    steps = queries.waiting_for(desk.staff, desk.day)
    page = keyset.page(steps, order=("activated_at", "id"), after=after, size=limit)
    return {
        "items": [
            {
                "id": step.round.request_id,
                "title": step.round.title,
                "matter": step.round.request.matter.code,
                "division": step.round.request.division.name,
                "drafter": step.round.request.drafter.name,
                "subject": step.round.request.subject_label,
                "amount": step.round.amount,
                "role": step.role,
                "capacity": step.capacity,
                "waiting_since": step.activated_at,
            }
            for step in page.rows
        ],
        "next": page.next_token,
    }


@router.get(
    "/desk/approvals/{pk}",
    auth=READ,
    response={200: ApprovalOut, **PROBLEMS},
    operation_id="get_approval",
    summary="決裁案件",
)
def get_approval(request: StaffApiRequest, pk: Id) -> dict[str, Any]:
    """文書と経路。"""
    return _shown(_case(request, pk))


def _after(request: StaffApiRequest, approval: ApprovalRequest) -> dict[str, Any]:
    return _shown(_case(request, approval.pk))


@router.post(
    "/desk/approvals/{pk}/approve",
    auth=WRITE,
    response={200: ApprovalOut, **PROBLEMS, **problems(409)},
    operation_id="approve",
    summary="承認・決裁する",
)
def approve(request: StaffApiRequest, pk: Id, sent: ApproveIn) -> dict[str, Any]:
    """読んだ文書の `digest` を添えて承認します。文書が変わっていれば 409。決裁の段階なら決裁になります。"""
    approval = _case(request, pk).request
    services.approve(
        request=approval, digest=sent.digest, comment=sent.comment, by=_by(request), at=clock.now()
    )
    return _after(request, approval)


@router.post(
    "/desk/approvals/{pk}/send-back",
    auth=WRITE,
    response={200: ApprovalOut, **PROBLEMS, **problems(409)},
    operation_id="send_back",
    summary="差し戻す",
)
def send_back(request: StaffApiRequest, pk: Id, sent: SendBackIn) -> dict[str, Any]:
    """理由を付けて起案者に戻します。"""
    approval = _case(request, pk).request
    services.send_back(request=approval, reason=sent.reason, by=_by(request), at=clock.now())
    return _after(request, approval)

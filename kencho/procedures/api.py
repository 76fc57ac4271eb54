"""Procedures for programs: what can be applied for, and the shape of the answers."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from kencho.foundation import clock, keyset
from kencho.foundation.api import Limit, problems
from kencho.foundation.text import fold
from kencho.organization.models import Body
from kencho.procedures import queries
from kencho.procedures.models import Procedure

router = Router(tags=["手続"], throttle=Limit("read", token=600, address=240))
Slug = Annotated[str, Field(max_length=60)]


class ProcedureLine(Schema):
    """手続の一覧の一行。"""

    body: str = Field(description="団体のURL名", examples=["mie"])
    body_name: str = Field(examples=["三重県"])
    code: str = Field(examples=["public-record-disclosure"])
    title: str = Field(examples=["公文書開示請求"])
    title_en: str = ""
    summary: str = ""
    kind: str = Field(description="申請、届出などの類型")
    division: str = Field(description="担当の所属")
    accepts_online: bool


class ProcedurePage(Schema):
    """手続の一ページ。"""

    items: list[ProcedureLine]
    next: str | None = Field(description="次のページの `after`。なければ null")


class DecisionKind(Schema):
    """決定の種類。"""

    code: str
    label: str
    favourable: bool


class ProcedureDetail(ProcedureLine):
    """手続の詳しい内容。``answers_schema`` は回答の JSON Schema 2020-12。"""

    version: int
    digest: str = Field(description="定義のSHA-256")
    legal_basis: list[str]
    review_standards: list[str]
    standard_processing_days: int | None
    fee_yen: int | None = Field(description="手数料。回答によって決まるときは null")
    needed_documents: str
    receiving_from: str
    receiving_to: str
    decisions: list[DecisionKind]
    answers_schema: dict[str, Any] = Field(description="回答のJSON Schema（2020-12）")


def _line(procedure: Procedure) -> dict[str, Any]:
    return {
        "body": procedure.body.slug,
        "body_name": procedure.body.name,
        "code": procedure.code,
        "title": procedure.title,
        "title_en": procedure.title_en,
        "summary": procedure.summary,
        "kind": procedure.kind,
        "division": procedure.division.name,
        "accepts_online": procedure.body.accepts_online,
    }


@router.get(
    "/procedures",
    auth=None,
    response={200: ProcedurePage, **problems(404)},
    operation_id="list_procedures",
    summary="手続をさがす",
)
def list_procedures(
    request: HttpRequest,
    body: Annotated[str, Query(max_length=60, description="団体のURL名", examples=["mie"])] = "",
    words: Annotated[str, Query(max_length=100, description="さがす言葉（空白区切り）")] = "",
    after: Annotated[str, Query(max_length=1000, description="前のページの `next`")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """公開されている手続を、名前の順に返します。"""
    owner = get_object_or_404(Body, slug=body) if body else None
    found = queries.listed(owner, clock.now())
    for word in words.split():
        found = found.filter(search_text__contains=fold(word))
    page = keyset.page(found, order=("title", "id"), after=after, size=limit)
    return {"items": [_line(row) for row in page.rows], "next": page.next_token}


@router.get(
    "/procedures/{body}/{code}",
    auth=None,
    response={200: ProcedureDetail, **problems(404)},
    operation_id="get_procedure",
    summary="手続の内容と、回答の形",
)
def get_procedure(request: HttpRequest, body: Slug, code: Slug) -> dict[str, Any]:
    """いま受け付けている版の内容を返します。"""
    found = queries.in_force(get_object_or_404(Body, slug=body), code, clock.now())
    if found is None:
        raise Http404
    definition = found.definition
    period = definition.standard_processing_period
    fee = definition.fee
    return {
        **_line(found.procedure),
        "version": found.version.number,
        "digest": found.version.digest,
        "legal_basis": [
            " ".join(filter(None, (basis.law, basis.article))) for basis in definition.legal_basis
        ],
        "review_standards": [standard.text for standard in definition.review_standards],
        "standard_processing_days": None if period is None else period.total_days,
        "fee_yen": None if fee.table else fee.amount,
        "needed_documents": definition.needed_documents,
        "receiving_from": definition.receiving_from,
        "receiving_to": definition.receiving_to,
        "decisions": [
            {"code": each.code, "label": each.label, "favourable": each.favourable}
            for each in definition.flow.decisions
        ],
        "answers_schema": found.compiled.json_schema(),
    }

"""Published policy sheets for programs: figures with their status, the frozen counts behind them, and proofs of rows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from kencho.foundation import keyset
from kencho.foundation.api import Limit, problems
from kencho.organization.models import Body
from kencho.policy import queries
from kencho.policy.models import PolicyNode, SheetRevision, Snapshot
from kencho.policy.sheet import Cell, IndicatorRow, Sheet

router = Router(tags=["施策評価"], throttle=Limit("read", token=600, address=240))
Slug = Annotated[str, Field(max_length=60)]
Code = Annotated[str, Field(max_length=20)]
# A number beyond it is not an id of any row; the database would refuse to compare with it.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class MeasureLine(Schema):
    """公表されている施策の一行。"""

    code: str = Field(examples=["406"])
    name: str = Field(examples=["スマート自治体の推進"])
    plan: str = Field(description="計画の名称")
    fy_from: int
    fy_to: int


class MeasurePage(Schema):
    """施策の一ページ。"""

    items: list[MeasureLine]
    next: str | None = Field(description="次のページの `after`。なければ null")


class CellOut(Schema):
    """一つの値。値がないときは ``missing`` に理由が入る。"""

    text: str = Field(description="印刷する形", examples=["22,299 件"])
    value: str | None = Field(description="正確な値（10進数の文字列）", examples=["22299"])
    missing: str = Field(description="値がない理由のコード。値があれば空")
    status: str = Field(description="見込・確定・訂正などの状態のコード")
    snapshot: int | None = Field(description="もとになった集計の記録の番号")
    note: str = ""


class YearOut(Schema):
    """一つの年度。"""

    year: int = Field(description="年度（始まりの西暦年）", examples=[2020])
    label: str = Field(examples=["令和2年度"])
    is_baseline: bool
    target: CellOut
    actual: CellOut
    achievement: CellOut
    expected: CellOut


class IndicatorOut(Schema):
    """目標項目。"""

    code: str
    role: str
    name: str
    unit: str
    decimals: int
    direction: str
    measure: str
    definition_version: int
    explanation: str
    years: list[YearOut]


class SheetOut(Schema):
    """公表されたシート。"""

    body: str = Field(description="団体のURL名", examples=["mie"])
    code: str
    name: str
    lead_department: str
    plan: str
    sheet_year: int
    stage: str
    revision: int
    published_at: datetime
    digest: str = Field(description="凍結した内容のSHA-256")
    desired_state: list[str]
    grade: str
    grade_reason: str
    indicators: list[IndicatorOut]


class SnapshotOut(Schema):
    """集計の記録。"""

    id: int
    indicator: str
    name: str
    year: int
    first: date
    end: date = Field(description="この日を含まない")
    as_of: datetime
    definition_version: int
    binding: str = Field(description="数え方の全文")
    binding_sha256: str
    code_version: str
    numerator: str | None
    denominator: str | None
    raw: str = Field(description="丸める前の値（分数）")
    official: str | None
    rows: int
    root: str = Field(description="行のマークル根（RFC 9162）")
    supersedes: int | None


class RowOut(Schema):
    """数えた一行。個人情報は含まない。"""

    id: str
    version: str
    on: date
    unit: str
    counts: str


class RowPage(Schema):
    """行の一ページ。"""

    items: list[RowOut]
    page: int
    total: int
    has_next: bool


class ProofOut(Schema):
    """一行がその値に入っていることの証明（RFC 9162 2.1.3）。葉は SHA-256(0x00 + id + 改行 + version)。"""

    id: str
    version: str
    index: int
    size: int
    hashes: list[str]
    root: str


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(queries.plain(value))


@router.get(
    "/policy/{body}/measures",
    auth=None,
    response={200: MeasurePage, **problems(404)},
    operation_id="list_measures",
    summary="公表されている施策の一覧",
)
def list_measures(
    request: HttpRequest,
    body: Slug,
    after: Annotated[str, Query(max_length=1000, description="前のページの `next`")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """評価シートを公表している施策を、番号の順に返します。"""
    found = queries.public_measures(get_object_or_404(Body, slug=body))
    page = keyset.page(found, order=("code", "id"), after=after, size=limit)
    return {"items": [_line(row) for row in page.rows], "next": page.next_token}


def _line(measure: PolicyNode) -> dict[str, Any]:
    return {
        "code": measure.code,
        "name": measure.name,
        "plan": measure.plan.name,
        "fy_from": measure.fy_from,
        "fy_to": measure.fy_to,
    }


@router.get(
    "/policy/{body}/measures/{code}",
    auth=None,
    response={200: SheetOut, **problems(404)},
    operation_id="get_sheet",
    summary="公表されたシート",
)
def get_sheet(
    request: HttpRequest,
    body: Slug,
    code: Code,
    year: Annotated[int | None, Query(ge=1886, le=9998, description="シートの年度。省略すると最新")] = None,
) -> dict[str, Any]:
    """公表されている最新の版を返します。値は凍結されており、あとから変わりません。"""
    measure = queries.public_measures(get_object_or_404(Body, slug=body)).filter(code=code).first()
    revision = queries.published_revision(measure, year) if measure else None
    if revision is None:
        raise Http404
    return _sheet(body, revision, queries.sheet_of_revision(revision))


def _sheet(body: str, revision: SheetRevision, sheet: Sheet) -> dict[str, Any]:
    return {
        "body": body,
        "code": sheet.code,
        "name": sheet.name,
        "lead_department": sheet.lead_department,
        "plan": sheet.plan_name,
        "sheet_year": sheet.sheet_year,
        "stage": revision.stage,
        "revision": revision.number,
        "published_at": revision.published_at,
        "digest": revision.digest,
        "desired_state": list(sheet.desired_state),
        "grade": sheet.grade,
        "grade_reason": sheet.grade_reason,
        "indicators": [_indicator(sheet, row) for row in (*sheet.primary, *sheet.secondary)],
    }


def _indicator(sheet: Sheet, row: IndicatorRow) -> dict[str, Any]:
    return {
        **{
            name: getattr(row, name)
            for name in ("code", "role", "name", "unit", "decimals", "direction", "measure", "explanation")
        },
        "definition_version": row.definition_version,
        "years": [
            {
                "year": cells.year,
                "label": column.label,
                "is_baseline": column.is_baseline,
                "target": _cell(cells.target),
                "actual": _cell(cells.actual),
                "achievement": _cell(cells.achievement),
                "expected": _cell(cells.expected),
            }
            for column, cells in zip(sheet.years, row.years, strict=True)
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "value": _number(cell.value),
        "missing": cell.missing,
        "status": cell.status,
        "snapshot": cell.snapshot,
        "note": cell.note,
    }


def _snapshot(body: str, pk: int) -> Snapshot:
    found = queries.public_snapshot(get_object_or_404(Body, slug=body), pk)
    if found is None:
        raise Http404
    return found


@router.get(
    "/policy/{body}/snapshots/{number}",
    auth=None,
    response={200: SnapshotOut, **problems(404)},
    operation_id="get_snapshot",
    summary="公表された値の集計の記録",
)
def get_snapshot(request: HttpRequest, body: Slug, number: Id) -> dict[str, Any]:
    """何を、どの規則で、いつ分かっていたことから数えたかを返します。"""
    found = _snapshot(body, number)
    return {
        "id": found.pk,
        "indicator": found.indicator.code,
        "name": found.indicator.name,
        "year": found.year,
        "first": found.first,
        "end": found.end,
        "as_of": found.as_of,
        "definition_version": found.definition.version,
        "binding": found.binding_text,
        "binding_sha256": found.binding_digest,
        "code_version": found.code_version,
        "numerator": _number(found.numerator),
        "denominator": _number(found.denominator),
        "raw": found.raw,
        "official": _number(found.official),
        "rows": found.row_count,
        "root": found.root,
        "supersedes": found.supersedes_id,
    }


@router.get(
    "/policy/{body}/snapshots/{number}/rows",
    auth=None,
    response={200: RowPage, **problems(404)},
    operation_id="list_snapshot_rows",
    summary="公表された値の行",
)
def list_snapshot_rows(
    request: HttpRequest, body: Slug, number: Id, page: Annotated[int, Query(ge=1, le=10_000_000)] = 1
) -> dict[str, Any]:
    """数えた行を、50行ずつ返します。"""
    found = queries.evidence_of_snapshot(_snapshot(body, number), page)
    return {
        "items": [
            {
                "id": line.id,
                "version": line.version,
                "on": line.on,
                "unit": line.unit,
                "counts": str(line.counts),
            }
            for line in found.lines
        ],
        "page": found.number,
        "total": found.total or 0,
        "has_next": found.has_next,
    }


@router.get(
    "/policy/{body}/snapshots/{number}/proofs/{row}",
    auth=None,
    throttle=Limit("prove", token=60, address=20),
    response={200: ProofOut, **problems(404)},
    operation_id="get_row_proof",
    summary="一行が値に入っていることの証明",
)
def get_row_proof(
    request: HttpRequest, body: Slug, number: Id, row: Annotated[str, Field(max_length=120)]
) -> dict[str, Any]:
    """ほかの行を見せずに、その行が値に入っていることを確かめられるハッシュの道を返します。"""
    proof = queries.proof_of(_snapshot(body, number), row)
    if proof is None:
        raise Http404
    return {
        "id": proof.id,
        "version": proof.version,
        "index": proof.index,
        "size": proof.size,
        "hashes": list(proof.hashes),
        "root": proof.root,
    }

"""The catalogue of procedures as open data; the columns follow the national survey of procedures (行政手続等の棚卸調査)."""

from collections.abc import Iterator
from typing import Any

from kencho.foundation import clock
from kencho.foundation.registry import DatasetSpec, datasets
from kencho.organization.models import Body
from kencho.procedures import queries
from kencho.procedures.definition import Definition

COLUMNS = (
    "全国地方公共団体コード",
    "手続コード",
    "手続名",
    "手続名_英語",
    "概要",
    "手続類型",
    "対象者",
    "根拠法令",
    "担当部署コード",
    "担当部署",
    "手数料（円）",
    "標準処理期間（日）",
    "処理期間の数え方",
    "本人確認",
    "添付書類",
    "ライフイベント",
    "版",
    "公開開始日時",
    "定義のダイジェスト",
)


def procedure_rows(body: str) -> Iterator[tuple[Any, ...]]:
    """The procedures of a body that are in force now."""
    now = clock.now()
    office = Body.objects.get(code=body)
    versions = (
        queries.versions_in_force(now)
        .filter(procedure__body=office)
        .select_related("procedure__division")
        .order_by("procedure__code", "-number")
    )
    seen: set[int] = set()
    for version in versions:
        if version.procedure_id in seen:
            continue
        seen.add(version.procedure_id)
        definition = queries.compiled_of(version).definition
        division = version.procedure.division
        yield (
            body,
            definition.code,
            definition.title,
            definition.title_en,
            definition.summary,
            definition.procedure_type,
            definition.audience,
            "／".join(f"{one.law}{one.article}" for one in definition.legal_basis),
            division.code,
            division.name,
            _fee(definition),
            *_period(definition),
            definition.identity,
            "／".join(one.label for one in definition.documents),
            "／".join(definition.life_events),
            version.number,
            version.in_force_from.isoformat() if version.in_force_from else "",
            version.digest,
        )


def _fee(definition: Definition) -> str:
    if definition.fee.table:
        return "／".join(f"{row.label} {row.amount}" for row in definition.fee.table)
    return str(definition.fee.amount or 0)


def _period(definition: Definition) -> tuple[Any, Any]:
    period = definition.standard_processing_period
    return (period.total_days, period.count) if period else ("", "")


datasets.register(
    "procedures.catalogue", DatasetSpec("procedures.catalogue", "行政手続一覧", COLUMNS, procedure_rows)
)

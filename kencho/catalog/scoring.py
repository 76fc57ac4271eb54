"""The quality of a version: the facts of its file, its checks and its dataset, put together for `quality.score`."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kencho.catalog import standards
from kencho.catalog.models import Dataset, Frequency, License, Resource
from kencho.catalog.quality import Facts, score

SUGGESTED = 0.6
"""From this likeness on, a standard table is said to fit data for which none was chosen."""
INTERVALS = {
    Frequency.DAILY: 1,
    Frequency.WEEKLY: 7,
    Frequency.MONTHLY: 31,
    Frequency.QUARTERLY: 92,
    Frequency.ANNUAL: 365,
    Frequency.FISCAL_YEAR: 365,
}
"""Days between two versions."""
ADDRESS = ("所在地", "住所")
LONGEST_NAME = 60


def quality_of(
    resource: Resource,
    prepared: Mapping[str, Any],
    tidied: Mapping[str, Any],
    conformed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Score with its parts and losses, as JSON.

    `prepared` is the answer of the job that validated, `tidied` that of the fixer (empty for a large CSV), `conformed`
    that of the comparison with the chosen standard.
    """
    dataset, fields = resource.dataset, prepared["schema"].get("fields", [])
    names = [str(each["name"]) for each in fields]
    facts = Facts(
        cells=max(1, int(prepared["rows"]) * max(1, len(fields))),
        rules=dict(tidied.get("rules", {})),
        left=dict(Counter(str(each.get("rule") or "1-2") for each in tidied.get("questions", ()))),
        findings=_findings(prepared),
        source_format=str(tidied.get("format", "csv")),
        standard=_standard(dataset, names),
        standard_share=float(conformed["share"]) if conformed else 1.0,
        standard_missing=len(conformed["missing"]) if conformed else 0,
        unmapped_columns=_renamed(conformed),
        has_title=bool(dataset.title),
        has_description=bool(dataset.description),
        has_keywords=bool(dataset.keywords),
        has_theme=bool(dataset.theme),
        has_open_license=dataset.license != License.OTHER,
        has_owner=dataset.division_id is not None,
        has_frequency=dataset.frequency != Frequency.IRREGULAR,
        has_period=dataset.covers_from is not None,
        has_contact=_has_contact(dataset),
        undescribed_columns=sum(not each.get("description") and not dataset.standard for each in fields),
        columns_without_unit=_without_unit(fields),
        columns=max(1, len(fields)),
        update_interval=INTERVALS.get(Frequency(dataset.frequency), 0),
        has_key=bool(prepared["schema"].get("primaryKey"))
        or any("ID" in name or "番号" in name for name in names),
        unsafe_names=sum(not name or len(name) > LONGEST_NAME or "\n" in name for name in names),
        is_geocoded=not any(word in name for name in names for word in ADDRESS)
        or {"緯度", "経度"} <= set(names),
    )
    return score(facts).to_data()


def _findings(prepared: Mapping[str, Any]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for each in prepared["counts"]:
        counts[str(each["kind"])] += int(each["count"])
    return dict(counts)


def _standard(dataset: Dataset, names: list[str]) -> str:
    if dataset.standard:
        return dataset.standard
    suggested = standards.suggest_standard(names)
    return "" if suggested and suggested[0].score >= SUGGESTED else "none_fits"


def _renamed(conformed: Mapping[str, Any] | None) -> int:
    """Columns that hold a standard item under another name."""
    if conformed is None:
        return 0
    return sum(bool(each["item"]) and each["item"] != each["column"] for each in conformed["matches"])


def _has_contact(dataset: Dataset) -> bool:
    division = dataset.division
    return division is not None and bool(division.telephone or division.email)


def _without_unit(fields: list[Mapping[str, Any]]) -> int:
    """Numbers that say neither in their name nor in the dictionary of what they are; coordinates need no unit."""
    return sum(
        each.get("type") in {"integer", "number"}
        and not each.get("unit")
        and not any(
            word in str(each["name"]) for word in ("緯度", "経度", "数", "年", "ID", "番号", "（", "(")
        )
        for each in fields
    )

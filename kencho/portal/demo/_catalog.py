"""The demo's open data: tables in the shapes of the standard, and views over the demo's own work, all published.

Every one goes the way of the real ones: dropped as a file, fixed, checked, approved by those on the route. The rows are
made up from names of towns; each dataset says so.
"""

import csv
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from kencho.approvals.models import ApprovalRequest
from kencho.catalog import checking, refreshing, standards
from kencho.catalog import services as catalog
from kencho.catalog.coarse import KEEP, Plan
from kencho.catalog.models import Dataset, Preparation, ResourceVersion, WorkView
from kencho.catalog.standards.places import towns_of
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor
from kencho.organization import queries as organization
from kencho.organization.models import Body, Unit
from kencho.portal.demo._measure import approve_all
from kencho.portal.demo._setup import DIGITAL_DIVISION, PREFECTURE, _yaml, division_before

SYNTHETIC = "見本の県のために作った合成データです。実在の施設や人とは関係がありません。"
KINDS = ("公民館", "図書館", "体育館", "小学校", "支所", "市民センター", "公園", "児童館")
AGES = "歳の"


def publish_catalogue(*, at: datetime) -> int:
    """見本のオープンデータを公開する; returns how many datasets are published by it. May be run again."""
    seeds = _yaml("catalog/datasets.yaml")
    done = 0
    for row in seeds["views"]:
        done += _publish_view(row, at)
    for row in seeds["datasets"]:
        body = Body.objects.get(code=row["body"])
        if not Dataset.objects.filter(body=body, code=row["code"]).exists():
            _publish_table(body, row, seeds["centers"].get(body.code, (34.7, 136.5)), at)
            done += 1
    return done


def _people(body: Body, at: datetime) -> tuple[Unit, Actor]:
    """A division that publishes, and a clerk in it."""
    day = clock.day_of(at)
    if body.code == PREFECTURE:
        division = division_before(body, DIGITAL_DIVISION, day)
        return division, _clerk(division, day)
    for division in organization.divisions_on(body, day):
        if organization.holders(division, CLERKS, day).exists():
            return division, _clerk(division, day)
    raise LookupError(body.code)


CLERKS = ("CLERK", "SENIOR_CLERK", "SECTION_CHIEF")


def _clerk(division: Unit, day: date) -> Actor:
    """Somebody of the division, sitting at their desk there."""
    person = organization.holders(division, CLERKS, day).order_by("number")[0]
    return replace(organization.actor_of(person), division_id=division.pk)


def _publish_table(body: Body, row: Mapping[str, Any], center: Sequence[float], at: datetime) -> None:
    division, clerk = _people(body, at)
    standard = standards.get(row["standard"])
    dataset = catalog.register_dataset(
        division=division,
        code=row["code"],
        title=standard.title,
        description=f"{body.name}の{standard.title}。{SYNTHETIC}",
        keywords=tuple(row["keywords"]),
        theme=row["theme"],
        frequency="annual",
        standard=standard.code,
        by=clerk,
        at=at,
    )
    content = _content(body, standard, int(row["rows"]), center)
    resource = dataset.resources.get()
    preparation = catalog.begin_preparation(
        resource=resource, name=f"{row['code']}.csv", size=len(content), by=clerk, at=at
    )
    preparation = catalog.receive_part(
        preparation=preparation, offset=0, content=ContentFile(content), by=clerk, at=at
    )
    version = _prepared(preparation, clerk, at)
    if version.gate == ResourceVersion.Gate.STOPPED:
        raise LookupError(f"{dataset.code}: {version.gate_findings}")
    request = catalog.request_publication(version=version, note="はじめての公開", by=clerk, at=at)
    _approve(request, at)


def _prepared(preparation: Preparation, clerk: Actor, at: datetime) -> ResourceVersion:
    """Read, decided as proposed, and checked: what the two background tasks and the clerk do."""
    checking.propose(preparation, by=catalog.KENCHO, at=at)
    preparation.refresh_from_db()
    if preparation.state == Preparation.State.PROPOSED:
        catalog.choose_fixing(preparation=preparation, by=clerk, at=at)
    preparation.refresh_from_db()
    checking.check(preparation, by=catalog.KENCHO, at=at)
    preparation.refresh_from_db()
    if preparation.version is None:
        raise LookupError(f"{preparation.name}: {preparation.problem} {preparation.problem_params}")
    return preparation.version


def _approve(request: ApprovalRequest, at: datetime) -> None:
    approve_all(request, at)
    queue.drain(strict=True)


def _publish_view(row: Mapping[str, Any], at: datetime) -> int:
    body = Body.objects.get(code=PREFECTURE)
    if WorkView.objects.filter(body=body, spec=row["spec"]).exists():
        return 0
    division, clerk = _people(body, at)
    view = catalog.declare_view(
        division=division,
        spec=row["spec"],
        plan=Plan(
            columns=[(name, KEEP) for name in row["columns"]],
            count_column=row.get("count_column", ""),
            totals_by=row.get("totals_by", ()),
        ),
        code=row["code"],
        description="見本の県の業務のデータから毎晩作る表です。実在の県の値ではありません。",
        keywords=tuple(row["keywords"]),
        theme=row["theme"],
        frequency="daily",
        by=clerk,
        at=at,
    )
    _approve(catalog.request_view_approval(view=view, by=clerk, at=at), at)
    view.refresh_from_db()
    return int(refreshing.refresh(view, by=catalog.KENCHO, at=at))


def _content(body: Body, standard: Any, rows: int, center: Sequence[float]) -> bytes:
    """A CSV as offices have them: CP932, with a BOM nowhere and the standard's own column names."""
    rng = random.Random(f"{body.code}-{standard.code}")  # noqa: S311  # made-up rows, the same each time
    towns = towns_of(body.name) or towns_of("津市")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    items = [item for item in standard.items if _is_filled(item)]
    writer.writerow([item.name for item in items])
    for number in range(1, rows + 1):
        town = rng.choice(towns)
        made = _Row(body, standard.code, number, town, center, rng)
        writer.writerow([made.value(item.name, item.content) for item in items])
    return text.getvalue().encode("cp932")


def _is_filled(item: Any) -> bool:
    """Columns that the demo has something to say about; a standard's others may be left out."""
    return item.required or item.content in {
        "local_government_code",
        "local_government_name",
        "id",
        "latitude",
        "longitude",
        "address",
        "phone",
        "integer",
        "date",
        "flag",
        "kana",
    }


class _Row:
    """One made-up row; its values agree with one another."""

    def __init__(
        self, body: Body, standard: str, number: int, town: str, center: Sequence[float], rng: random.Random
    ) -> None:
        self._body, self._standard, self._number, self._town, self._rng = body, standard, number, town, rng
        self._place = [round(value + rng.uniform(-0.03, 0.03), 6) for value in center]
        self._kind = KINDS[number % len(KINDS)]
        self._counts: dict[str, int] = {}

    def value(self, name: str, content: str) -> str | int | float:
        """The cell of a column, by what it holds."""
        made = getattr(self, f"_{content}", None)
        return made(name) if made is not None else self._text(name)

    def _local_government_code(self, _name: str) -> str:
        return self._body.code

    def _local_government_name(self, _name: str) -> str:
        return self._body.name

    def _id(self, _name: str) -> str:
        return f"{self._body.code[:5]}{self._number:05d}"

    def _prefecture(self, _name: str) -> str:
        return "三重県"

    def _municipality(self, _name: str) -> str:
        return self._body.name if self._body.code != PREFECTURE else "津市"

    def _address(self, _name: str) -> str:
        return f"{'' if self._body.code == PREFECTURE else '三重県'}{self._body.name}{self._town}{self._number}番地"

    def _latitude(self, _name: str) -> float:
        return self._place[0]

    def _longitude(self, _name: str) -> float:
        return self._place[1]

    def _phone(self, _name: str) -> str:
        return f"059-{200 + self._number:03d}-{1000 + self._number * 7:04d}"

    def _integer(self, name: str) -> int:
        """Numbers of people: what is a sum is the sum of its parts, whatever the order of the columns."""
        if name in {"総人口", "男性", "女性"}:
            parts = [each for each in self._ages() if name == "総人口" or each[0].endswith(name)]
            return sum(count for _name, count in parts)
        if AGES in name:
            return dict(self._ages()).get(name, 0)
        if name == "世帯数":
            return self._integer("総人口") * 2 // 5
        return self._rng.randrange(10, 400, 5)

    def _ages(self) -> list[tuple[str, int]]:
        if not self._counts:
            bands = [f"{low}-{low + 4}歳" for low in range(0, 85, 5)] + ["85歳以上"]
            self._counts = {
                f"{band}の{sex}": self._rng.randint(12, 140) for band in bands for sex in ("男性", "女性")
            }
        return list(self._counts.items())

    def _date(self, _name: str) -> str:
        return (date(2024, 4, 1) + timedelta(days=self._number * 5 % 360)).isoformat()

    def _flag(self, _name: str) -> str:
        return (
            "有"
            if "トイレ" in _name and self._rng.random() < 0.5
            else "1"
            if self._rng.random() < 0.6
            else ""
        )

    def _kana(self, _name: str) -> str:
        return f"ミホンシセツダイ{self._number}ゴウ"

    def _text(self, name: str) -> str:
        if "名" in name:
            return f"{self._town}{self._kind}（見本{self._number}）"
        if name in {"ライセンス", "データセット_ライセンス"}:
            return "CC BY 4.0"
        return f"{self._kind}"

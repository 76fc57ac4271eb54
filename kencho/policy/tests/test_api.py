"""The public API: published sheets and the figures on them; nothing else."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kencho.foundation import merkle
from kencho.foundation.clock import JST
from kencho.foundation.registry import datasets
from kencho.policy import services
from kencho.policy.models import Actual, Indicator, PolicyNode, SheetRevision
from kencho.policy.testing import SETUP, Fact, Ledger
from kencho.policy.tests.conftest import NOW

AFTER = datetime(2021, 5, 31, 17, 0, tzinfo=JST)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Calls of other tests do not count here."""
    cache.clear()


def get(path: str, status: int = 200) -> Any:
    answer = Client().get(f"/api/v1/policy/{path}")
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def publish(measure: PolicyNode) -> SheetRevision:
    """A published revision, without the way through the approval."""
    revision = services.open_revision(
        node=measure, sheet_year=2021, trigger="confirmed", reason="公表", by=SETUP, at=NOW
    )
    SheetRevision.objects.filter(pk=revision.pk).update(state="published", published_at=NOW)
    return revision


@pytest.fixture
def figure(measure: PolicyNode, received: Indicator, ledger: Ledger) -> Actual:
    """A confirmed figure of 60 rows."""
    for number in range(60):
        ledger.add(Fact(f"row{number:02}", date(2020, 6, 1), datetime(2020, 7, 1, tzinfo=JST)))
    return services.freeze_actual(indicator=received, year=2020, status="confirmed", by=SETUP, at=AFTER)


def test_only_what_is_published_is_listed(measure: PolicyNode) -> None:
    assert get("mie/measures") == {"items": [], "next": None}
    get("mie/measures/406", 404)
    publish(measure)
    assert [each["code"] for each in get("mie/measures")["items"]] == ["406"]
    assert get("tsu/measures")["items"] == []
    get("nowhere/measures", 404)
    get("mie/measures/999", 404)
    get("mie/measures/406?year=2019", 404)


def test_a_sheet_tells_its_figures(measure: PolicyNode, figure: Actual) -> None:
    revision = publish(measure)
    found = get("mie/measures/406?year=2021")
    assert (found["stage"], found["revision"], found["digest"]) == ("confirmed", 2, revision.digest)
    received = found["indicators"][2]
    assert received["years"][0]["actual"]["value"] == "22299"
    cell = received["years"][1]["actual"]
    assert (cell["value"], cell["text"], cell["status"]) == ("60", "60 件", "confirmed")
    assert cell["snapshot"] == figure.snapshot_id
    assert received["years"][3]["target"] == {
        "text": "",
        "value": None,
        "missing": "not_set",
        "status": "",
        "snapshot": None,
        "note": "",
    }
    assert received["years"][3]["expected"]["value"] == "22800"


def test_a_figure_is_followed_to_its_rows_and_proven(measure: PolicyNode, figure: Actual) -> None:
    path = f"mie/snapshots/{figure.snapshot_id}"
    # Of a figure that is on no published sheet nothing is told.
    for tail in ("", "/rows", "/proofs/row07"):
        get(path + tail, 404)
    publish(measure)
    told = get(path)
    assert (told["official"], told["rows"], told["indicator"]) == ("60", 60, "ind-406-sub2")
    rows = get(f"{path}/rows?page=2")
    assert [each["id"] for each in rows["items"]] == [f"row{number}" for number in range(50, 60)]
    assert (rows["total"], rows["has_next"]) == (60, False)
    assert "label" not in rows["items"][0]
    proof = get(f"{path}/proofs/row07")
    assert merkle.verify_inclusion(
        merkle.leaf_hash(f"row07\n{proof['version']}".encode()),
        proof["index"],
        proof["size"],
        [bytes.fromhex(each) for each in proof["hashes"]],
        bytes.fromhex(told["root"]),
    )
    get(f"{path}/proofs/nobody", 404)
    get("mie/snapshots/999999", 404)
    get(f"tsu/snapshots/{figure.snapshot_id}", 404)


def test_datasets_hold_what_is_published(measure: PolicyNode, figure: Actual) -> None:
    codes = ("policy.indicators", "policy.projects", "policy.lines")
    for code in codes:
        assert list(datasets.get(code).rows("240001")) == []
    publish(measure)
    for code in codes:
        spec = datasets.get(code)
        rows = list(spec.rows("240001"))
        assert rows
        assert {len(row) for row in rows} == {len(spec.columns)}
    indicators = list(datasets.get("policy.indicators").rows("240001"))
    assert ("60", "confirmed") in {(row[12], row[13]) for row in indicators}
    assert len(indicators) == 15
    assert len(list(datasets.get("policy.projects").rows("240001"))) == 8
    assert list(datasets.get("policy.lines").rows("242012")) == []

"""Rows over HTTP: filters, exact counts, pages, facets, SQL, moments; and nothing that is not published."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kencho.catalog import services
from kencho.catalog.models import UsageDay
from kencho.catalog.testing import FACILITIES, Made, add_version, facilities, make_dataset
from kencho.foundation import clock
from kencho.organization.testing import Cast, desk

TABLE = "/api/v1/opendata/mie/datasets/facilities/tables/data"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Calls of other tests do not count here."""
    cache.clear()


def get(path: str, status: int = 200, /, **query: Any) -> Any:
    answer = Client().get(path, query)
    assert answer.status_code == status, answer.content.decode()
    assert answer["Access-Control-Allow-Origin"] == "*"
    return json.loads(answer.content)


@pytest.fixture
def made(cast: Cast) -> Made:
    """A published table of 24 facilities."""
    return make_dataset(cast, at=clock.now() - timedelta(days=10))


def test_rows_are_filtered_sorted_and_counted_exactly(made: Made) -> None:
    rows = facilities()
    want = [each for each in rows if each["市区町村"] == "津市" and (each["利用者数"] or 0) >= 900]
    found = get(f"{TABLE}/rows", 市区町村="津市", 利用者数__gte="900", _sort="-利用者数")
    assert found["total"] == len(want) == 5
    assert [each["施設番号"] for each in found["items"]] == [each["施設番号"] for each in reversed(want)]
    assert found["version"] == made.version.number
    assert found["items"][0]["開設日"] == want[-1]["開設日"]
    assert found["next"] is None


def test_pages_by_key_give_every_row_once(made: Made) -> None:
    seen, after = [], ""
    while True:
        query = {"_limit": "7", "_sort": "種別", **({"_after": after} if after else {})}
        page = get(f"{TABLE}/rows", 200, **query)
        assert page["total"] == 24
        seen += [each["施設番号"] for each in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert sorted(seen) == [each["施設番号"] for each in facilities()]


def test_two_character_words_are_found(made: Made) -> None:
    assert get(f"{TABLE}/rows", _search="図書")["total"] == 12
    assert get(f"{TABLE}/rows", _search="図書", _shape="arrays")["items"][0][0] == "F000"


def test_facets_statistics_and_a_single_row(made: Made) -> None:
    facet = get(f"{TABLE}/facets", _column="市区町村", 種別="図書館")
    assert {each["value"]: each["count"] for each in facet["values"]} == {
        "津市": 4,
        "四日市市": 4,
        "伊勢市": 4,
    }
    stats = get(f"{TABLE}/stats", _column="利用者数")["stats"]
    assert (stats["nulls"], stats["min"], stats["max"]) == (1, 0, 2300)
    assert get(f"{TABLE}/rows/7")["values"]["利用者数"] is None
    assert get(f"{TABLE}/rows/25", 404)["title"] == "no_such_row"


def test_sql_reads_and_does_nothing_else(made: Made) -> None:
    answer = get(f"{TABLE}/sql", q="SELECT 種別, count(*) AS n FROM data GROUP BY 1 ORDER BY 1")
    assert answer["rows"] == [["公民館", 12], ["図書館", 12]]
    posted = Client().post(
        f"{TABLE}/sql", {"q": "SELECT 1 AS one", "limit": 5}, content_type="application/json"
    )
    assert posted.json()["rows"] == [[1]]
    for text in (
        "DROP TABLE data",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY data TO '/tmp/x.csv'",
        "SELECT 1; SELECT 2",
        "not sql at all",
    ):
        assert get(f"{TABLE}/sql", 422, q=text)["title"] in {"sql_refused", "sql_error"}


def test_wrong_questions_are_told_what_is_wrong(made: Made) -> None:
    assert get(f"{TABLE}/rows", 422, ない列="1")["title"] == "unknown_column"
    assert get(f"{TABLE}/rows", 422, 利用者数__gte="たくさん")["title"] == "bad_value"
    assert get(f"{TABLE}/rows", 422, 利用者数__near="3")["title"] == "bad_operator"
    assert get(f"{TABLE}/rows", 422, _after="???")["title"] == "bad_key"
    assert get(f"{TABLE}/rows", 422, as_of="きのう")["title"] == "bad_moment"
    assert "ない列" in get(f"{TABLE}/rows", 422, ない列="1")["detail"]


def test_a_moment_gives_the_version_of_then(cast: Cast, made: Made) -> None:
    changed = [{**each, "名称": "改" + each["名称"]} for each in facilities()[:20]]
    second = add_version(
        made.resource, rows=changed, by=desk(cast.clerk).actor, at=clock.now() - timedelta(days=2)
    )
    assert get(f"{TABLE}/rows")["total"] == 20
    then = clock.day_of(clock.now() - timedelta(days=5)).isoformat()
    old = get(f"{TABLE}/rows", as_of=then)
    assert (old["total"], old["version"]) == (24, made.version.number)
    get(f"{TABLE}/rows", 404, as_of="2001-01-01")
    diff = get(f"{TABLE}/diff", before=made.version.number, after=second.number)
    assert (diff["added"], diff["removed"], diff["changed"], diff["key"]) == (0, 4, 20, ["施設番号"])
    first = next(each for each in diff["items"] if each["kind"] == "changed")
    assert first["after"] == {"名称": "改" + first["before"]["名称"]}
    versions = get(f"{TABLE}/versions")["items"]
    assert [each["state"] for each in versions] == ["live", "superseded"]


def test_what_is_not_published_is_nowhere(cast: Cast, made: Made) -> None:
    draft = make_dataset(cast, code="draft", is_published=False)
    get("/api/v1/opendata/mie/datasets/draft", 404)
    get("/api/v1/opendata/mie/datasets/draft/tables/data/rows", 404)
    waiting = add_version(
        made.resource, rows=facilities(3), by=desk(cast.clerk).actor, at=clock.now(), is_published=False
    )
    get(f"{TABLE}/rows", 404, _version=waiting.number)
    assert get("/api/v1/opendata/datasets")["total"] == 1
    get("/api/v1/opendata/tsu/datasets/facilities", 404)
    assert draft.dataset.state == "draft"


def test_a_withdrawn_dataset_gives_its_reason_and_no_row(cast: Cast, made: Made) -> None:
    add_version(made.resource, rows=facilities(3), by=desk(cast.clerk).actor, at=clock.now())
    services.withdraw_dataset(
        dataset=made.dataset, reason="誤りのため", by=desk(cast.clerk).actor, at=clock.now()
    )
    told = get("/api/v1/opendata/mie/datasets/facilities")
    assert (told["is_withdrawn"], told["withdrawn_reason"], told["tables"]) == (True, "誤りのため", [])
    get(f"{TABLE}/rows", 404)
    # Neither by its number nor by a day before.
    get(f"{TABLE}/rows", 404, _version=made.version.number)
    get(f"{TABLE}/rows", 404, as_of=clock.day_of(clock.now() - timedelta(days=5)).isoformat())
    get(f"{TABLE}/versions", 404)


def test_the_document_of_a_table_names_its_columns(made: Made) -> None:
    document = get(f"{TABLE}/openapi.json")
    assert document["openapi"] == "3.1.0"
    names = {each["name"] for each in document["paths"]["/rows"]["get"]["parameters"]}
    assert {"市区町村", "利用者数__gte", "名称__contains", "_after", "as_of"} <= names
    row = document["components"]["schemas"]["Row"]["properties"]
    assert row["利用者数"]["type"] == ["integer", "null"]
    assert row["開設日"]["format"] == "date"
    assert set(row) == set(FACILITIES.names)


def test_use_is_counted_by_day_and_nothing_else_is_kept(made: Made) -> None:
    services.write_use()
    UsageDay.objects.all().delete()
    get(f"{TABLE}/rows")
    get(f"{TABLE}/rows")
    services.write_use()
    row = UsageDay.objects.get()
    assert (row.dataset_id, row.kind, row.count) == (made.dataset.pk, "api", 2)
    assert {each.name for each in UsageDay._meta.get_fields()} == {"id", "dataset", "day", "kind", "count"}


def test_preflight_is_answered_without_a_question(made: Made) -> None:
    answer = Client().options(f"{TABLE}/sql")
    assert answer.status_code == 204
    assert "POST" in answer["Access-Control-Allow-Methods"]

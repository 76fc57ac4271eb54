"""The search against a plain scan: the same datasets, the same counts, the same order, whatever is asked."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kencho.catalog import queries
from kencho.catalog.models import Dataset, Frequency, HarvestSource, License, Theme
from kencho.foundation import clock
from kencho.foundation.text import fold
from kencho.organization.testing import Cast

WORDS = [
    "図書",
    "書館",
    "AED",
    "ａｅｄ",
    "%",
    "_",
    "\\",
    "ヒナン",
    "ひなん",
    "津 図書",
    "x' OR '1",
    "無い言葉",
    "",
]


@pytest.fixture
def filled(cast: Cast) -> list[Dataset]:
    """Sixty datasets, some of them drafts, some collected from elsewhere in formats of their own."""
    at = clock.now()
    source = HarvestSource.objects.create(
        body=cast.other_body,
        keeper=cast.body,
        name="津",
        kind="ckan",
        url="https://x.example/",
        created_at=at,
    )
    titles = ["図書館一覧", "AEDの場所", "避難（ヒナン）所", "100%の_割合\\", "津市の図書"]
    made = []
    for number in range(60):
        is_own = number % 3 != 0
        row = Dataset(
            body=cast.body if is_own else cast.other_body,
            division=cast.division if is_own else None,
            source=None if is_own else source,
            external_id=f"e{number}",
            code=f"d{number}",
            title=titles[number % 5],
            description=titles[(number * 3 + 1) % 5],
            theme=Theme.values[number % 4],
            license=License.values[number % 3],
            frequency=Frequency.values[number % 5],
            state=["published", "published", "draft", "withdrawn"][number % 4],
            created_at=at,
            modified_at=at - timedelta(minutes=number % 7),
        )
        row.search_text = queries.search_text_of(row)
        row.save()
        row.resources.create(
            code="r", title="", format="" if is_own else ["pdf", "csv", "PDF"][number % 9 // 3]
        )
        made.append(row)
    return made


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.sampled_from(WORDS),
    theme=st.sampled_from(["", *Theme.values[:5]]),
    format=st.sampled_from(["", "CSV", "PDF", "API", "zzz"]),
    first=st.integers(0, 8),
    most=st.integers(0, 9),
)
def test_a_page_is_a_part_of_what_a_scan_finds(
    filled: list[Dataset], words: str, theme: str, format: str, first: int, most: int
) -> None:
    parts = [fold(each) for each in words.split()]

    def formats(row: Dataset) -> set[str]:
        own = {"API", "CSV", "XLSX", "JSON", "Parquet"}
        return own if row.source_id is None else {each.format.upper() for each in row.resources.all()}

    want = [
        row
        for row in filled
        if row.state == "published"
        and all(part in row.search_text for part in parts)
        and theme in ("", row.theme)
        and (not format or format in formats(row))
    ]
    wanted = queries.Wanted(words=words, theme=theme, format=format)
    found = queries.search(wanted)
    assert sorted(found.ids) == sorted(row.pk for row in want)
    assert found.total == len(want)
    page = queries.search(wanted, first=first, most=most)
    assert (list(page.ids), page.total) == (list(found.ids[first : first + most]), len(want))
    if want:
        assert dict(page.facets["theme"]) == Counter(row.theme for row in want)
        assert dict(page.facets["body"]) == Counter(row.body.slug for row in want)
        assert dict(page.facets["format"]) == Counter(each for row in want for each in formats(row))


def test_words_in_the_title_come_first_and_then_the_newest(filled: list[Dataset]) -> None:
    found = queries.search(queries.Wanted(words="図書館一覧"))
    rows = queries.datasets_in_order(found.ids)
    is_title = [row.title == "図書館一覧" for row in rows]
    assert is_title == sorted(is_title, reverse=True)
    assert True in is_title
    assert False in is_title
    named = [row.modified_at for row in rows if row.modified_at and row.title == "図書館一覧"]
    assert named == sorted(named, reverse=True)
    newest = queries.datasets_in_order(queries.search(queries.Wanted(order="newest")).ids)
    moments = [row.modified_at for row in newest if row.modified_at]
    assert moments == sorted(moments, reverse=True)
    by_title = queries.datasets_in_order(queries.search(queries.Wanted(order="title")).ids)
    assert [row.title for row in by_title] == sorted(row.title for row in by_title)

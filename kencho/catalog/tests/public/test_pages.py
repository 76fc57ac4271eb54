"""Public pages: what stands on them, what they refuse, and that drafts are on none."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kencho.catalog import services
from kencho.catalog.models import ResourceVersion
from kencho.catalog.tables.schema import Column, Schema
from kencho.catalog.testing import Made, add_version, facilities, make_dataset
from kencho.foundation import clock
from kencho.organization.testing import Cast, desk

PLACE = ["mie", "facilities", "data"]


@pytest.fixture(autouse=True)
def own(own_store: None) -> None:
    """Files of the test in a folder of the test, and fresh limits."""
    cache.clear()


@pytest.fixture
def made(cast: Cast) -> Made:
    """A published table of 24 facilities."""
    return make_dataset(cast, at=clock.now() - timedelta(days=10))


def page(url: str, status: int = 200) -> str:
    answer = Client().get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def at(name: str, *args: str, query: str = "") -> str:
    return reverse(f"catalog:{name}", args=args) + query


def rows_of(text: str) -> int:
    return text.count("<tr") - text.count("<thead")


def test_the_page_of_a_dataset_says_everything(made: Made) -> None:
    text = page(at("dataset_show", "mie", "facilities"))
    for said in (
        "公共施設一覧",
        "24行、第1版",
        "CC BY 4.0",
        "だれでも自由に使い",
        "データ項目の定義",
        "施設番号",
    ):
        assert said in text, said
    assert "市町ごとに振った番号" in text
    assert "三重県、「公共施設一覧」第1版" in text
    assert made.version.data.digest in text
    linked = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0])
    assert linked["@type"] == "Dataset"
    assert linked["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {each["encodingFormat"] for each in linked["distribution"]} >= {"text/csv", "application/geo+json"}


def test_words_of_staff_cannot_end_the_script_or_begin_one(cast: Cast) -> None:
    make_dataset(cast, code="evil", title="</script><script>alert(1)</script>", description="<b>x</b>&amp;")
    text = page(at("dataset_show", "mie", "evil"))
    assert "<script>alert" not in text
    assert "</script><script>" not in text.replace("defer></script>", "")
    linked = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0]
    assert json.loads(linked)["name"] == "</script><script>alert(1)</script>"


def test_a_table_is_filtered_sorted_and_turned_without_a_script(made: Made) -> None:
    text = page(at("table_show", *PLACE, query="?市区町村__contains=津&利用者数__gte=900&利用者数__lte="))
    assert ">5行<" in text
    assert 'value="900"' in text
    assert "_sort=-%E5" not in text
    assert "_sort=%E5%88%A9" in text
    down = page(at("table_show", *PLACE, query="?_sort=-利用者数"))
    assert down.index("第23公民館") < down.index("第22図書館")
    assert 'aria-sort="descending"' in down
    assert ">12行<" in page(at("table_show", *PLACE, query="?_search=図書"))
    assert "条件に合う行はありません" in page(at("table_show", *PLACE, query="?_search=ない言葉"))


def test_a_wrong_condition_is_told_kindly(made: Made) -> None:
    text = page(at("table_show", *PLACE, query="?利用者数__gte=たくさん"), 400)
    assert "たくさん" in text
    assert "条件を消してやり直す" in text
    page(at("table_show", *PLACE, query="?as_of=きのう"), 400)
    page(at("table_show", *PLACE, query="?_version=99"), 404)


def test_pages_of_fifty_rows(cast: Cast) -> None:
    make_dataset(cast, code="long", rows=facilities(120))
    first = page(at("table_show", "mie", "long", "data"))
    assert "全120件のうち50件" in first
    assert "_offset=50" in first
    last = page(at("table_show", "mie", "long", "data", query="?_offset=100"))
    assert "全120件のうち20件" in last
    assert 'rel="next"' not in last


def test_charts_by_category_and_by_year(made: Made) -> None:
    text = page(at("table_chart", *PLACE, query="?by=市区町村&of=利用者数&how=sum"))
    rows = facilities()
    total = sum(each["利用者数"] or 0 for each in rows if each["市区町村"] == "津市")
    assert f"{total:,}" in text
    assert '<svg class="chart__svg"' in text
    assert 'role="img"' in text
    years = page(at("table_chart", *PLACE, query="?by=開設日"))
    assert "1980" in years
    # A stranger's column gives the usual picture.
    page(at("table_chart", *PLACE, query="?by=%22%3B--&of=x&how=y"))


def test_a_map_needs_no_tile_from_anywhere(cast: Cast, made: Made) -> None:
    text = page(at("table_map", *PLACE))
    assert text.count('<circle class="map__place"') == 0
    assert text.count("map__place") >= 24
    assert "http" not in re.findall(r'<figure class="map">(.*?)</figure>', text, re.DOTALL)[0].replace(
        'xmlns="http://www.w3.org/2000/svg"', ""
    )
    assert ">8地点" in page(at("table_map", *PLACE, query="?市区町村=津市"))
    plain = Schema((Column("名称"), Column("値", type="integer")))
    make_dataset(cast, code="plain", schema=plain, rows=[{"名称": "あ", "値": 1}])
    page(at("table_map", "mie", "plain", "data"), 404)


def test_versions_and_their_difference(cast: Cast, made: Made) -> None:
    changed = [
        {**each, "名称": "改" + each["名称"]} if each["施設番号"] == "F003" else each
        for each in facilities(23)
    ]
    second = add_version(made.resource, rows=changed, by=desk(cast.clerk).actor, at=clock.now())
    text = page(at("table_versions", *PLACE))
    assert "第1版" in text
    assert "第2版" in text
    diff = page(at("table_diff", *PLACE, query=f"?before=1&after={second.number}"))
    for said in ("なくなった行 1", "変わった行 1", "増えた行 0", "改津市第3公民館"):
        assert said in diff, said
    day = clock.day_of(clock.now() - timedelta(days=3)).isoformat()
    old = page(at("table_show", *PLACE, query=f"?as_of={day}"))
    assert "24行" in old
    assert "前の版を見ています" in old
    page(at("table_diff", *PLACE, query="?before=1&after=9"), 404)


def test_a_withdrawn_version_is_named_with_its_reason_and_not_read(cast: Cast, made: Made) -> None:
    add_version(made.resource, rows=facilities(5), by=desk(cast.clerk).actor, at=clock.now())
    services.withdraw_version(
        version=made.version, reason="数字の誤り", by=desk(cast.clerk).actor, at=clock.now()
    )
    assert "数字の誤り" in page(at("table_versions", *PLACE))
    page(at("table_show", *PLACE, query="?_version=1"), 404)
    page(at("table_file", *PLACE, "data.csv", query="?_version=1"), 404)


def test_a_withdrawn_dataset_keeps_its_page(cast: Cast, made: Made) -> None:
    services.withdraw_dataset(
        dataset=made.dataset, reason="誤りがあったため", by=desk(cast.clerk).actor, at=clock.now()
    )
    assert "誤りがあったため" in page(at("dataset_show", "mie", "facilities"), 410)
    for name in ("table_show", "table_chart", "table_map", "table_versions"):
        page(at(name, *PLACE), 404)
    page(at("table_file", *PLACE, "data.parquet"), 404)
    assert "公共施設一覧" not in page(at("opendata_search"))


def test_drafts_are_nowhere(cast: Cast, made: Made) -> None:
    make_dataset(cast, code="secret", title="ひみつの準備", is_published=False)
    waiting = add_version(
        made.resource, rows=facilities(2), by=desk(cast.clerk).actor, at=clock.now(), is_published=False
    )
    assert waiting.state == ResourceVersion.State.READY
    for url in (
        at("opendata_search"),
        at("opendata_search", query="?q=ひみつ"),
        at("body_search", "mie"),
        at("data_json"),
        at("feed_catalog", "ttl"),
        at("ckan_action", "package_list"),
        at("ckan_action", "package_search"),
        at("ckan_action", "tag_list"),
    ):
        answer = Client().get(url)
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert "ひみつ" not in text.replace('value="ひみつ"', ""), url
        assert "secret" not in text, url
    page(at("dataset_show", "mie", "secret"), 404)
    page(at("table_show", "mie", "secret", "data"), 404)
    page(at("table_file", "mie", "secret", "data", "data.csv"), 404)
    page(at("feed_dataset", "mie", "secret", "ttl"), 404)
    page(at("table_show", *PLACE, query=f"?_version={waiting.number}"), 404)
    # Another body's name does not open it either.
    page(at("dataset_show", "tsu", "facilities"), 404)


def test_search_forgives_spelling_and_narrows(cast: Cast, made: Made) -> None:
    make_dataset(cast, code="shelters", title="指定緊急避難場所", theme="JUST", keywords=["ヒナンジョ"])
    assert "指定緊急避難場所" in page(at("opendata_search", query="?q=ひなんじょ"))
    assert "指定緊急避難場所" in page(at("opendata_search", query="?q=避難"))
    text = page(at("opendata_search", query="?theme=JUST"))
    assert "1件のデータセット" in text
    assert "公共施設一覧" not in text
    empty = page(at("opendata_search", query="?q=存在しない言葉&theme=JUST"))
    assert "見つかりませんでした" in empty
    assert "絞り込みを外してみてください" in empty
    for stray in ("?page=0", "?page=x", "?page=999999", "?sort=%00", "?q=%00%25_", "?theme=zzz"):
        page(at("opendata_search", query=stray))


def test_number_of_queries_does_not_grow_with_the_list(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(5):
        make_dataset(cast, code=f"d{number}", rows=facilities(1))
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # pytest-django's fixture
        page(at("opendata_search"))

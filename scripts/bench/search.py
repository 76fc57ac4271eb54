"""Federated search over 10,000 datasets: two-character words, every find checked against a plain scan of all texts."""

import random
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from unittest import mock

from django.test import Client

from kencho.catalog import queries
from kencho.catalog.models import Dataset, Frequency, License, Theme
from kencho.foundation import clock
from kencho.foundation.api import Limit
from kencho.foundation.text import fold
from kencho.organization.models import Body
from kencho.organization.testing import make_body, make_unit
from scripts.bench._facilities import AREAS, KINDS, NAMES, TOWNS
from scripts.bench._report import line, many, percentile, rounds, sized

SUBJECTS: Final = [
    "人口",
    "世帯",
    "統計",
    "予算",
    "決算",
    "施設",
    "図書",
    "公園",
    "道路",
    "橋梁",
    "河川",
    "防災",
    "避難",
    "医療",
    "介護",
    "保育",
    "学校",
    "観光",
    "文化財",
    "農業",
    "漁業",
    "林業",
    "産業",
    "企業",
    "入札",
    "契約",
    "環境",
    "大気",
    "水質",
    "廃棄物",
    "消防",
    "AED",
    "救急",
    "交通",
    "バス",
    "選挙",
    "議会",
    "条例",
    "都市計画",
    "空き家",
    "税",
    "上水道",
    "下水道",
    "電力",
    "災害",
    "耐震化",
]
SHAPES: Final = ["一覧", "調査結果", "年報", "推移", "実績", "計画", "台帳", "地点", "利用状況", "統計表"]
WORDS: Final = [
    "毎年度の集計",
    "市町ごと",
    "月別",
    "年齢別",
    "地区別",
    "位置情報",
    "緯度と経度",
    "連絡先",
    "バリアフリー",
    "整備状況",
    "補助金",
    "許可",
    "届出",
    "基準値",
    "測定値",
    "標準のデータ項目",
]
COLUMNS: Final = (*NAMES, *(f"{shape}_{word}" for shape in SHAPES for word in WORDS[:6]))
PAGE: Final = 20
BY_SPELLING: Final = (
    ("ﾊﾞﾘｱﾌﾘｰ", "バリアフリー"),
    ("ばりあふりー", "バリアフリー"),
    ("ＡＥＤ", "aed"),
    ("髙", "高"),
)


def _bodies() -> list[Body]:
    return [
        Body.objects.filter(slug=f"bench{place}").first()
        or make_body(f"{990_000 + place:06}", f"bench{place}", name, kind=Body.Kind.CITY)
        for place, name in enumerate(TOWNS)
    ]


def fill(count: int) -> None:
    """Published datasets of 29 municipalities; the texts are folded by the catalogue's own function."""
    rng = random.Random(406)  # noqa: S311  # made-up data, the same each time
    divisions = [make_unit(body, "0101", "総務課") for body in _bodies()]
    at = clock.now()
    rows = []
    for number in range(count):
        division = rng.choice(divisions)
        subject, shape = rng.choice(SUBJECTS), rng.choice(SHAPES)
        row = Dataset(
            body=division.body,
            division=division,
            code=f"d{number}",
            title=f"{subject}{shape}（{rng.choice(AREAS)}）{2000 + number % 27}年度",
            description="。".join(rng.sample(WORDS, 6))
            + f"。{rng.choice(KINDS)}の{rng.choice(SUBJECTS)}を含みます。",
            keywords=rng.sample(SUBJECTS, 3),
            theme=rng.choice(Theme.values),
            license=rng.choice(License.values),
            frequency=rng.choice(Frequency.values),
            state=Dataset.State.PUBLISHED,
            created_at=at,
            published_at=at,
            modified_at=at - timedelta(minutes=number),
        )
        # As the columns of its table make the text of a real one longer.
        row.search_text = queries.search_text_of(row) + "\n" + "\n".join(map(fold, rng.sample(COLUMNS, 12)))
        rows.append(row)
    Dataset.objects.bulk_create(rows, batch_size=1000)


def words_asked(texts: Sequence[str], count: int) -> list[str]:
    """Pairs of letters out of the texts themselves, some of them twice in one question."""
    rng = random.Random(1)  # noqa: S311  # the same questions each time
    asked: list[str] = []
    while len(asked) < count:
        text = rng.choice(texts)
        place = rng.randrange(len(text) - 2)
        pair = text[place : place + 2]
        if pair.strip() == pair and "\n" not in pair and " " not in pair and "。" not in pair:
            asked.append(pair)
    return [*asked, *(f"{a} {b}" for a, b in zip(asked[::7], asked[1::7], strict=False))]


def run() -> None:
    """Ask every question of the search and of a scan, by turns; one that misses or invents anything fails the run."""
    count = many(10_000, 300)
    fill(count)
    texts = dict(Dataset.objects.filter(state=Dataset.State.PUBLISHED).values_list("pk", "search_text"))
    asked = words_asked(list(texts.values()), sized(120, 20))
    ours: list[float] = []
    theirs: list[float] = []
    spent: list[float] = []
    for words in asked * rounds():
        cpu, began = time.process_time(), time.perf_counter()
        page = queries.search(queries.Wanted(words=words), most=PAGE)
        middle = time.perf_counter()
        spent.append((time.process_time() - cpu) * 1000)
        parts = [fold(part) for part in words.split()]
        want = {
            pk
            for pk, text in Dataset.objects.filter(state=Dataset.State.PUBLISHED).values_list(
                "pk", "search_text"
            )
            if all(part in text for part in parts)
        }
        theirs.append((time.perf_counter() - middle) * 1000)
        ours.append((middle - began) * 1000)
        found = queries.search(queries.Wanted(words=words))
        if set(found.ids) != want or not len(found.ids) == found.total == page.total == len(want):
            raise SystemExit(f"{words!r}: found {page.total}, there are {len(want)}")
        if list(page.ids) != list(found.ids[:PAGE]):
            raise SystemExit(f"{words!r}: the page is not the beginning of all")
    for spelled, plain in BY_SPELLING:
        one, other = (queries.search(queries.Wanted(words=each)).ids for each in (spelled, plain))
        if list(one) != list(other):
            raise SystemExit(f"{spelled!r} and {plain!r} find different datasets")
    whole = _pages(asked)
    line(
        "search",
        "オープンデータの横断検索のp95、ミリ秒（2文字の言葉。件数と絞り込みの数つき。再現率100%を確かめながら）",
        ours=percentile(ours, 95),
        against="同じ問いを、全部の文を読み出して一つずつ調べる",
        theirs=percentile(theirs, 95),
        ratio=statistics.median(theirs) / statistics.median(ours),
        rows=count,
        questions=len(asked),
        cpu_p95_ms=percentile(spent, 95),
        p50_ms=statistics.median(ours),
        recall=1.0,
        api_p95_ms=percentile(whole, 95),
    )


def _pages(asked: Sequence[str]) -> list[float]:
    """The same questions through the API, the answer written as JSON."""
    client = Client(HTTP_HOST="localhost")
    taken = []
    # Limits would only measure their own refusals.
    with mock.patch.object(Limit, "allow_request", return_value=True):
        for words in asked:
            began = time.perf_counter()
            answer = client.get("/api/v1/opendata/datasets", {"q": words})
            taken.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{words!r}: {answer.status_code}")
    return taken

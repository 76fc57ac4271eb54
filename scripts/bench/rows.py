"""A published table of a million rows asked in five shapes with exact counts, beside Datasette on the same rows.

Both answer from the same rows, asked by turns with other values each time, so that no remembered answer helps. Datasette
runs as it comes; its SQLite file gets the indexes and the full-text table that it would profit from.
"""

import csv
import http.client
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from kencho.catalog.tables.process import PreparationProcess
from kencho.catalog.tables.rows import QueryPool, TableRef, query_from
from kencho.catalog.tables.schema import Schema
from scripts.bench import _facilities as facilities
from scripts.bench._report import line, many, percentile, sized
from scripts.bench._server import HOST, free_port

READY_SECONDS = 120
FACETED = ("市区町村", "種別", "公開区分", "地方公共団体名", "備考")
WORDS = (
    "耐震化",
    "髙橋文庫",
    "駐車場あり",
    "要予約",
    "上浜町",
    "鳥居町",
    "診療所",
    "保健所",
    "いなべ市",
    "多気町",
    "浸水時",
    "段差なし",
)
INDEXED = ("市区町村", "公開区分", "利用者数", "種別", "全国地方公共団体コード")
Pairs = list[tuple[str, str]]


class CountsDiffer(Exception):
    """The two do not count the same rows."""


@dataclass
class Shape:
    """One way to ask: our parameters and theirs for the n-th time."""

    name: str
    ours: Callable[[int], Pairs]
    theirs: Callable[[int], Pairs]
    facet: bool = False
    mine: list[float] = field(default_factory=list)
    usual: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    errors: int = 0
    compared: int = 0


def _shapes() -> list[Shape]:
    towns = facilities.TOWNS

    def two(turn: int) -> Pairs:
        return [("市区町村", towns[turn % len(towns)]), ("公開区分", "公開")]

    def most(turn: int) -> Pairs:
        return [("利用者数__gte", str(490_000 - 137 * turn))]

    def part(turn: int) -> Pairs:
        return [("名称__contains", f"図書館第{99 - turn}")]

    def column(turn: int) -> Pairs:
        return [("_facet", FACETED[turn % len(FACETED)])]

    def word(turn: int) -> Pairs:
        return [("_search", WORDS[turn % len(WORDS)])]

    def same(made: Callable[[int], Pairs]) -> Callable[[int], Pairs]:
        return made

    return [
        Shape("市区町村と公開区分で絞る、100行", same(two), same(two)),
        Shape("利用者数の下限で絞り、多い順", lambda n: [*most(n), ("_sort", "-利用者数")], lambda n: [*most(n), ("_sort_desc", "利用者数")]),
        Shape("名称に含む", same(part), same(part)),
        Shape("値ごとの件数", same(column), same(column), facet=True),
        Shape("全文から語を探す", same(word), same(word)),
    ]  # fmt: skip


def run() -> None:
    """Five figures, one per shape."""
    rows, turns = many(1_000_000, 20_000), sized(12, 3)
    with tempfile.TemporaryDirectory(prefix="kencho-bench-rows-") as folder:
        place = Path(folder)
        size = facilities.write_csv(place / "facilities.csv", rows)
        table = _stored(place)
        _sqlite(place)
        with QueryPool() as pool, _datasette(place) as ask:
            began = time.perf_counter()
            pool.rows(table, query_from(_shapes()[0].ours(0), table.schema))
            cold = time.perf_counter() - began
            pool.warm(table)
            shapes = _shapes()
            for turn in range(turns + 1):
                for shape in shapes:
                    _turn(shape, turn, pool, table, ask)
            for shape in shapes:
                _report(shape, rows, cold=cold, megabytes=size / 1e6)


def _stored(place: Path) -> TableRef:
    path = place / "facilities.parquet"
    made = PreparationProcess(desk=place).run(
        "prepare",
        inputs={"file": place / "facilities.csv"},
        outputs={"parquet": path},
        params={"schema": facilities.schema()},
    )
    return TableRef(path, made["digest"], Schema.from_data(made["schema"]))


def _sqlite(place: Path) -> None:
    """The same rows as a Datasette user loads them: typed columns, indexes, trigrams for the full text."""
    kinds = {"integer": "INTEGER", "number": "REAL"}
    columns = ", ".join(
        f'"{name}" {kinds.get(str(kind["type"]), "TEXT")}' for name, kind in facilities.TYPES.items()
    )
    texts = ", ".join(f'"{name}"' for name, kind in facilities.TYPES.items() if kind["type"] == "string")
    with closing(sqlite3.connect(place / "peer.db")) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute(f"CREATE TABLE facilities ({columns})")
        with (place / "facilities.csv").open(encoding="cp932", newline="") as file:
            lines = csv.reader(file)
            next(lines)
            marks = ", ".join("?" * len(facilities.NAMES))
            database.executemany(f"INSERT INTO facilities VALUES ({marks})", lines)  # noqa: S608  # only marks
        for name in INDEXED:
            database.execute(f'CREATE INDEX "by_{name}" ON facilities ("{name}")')
        database.execute(
            f'CREATE VIRTUAL TABLE facilities_fts USING fts5 ({texts}, content="facilities", tokenize="trigram")'
        )
        database.execute("INSERT INTO facilities_fts (facilities_fts) VALUES ('rebuild')")
        database.commit()
        database.execute("ANALYZE")
        database.commit()


Ask = Callable[[Pairs], tuple[int, dict[str, Any]]]


@contextmanager
def _datasette(place: Path) -> Iterator[Ask]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "datasette",
        "serve",
        str(place / "peer.db"),
        "-h",
        HOST,
        "-p",
        str(port),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        with closing(http.client.HTTPConnection(HOST, port, timeout=120)) as connection:

            def ask(pairs: Pairs) -> tuple[int, dict[str, Any]]:
                connection.request("GET", f"/peer/facilities.json?{urlencode(pairs, quote_via=quote)}")
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read())

            yield ask
    finally:
        server.terminate()
        server.wait(30)


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
                connection.request("GET", "/-/versions.json")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("datasette")


def _turn(shape: Shape, turn: int, pool: QueryPool, table: TableRef, ask: Ask) -> None:
    """Ours, theirs as it comes, theirs without counts and suggestions; the first turn only warms up."""
    began = time.perf_counter()
    pairs = shape.ours(turn)
    if shape.facet:
        facet = pool.facet(table, pairs[0][1])
        counts: Any = dict(facet.values)
        answer: Any = {"values": facet.values, "others": facet.others}
    else:
        page = pool.rows(table, query_from(pairs, table.schema))
        counts = page.total
        answer = {"columns": page.columns, "rows": page.rows, "total": page.total, "next": page.next_key}
    orjson.dumps(answer)
    mine = time.perf_counter() - began
    theirs = [*shape.theirs(turn), ("_size", "100")]
    usual, status, data = _timed(ask, theirs)
    plain, _status, _data = _timed(ask, [*theirs, ("_nocount", "1"), ("_nosuggest", "1")])
    _compare(shape, counts, status, data)
    if turn:
        shape.mine.append(mine * 1000)
        shape.usual.append(usual * 1000)
        shape.plain.append(plain * 1000)


def _timed(ask: Ask, pairs: Pairs) -> tuple[float, int, dict[str, Any]]:
    began = time.perf_counter()
    status, data = ask(pairs)
    return time.perf_counter() - began, status, data


def _compare(shape: Shape, counts: Any, status: int, data: dict[str, Any]) -> None:
    """Their count, where they give one in time, must be ours."""
    if status != 200:
        shape.errors += 1
        return
    if shape.facet:
        results = data.get("facet_results") or {}
        found = next(iter(results.get("results", results).values()), None)
        if found is None or found.get("truncated"):
            return
        theirs: Any = {each["value"]: each["count"] for each in found["results"]}
    else:
        theirs = data.get("filtered_table_rows_count")
    if theirs is None:
        return
    if theirs != counts:
        raise CountsDiffer(f"{shape.name}: {counts} {theirs}")
    shape.compared += 1


def _report(shape: Shape, rows: int, **more: float) -> None:
    line(
        "rows",
        f"{shape.name}（正確な件数つき、毎回違う値）、ミリ秒の中央値（子プロセスへの問合せとJSONまで）",
        ours=median(shape.mine),
        against="Datasette（既定の設定、同じ行のSQLite、索引と全文索引つき、HTTP）",
        theirs=median(shape.usual),
        ratio=median(_ratios(shape.usual, shape.mine)),
        rows=rows,
        p95=percentile(shape.mine, 95),
        theirs_p95=percentile(shape.usual, 95),
        theirs_without_count=median(shape.plain),
        asked=len(shape.mine),
        counts_alike=shape.compared,
        theirs_errors=shape.errors,
        **more,
    )


def _ratios(theirs: Sequence[float], ours: Sequence[float]) -> list[float]:
    return [there / here for there, here in zip(theirs, ours, strict=True)]

"""The list that a small town keeps as Excel or CSV: 自治体標準オープンデータセット「オープンデータ一覧」, a row a file."""

import csv
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from kencho.catalog.harvest.fetching import Fetcher, UnableToFetch
from kencho.catalog.harvest.shapes import BadRecord, Link, Record, made, text, web_address
from kencho.catalog.tables.process import PreparationProcess
from kencho.catalog.tables.refusals import Refused
from kencho.foundation.text import fold

TIDY = "kencho.catalog.jobs:tidy"
"""A title above the list, merged cells and the like are no hindrance: the list is tidied as a dropped file is."""
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("データセット_ID", "データセットID", "ID", "識別子", "番号", "No"),
    "title": ("データセット_タイトル", "データセット名", "データ名", "タイトル", "名称"),
    "description": ("データセット_概要", "概要", "説明", "内容"),
    "keywords": ("データセット_キーワード", "キーワード", "タグ"),
    "license": ("データセット_ライセンス", "ファイル_ライセンス", "ライセンス", "利用条件", "利用ルール"),
    "frequency": ("データセット_更新頻度", "更新頻度"),
    "modified": ("データセット_最終更新日", "ファイル_最終更新日", "最終更新日", "更新日"),
    "page": ("データセット_URL", "ページURL", "公開ページ"),
    "file_title": ("ファイル_タイトル", "ファイル名", "ファイル_名称"),
    "file_url": (
        "ファイル_ダウンロードURL",
        "ファイル_アクセスURL",
        "ダウンロードURL",
        "アクセスURL",
        "URL",
        "リンク",
    ),
    "file_format": ("ファイル_形式", "ファイル形式", "形式", "フォーマット"),
}
"""Names of columns by what they hold, those of the standard first."""


def read(url: str, fetcher: Fetcher) -> Iterator[Record | BadRecord]:
    """One record for each dataset of the list; its rows may be its files. Raises UnableToFetch."""
    answer = fetcher.get(url)
    rows = _rows(answer.content, Path(urlsplit(answer.url).path).name or "list.csv")
    places = _places(rows[0])
    if "title" not in places:
        raise UnableToFetch("no_title_column")
    groups: dict[str, list[Mapping[str, str]]] = {}
    for row in rows[1:]:
        values = {what: row[place] if place < len(row) else "" for what, place in places.items()}
        if any(values.values()):
            groups.setdefault(values.get("id") or values["title"], []).append(values)
    for identity, group in groups.items():
        yield _record(identity, group)


def _rows(content: bytes, name: str) -> list[list[str]]:
    """The first table of the file as texts, read by the offline child."""
    with tempfile.TemporaryDirectory(prefix="kencho-list-") as folder:
        source, table, changes = (Path(folder) / name for name in ("list", "table.csv", "changes"))
        source.write_bytes(content)
        try:
            PreparationProcess().run(
                TIDY,
                inputs={"file": source},
                outputs={"table": table, "changes": changes},
                params={"name": name, "table": 0},
                seconds=60,
            )
        except Refused as refused:
            raise UnableToFetch(refused.code) from refused
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    if not rows:
        raise UnableToFetch("empty_file")
    return rows


def _places(header: list[str]) -> dict[str, int]:
    folded = [fold(name) for name in header]
    places = {}
    for what, names in NAMES.items():
        for name in names:
            if fold(name) in folded:
                places[what] = folded.index(fold(name))
                break
    return places


def _record(identity: str, group: list[Mapping[str, str]]) -> Record | BadRecord:
    first = group[0]
    links = tuple(
        Link(
            text(row.get("file_title"), 200) or text(row["title"], 200),
            web_address(row.get("file_url")),
            text(row.get("file_format"), 20).upper(),
        )
        for row in group
    )
    return made(
        identity,
        first["title"],
        description=first.get("description", ""),
        url=first.get("page", ""),
        keywords=first.get("keywords", ""),
        license=first.get("license", ""),
        frequency=first.get("frequency", ""),
        modified=first.get("modified", "").replace("/", "-"),
        links=links,
    )

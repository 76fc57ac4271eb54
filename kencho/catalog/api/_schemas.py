"""What the API of open data answers."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema


class BodyOut(Schema):
    """公表している団体。"""

    slug: str = Field(examples=["mie"])
    code: str = Field(description="全国地方公共団体コード", examples=["240001"])
    name: str = Field(examples=["三重県"])


class ChoiceOut(Schema):
    """コードと、その言葉。"""

    code: str
    label: str


class FileOut(Schema):
    """一つの形式のファイル。"""

    form: str = Field(examples=["csv"])
    label: str
    media_type: str
    url: str


class TableOut(Schema):
    """データセットの一つの表。収集したデータでは、収集元のファイルへのリンク。"""

    code: str = Field(examples=["data"])
    title: str
    description: str
    rows: int | None = Field(description="行数。リンクだけのときは null")
    version: int | None = Field(description="公開中の版の番号")
    published_at: datetime | None
    sha256: str = Field(description="公開中の版のParquetのSHA-256")
    fields: list[dict[str, Any]] = Field(description="列の定義（Table Schema）")
    files: list[FileOut]
    link: str = Field(description="収集元のファイルの場所")
    format: str = Field(description="収集元のファイルの形式")


class DatasetLine(Schema):
    """データセットの一行。"""

    body: BodyOut
    code: str
    title: str
    description: str
    theme: ChoiceOut
    license: ChoiceOut
    frequency: ChoiceOut
    keywords: list[str]
    published_at: datetime | None
    modified_at: datetime | None
    score: int | None = Field(description="品質の点（0〜100）")
    url: str = Field(description="ページの場所")


class FacetValue(Schema):
    """絞り込みの値と、その件数。"""

    value: str
    label: str
    count: int


class DatasetPage(Schema):
    """検索の結果の一ページ。"""

    total: int = Field(description="全部の件数")
    items: list[DatasetLine]
    facets: dict[str, list[FacetValue]]
    next: int | None = Field(description="次のページの `page`。なければ null")


class DatasetOut(DatasetLine):
    """データセット。公開をやめたものは ``withdrawn_reason`` に理由が入り、表はない。"""

    division: str
    covers_from: date | None
    covers_to: date | None
    next_due_on: date | None
    standard: str = Field(description="自治体標準オープンデータセットのコード")
    is_withdrawn: bool
    withdrawn_reason: str
    source_url: str = Field(description="収集元のページ")
    tables: list[TableOut]


class VersionOut(Schema):
    """一つの版。"""

    number: int
    state: str = Field(description="live・superseded・withdrawn")
    rows: int
    sha256: str
    bytes: int
    published_at: datetime
    superseded_at: datetime | None
    note: str
    withdrawn_reason: str
    score: float | None


class VersionList(Schema):
    """版の一覧。新しい順。"""

    items: list[VersionOut]


class RowPage(Schema):
    """行の一ページ。"""

    version: int = Field(description="読んだ版の番号")
    total: int = Field(description="条件に合う行の正確な数")
    columns: list[str]
    items: list[Any] = Field(
        description="行。`_shape=arrays` のときは値の並び、省略時は列の名前をキーにしたもの"
    )
    next: str | None = Field(description="次のページの `_after`。なければ null")


class RowOut(Schema):
    """一つの行。"""

    version: int
    number: int = Field(description="行の番号（1から）")
    values: dict[str, Any]


class FacetOut(Schema):
    """値ごとの行の数。多い順。"""

    version: int
    column: str
    values: list[dict[str, Any]] = Field(description="`value` と `count`")
    others: int = Field(description="載せていない値の行の数")
    distinct: int = Field(description="値の種類の数")


class StatsOut(Schema):
    """一つの列の要約。"""

    version: int
    column: str
    stats: dict[str, Any]


class SqlIn(Schema):
    """SQL。"""

    q: str = Field(max_length=10_000, examples=["SELECT count(*) AS n FROM data"])
    limit: int = Field(default=1000, ge=1, le=10_000)


class SqlOut(Schema):
    """SQLの答え。"""

    version: int
    columns: list[str]
    rows: list[list[Any]]
    is_cut: bool = Field(description="上限で切ったか")


class DiffOut(Schema):
    """二つの版の違い。"""

    key: list[str] = Field(description="行を見分けた列。空なら行の全部の値")
    before: int
    after: int
    added: int
    removed: int
    changed: int
    items: list[dict[str, Any]] = Field(description="違う行（はじめの1,000行）")

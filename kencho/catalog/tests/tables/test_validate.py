"""Findings: against a row-by-row oracle, and those that it does not have."""

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from frictionless import Resource
from frictionless import Schema as TheirSchema

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import SchemaError
from kencho.catalog.tests.tables.conftest import Prepare

FIELDS: list[dict[str, Any]] = [
    {
        "name": "番号",
        "type": "string",
        "constraints": {"required": True, "unique": True, "pattern": "F[0-9]{3}"},
    },
    {"name": "名称", "type": "string", "constraints": {"required": True, "minLength": 2, "maxLength": 8}},
    {"name": "区分", "type": "string", "constraints": {"enum": ["公開", "非公開"]}},
    {"name": "人数", "type": "integer", "constraints": {"minimum": 0, "maximum": 500}},
    {"name": "面積", "type": "number", "constraints": {"minimum": 0.5}},
    {"name": "開設日", "type": "date"},
    {"name": "有無", "type": "boolean"},
    {"name": "時刻", "type": "datetime"},
]
GOOD = ["F001", "図書館本館", "公開", "120", "33.5", "2020-04-01", "true", "2020-04-01T10:00:00"]
FAULTS: list[tuple[int, list[str]]] = [
    (0, ["", "X001", "F12", "F001"]),
    (1, ["", "館", "たいへん長い名称の施設"]),
    (2, ["公 開", "秘密", ""]),
    (3, ["-1", "501", "12a", "1.5", "", " 7 "]),
    (4, ["0.4", "x", "1e1", "", "3."]),
    (5, ["2020-02-30", "20200401", "", "2020/04/01"]),
    (6, ["yes", "1", ""]),
    (7, ["2020-04-01", "2020-04-01 10:00", ""]),
]
KINDS = {
    "type-error": "type", "blank-row": "blank_row", "missing-cell": "missing_cell", "extra-cell": "extra_cell",
    "unique-error": "unique", "primary-key": "primary_key",
}  # fmt: skip
RULES = {
    "required": "required", "minimum": "minimum", "maximum": "maximum", "minLength": "min_length",
    "maxLength": "max_length", "pattern": "pattern", "enum": "enum", "unique": "unique",
}  # fmt: skip


def _seeded(rows: int, seed: int) -> str:
    rng = random.Random(seed)
    lines = [",".join(field["name"] for field in FIELDS)]
    for number in range(rows):
        row = [*GOOD]
        row[0] = f"F{number:03}"
        if rng.random() < 0.5:
            place, bad = rng.choice(FAULTS)
            row[place] = rng.choice(bad)
        fate = rng.random()
        if fate < 0.05:
            row = row[: rng.randrange(1, 8)]
        elif fate < 0.1:
            row += ["余り"] * rng.randrange(1, 3)
        elif fate < 0.14:
            row = [""] * (1 if fate < 0.12 else 8)
        lines.append(",".join(row))
    return "\n".join(lines) + "\n"


def _oracle(path: Path) -> set[tuple[int, str, str]]:
    schema = TheirSchema.from_descriptor({"fields": FIELDS})
    report = Resource(path=path.name, basepath=str(path.parent), schema=schema, encoding="utf-8").validate(
        limit_errors=100_000
    )
    found = set()
    for row, label, kind, note in report.flatten(["rowNumber", "fieldName", "type", "note"]):
        ours = KINDS.get(kind) or next(ours for theirs, ours in RULES.items() if f'"{theirs}"' in note)
        found.add((row, "" if ours in {"extra_cell", "blank_row"} else label, ours))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_findings_are_those_of_frictionless(prepare: Prepare, tmp_path: Path, seed: int) -> None:
    prepared = prepare(_seeded(150, seed), FIELDS)
    ours = {(each.row, each.column, each.kind) for each in prepared.findings}
    theirs = _oracle(tmp_path / "file.csv")
    assert len(theirs) > 60
    assert theirs - ours == set()
    # What we say beyond it: a cell that the row does not have breaks `required` nowhere else.
    assert ours - theirs == set()


@pytest.mark.parametrize(
    ("kind", "value", "finding"),
    [
        ("integer", "１２３", "full_width_digits"),
        ("number", "１２．５", "full_width_digits"),
        ("date", "２０２１-04-01", "full_width_digits"),
        ("date", "令和3年4月1日", "wareki"),
        ("date", "R3.4.1", "wareki"),
        ("date", "Ｈ３０．４．１", "wareki"),
        ("year", "令和元年", "wareki"),
        ("year", "平成３０", "wareki"),
        ("integer", "1,234", "type"),
        ("integer", "▲5", "type"),
        ("integer", "99999999999999999999", "type"),
        ("number", "nan", "type"),
        ("number", "inf", "type"),
        ("year", "21", "type"),
        ("boolean", "はい", "type"),
    ],
)
def test_what_offices_write_in_typed_columns_is_a_finding(
    prepare: Prepare, kind: str, value: str, finding: str
) -> None:
    prepared = prepare(f'名称,値\nあ,"{value}"\n', [{"name": "名称"}, {"name": "値", "type": kind}])
    assert [(each.row, each.column, each.kind, each.value) for each in prepared.findings] == [
        (2, "値", finding, value)
    ]
    assert prepared.findings.is_lossy


def test_values_are_stored_in_their_types(prepare: Prepare, tmp_path: Path) -> None:
    prepared = prepare(
        "日時,年,真偽,数\n2020-04-01T01:00:00Z,2021,TRUE, 12 \n2020-04-01 10:00:00,,0,+5\n",
        [{"name": "数", "type": "integer"}, {"name": "日時", "type": "datetime"}, {"name": "年", "type": "year"},
         {"name": "真偽", "type": "boolean"}],
    )  # fmt: skip
    assert not prepared.findings.counts
    table = pl.read_parquet(tmp_path / "table.parquet")
    assert table.columns == ["数", "日時", "年", "真偽"]
    assert [str(cell) for cell in table.row(0)] == ["12", "2020-04-01 10:00:00", "2021", "True"]
    assert [str(cell) for cell in table.row(1)] == ["5", "2020-04-01 10:00:00", "None", "False"]


def test_labels(prepare: Prepare) -> None:
    prepared = prepare("a,,a,x\n1,2,3,4\n", [{"name": "a"}, {"name": "b"}])
    assert {(each.column, each.kind) for each in prepared.findings} == {
        ("#2", "blank_label"), ("a", "duplicate_label"), ("x", "extra_label"), ("b", "missing_label"),
    }  # fmt: skip


def test_repeats_are_named_by_their_row_in_the_file(prepare: Prepare) -> None:
    rows = "a,b\n1,1\n\n2,1\n,\n1,2\n2,1\n,3\n,3\n"
    prepared = prepare(
        rows, [{"name": "a", "constraints": {"unique": True}}, {"name": "b"}], primaryKey=["a", "b"]
    )
    found = {(each.row, each.kind) for each in prepared.findings}
    assert found == {
        (3, "blank_row"),
        (5, "blank_row"),
        (6, "unique"),
        (7, "unique"),
        (7, "primary_key"),
        (9, "primary_key"),
    }


def test_missing_values_of_the_schema(prepare: Prepare, tmp_path: Path) -> None:
    prepared = prepare(
        "a,b\n-,1\n***,2\n", [{"name": "a", "type": "integer"}, {"name": "b"}], missingValues=["", "-", "***"]
    )
    assert not prepared.findings.counts
    assert pl.read_parquet(tmp_path / "table.parquet")["a"].to_list() == [None, None]


def test_many_findings_are_counted_and_few_are_listed(prepare: Prepare) -> None:
    prepared = prepare("a\n" + "x\n" * 5000, [{"name": "a", "type": "integer"}])
    assert prepared.findings.counts == {("a", "type"): 5000}
    assert len(list(prepared.findings)) == 1000


def test_a_pattern_that_is_none_is_refused(prepare: Prepare) -> None:
    with pytest.raises(SchemaError, match="bad_pattern"):
        prepare("a\nx\n", [{"name": "a", "constraints": {"pattern": "("}}])


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', "unclosed_quote", 3),
        ('a,b\n1,2\n3,4"5\n', "unclosed_quote", 3),
        ('a,b\n1,2\n3,4"5"\n', "bad_quoting", 3),
        ('a,b\n"1"x,2\n3,4\n', "bad_quoting", 2),
        ("a,b\n1,2\n3,\0\n", "nul_character", 3),
    ],
)
def test_broken_files_are_refused_with_their_line(prepare: Prepare, data: str, code: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        prepare(data, [{"name": "a"}, {"name": "b"}])
    assert (caught.value.code, caught.value.params["line"]) == (code, line)


def test_ten_million_columns_are_refused(prepare: Prepare) -> None:
    with pytest.raises(Refused, match="too_many_columns"):
        prepare("," * 10_000_000 + "\n", [{"name": "a"}])

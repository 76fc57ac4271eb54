"""The sheet in the shape of the CSV files of 行政事業レビュー見える化サイト (RSシステム), with its column names.

One project (主な事業) stands where the site has a 予算事業; the measure's own indicators and findings stand under the
code of the measure. Amounts are yen, as on the site. What the site has no place for (the links ①–④ between issues,
directions and projects, and a budget whose stage nobody stated) has columns or kinds of its own, named plainly.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import override

from kencho.foundation.csvfile import Cell as Value
from kencho.foundation.csvfile import CsvExport
from kencho.policy.archive import packed
from kencho.policy.sheet import IndicatorRow, IndicatorYear, ProjectRow, Sheet

REVIEW_TYPE = "application/zip"
FIRST_YEAR, LAST_YEAR = 2007, 2060

Line = tuple[Value, ...]

_COMMON = (
    "シート種別",
    "事業年度",
    "予算事業ID",
    "事業名",
    "府省庁の建制順",
    "政策所管府省庁",
    "府省庁",
    "局・庁",
    "部",
    "課",
    "室",
    "班",
    "係",
)
_OUTLINE = (*_COMMON, "事業の目的", "現状・課題", "事業の概要", "事業区分")
_POLICY = (*_COMMON, "政策", "施策", "政策・施策の番号", "基本事業の番号", "基本事業", "計画通知名")
# What the site calls a stage of the budget; amounts of one year stand in one line.
_STAGES = {
    "initial": "当初予算(合計)",
    "supplementary": "補正予算(合計)",
    "carried_over": "前年度からの繰越し(合計)",
    "reserve": "予備費等(合計)",
    "current": "計(歳出予算現額合計)",
    "final": "計(歳出予算現額合計)",
    "settled": "執行額(合計)",
    "": "予算額（段階の記載なし）",
    "unspecified_in_source": "予算額（段階の記載なし）",
}
_BUDGET_COLUMNS = tuple(dict.fromkeys(_STAGES.values()))
_BUDGET = (*_COMMON, "予算年度", *_BUDGET_COLUMNS, "主な増減理由")
_YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
_GOALS = (
    *_COMMON,
    "アクティビティ・アウトプット・アウトカムの番号",
    "種別（アクティビティ・アウトプット・アウトカム）",
    "アウトカムの期間",
    "成果目標の種類",
    "アクティビティ／活動目標／成果目標",
    "活動指標／成果指標",
    "単位",
    "改善の上向き／下向き",
    "成果実績及び目標値の根拠として用いた統計・データ名（出典）",
    "目標年度／目標値／実績値／達成率",
    *(str(year) for year in _YEARS),
)
_LINKS = (
    *_COMMON,
    "派生元ーアクティビティ・アウトプット・アウトカムの番号",
    "派生元ー種別（アクティビティ・アウトプット・アウトカム）",
    "派生先ーアクティビティ・アウトプット・アウトカムの番号",
    "派生先ー種別（アクティビティ・アウトプット・アウトカム）",
    "後続アウトカムへのつながり",
)
_FINDINGS = (
    *_COMMON,
    "事業所管部局による点検・改善ー点検結果",
    "事業所管部局による点検・改善ー改善の方向性",
    "外部有識者による点検ー所見",
)
_KINDS = {
    "input": "アクティビティ",
    "activity": "アクティビティ",
    "output": "アウトプット",
    "outcome": "アウトカム",
}
_DIRECTIONS = {
    "higher_is_better": "上がると良い指標",
    "lower_is_better": "下がると良い指標",
    "range": "範囲の中が良い指標",
}
_THOUSAND = 1000


def sheet_review_zip(sheet: Sheet) -> bytes:
    """The CSV files of a sheet in one zip archive; the same sheet gives the same bytes."""
    # The column names are the site's own, whatever language the reader's pages are in.
    with override("ja"):
        return packed(review_files(sheet))


def review_files(sheet: Sheet) -> dict[str, bytes]:
    """The CSV files by name (UTF-8 with BOM)."""
    year = sheet.sheet_year
    tables: dict[str, tuple[Sequence[str], Iterator[Line]]] = {
        f"1-2_RS_{year}_基本情報_事業概要等.csv": (_OUTLINE, _outlines(sheet)),
        f"1-3_RS_{year}_基本情報_政策・施策、法令等.csv": (_POLICY, _policies(sheet)),
        f"2-1_RS_{year}_予算・執行_サマリ.csv": (_BUDGET, _budgets(sheet)),
        f"3-1_RS_{year}_効果発現経路_目標・実績.csv": (_GOALS, _goals(sheet)),
        f"3-2_RS_{year}_効果発現経路_目標のつながり.csv": (_LINKS, _links(sheet)),
        f"4-1_RS_{year}_点検・評価.csv": (_FINDINGS, _findings(sheet)),
    }
    return {name: b"".join(CsvExport(header, rows)) for name, (header, rows) in tables.items()}


def _common(sheet: Sheet, project: ProjectRow | None = None) -> Line:
    code = f"{sheet.code}-{project.number}" if project else sheet.code
    kind = "確定前の値を含む" if sheet.marking else sheet.stage
    name = project.name if project else sheet.name
    return (
        sheet.marking or kind,
        sheet.sheet_year,
        code,
        name,
        "",
        sheet.body_name,
        sheet.body_name,
        "",
        sheet.lead_department,
        *[""] * 4,
    )


def _outlines(sheet: Sheet) -> Iterator[Line]:
    issues = "\n".join(f"{row.mark}{row.text}" for row in sheet.issues)
    yield (*_common(sheet), "\n".join(sheet.desired_state), issues, "", "")
    for project in sheet.projects:
        yield (*_common(sheet, project), "", "", project.overview, project.novelty.strip("（）"))


def _policies(sheet: Sheet) -> Iterator[Line]:
    for project in (None, *sheet.projects):
        program = (project.program_code, project.program_name) if project else ("", "")
        yield (*_common(sheet, project), "", sheet.name, sheet.code, *program, sheet.plan_name)


def _budgets(sheet: Sheet) -> Iterator[Line]:
    for project in sheet.projects:
        for year in sorted({budget.year for budget in project.budgets}):
            amounts = {
                _STAGES[budget.stage]: budget.amount * _THOUSAND
                for budget in project.budgets
                if budget.year == year
            }
            columns = [amounts.get(column, "") for column in _BUDGET_COLUMNS]
            note = project.change if year == sheet.sheet_year else ""
            yield (*_common(sheet, project), year, *columns, note)


def _goals(sheet: Sheet) -> Iterator[Line]:
    for number, row in enumerate((*sheet.primary, *sheet.secondary), start=1):
        named = (
            number,
            _KINDS.get(row.stage, ""),
            "",
            "定量的",
            row.explanation,
            row.name,
            row.unit,
            _DIRECTIONS.get(row.direction, ""),
            row.code,
        )
        for kind, values in _series(row):
            yield (*_common(sheet), *named, kind, *(values.get(year, "") for year in _YEARS))


def _series(row: IndicatorRow) -> Iterator[tuple[str, Mapping[int, int | Decimal]]]:
    """The four lines of an indicator. A blank stays blank; the expected values are no targets and are left out."""
    final = max((year.year for year in row.years if year.target.value is not None), default=None)
    yield "1.目標年度", {} if final is None else {final: 1}
    yield "2.目標値", _values(row.years, "target")
    yield "3.実績値", _values(row.years, "actual")
    yield "4.達成率", {year: value * 100 for year, value in _values(row.years, "achievement").items()}


def _values(years: Sequence[IndicatorYear], name: str) -> dict[int, Decimal]:
    cells = {year.year: getattr(year, name).value for year in years}
    return {year: value for year, value in cells.items() if value is not None}


def _links(sheet: Sheet) -> Iterator[Line]:
    for project in sheet.projects:
        if project.direction_number:
            yield (
                *_common(sheet),
                project.number,
                "アクティビティ",
                project.direction_number,
                "取組方向",
                project.name,
            )
    issues = {link: row.number for row in sheet.issues for link in row.links}
    for direction in sheet.directions:
        if direction.number in issues:
            yield (
                *_common(sheet),
                direction.number,
                "取組方向",
                issues[direction.number],
                "現状・課題",
                "",
            )


def _findings(sheet: Sheet) -> Iterator[Line]:
    found = "\n".join(part for part in (sheet.grade, sheet.grade_reason) if part)
    directions = "\n".join(f"{row.mark}{row.text}" for row in sheet.directions)
    yield (*_common(sheet), found, directions, "\n".join(sheet.comments))

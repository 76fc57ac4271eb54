"""Properties over made-up sheets: nothing silent, exact inverse, idempotent, deterministic, single changes back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog import fixer
from kencho.catalog.fixer.shapes import Range, Sheet, Value, Workbook
from kencho.catalog.tests.fixer.checks import assert_restores, book, sheet_of

CELLS: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.integers(-99999, 99999),
    st.sampled_from(
        ["津　　市", "四日市市", "小計", "合計", "計", "x", "-", "…", "〃", "１２３", "▲5", "1,234", "12人", "3千円", "R5.4.1",
         "令和元年度", "平成31年", "人口", "（単位：人）", "※注", "資料：県", "　", "㈱三重", "a\nb", "001", "2019", "男", "女", "3.50", "(5)",
         "市町名", "備考", "桑名市※1", "緯度・経度", "34.1,136.2", "", "年度", "コード", 0.5, True, "1-2"]
    ),
    st.text(alphabet="０1a市\n 　-.,%年月日", max_size=6),
)  # fmt: skip


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """A sheet of anything, with some merged ranges that do not overlap."""
    width = draw(st.integers(1, 7))
    rows: list[list[Value]] = draw(st.lists(st.lists(CELLS, max_size=width), max_size=14))
    rows = [[None if cell == "" else cell for cell in row] for row in rows]
    merges: list[Range] = []
    for _each in range(draw(st.integers(0, 3))):
        top, left = draw(st.integers(0, 12)), draw(st.integers(0, 6))
        new = Range(top, left, top + draw(st.integers(0, 2)), left + draw(st.integers(0, 2)))
        apart = all(
            new.bottom < old.top or old.bottom < new.top or new.right < old.left or old.right < new.left
            for old in merges
        )
        if apart and (new.top, new.left) != (new.bottom, new.right):
            merges.append(new)
    hidden = draw(st.frozensets(st.integers(0, 6), max_size=1))
    return Sheet(
        "表",
        rows,
        tuple(merges),
        hidden_rows=hidden,
        hidden_columns=draw(st.frozensets(st.integers(0, 6), max_size=1)),
    )


@settings(max_examples=150, deadline=None)
@given(sheets(), st.sampled_from(["xlsx", "csv"]))
def test_whatever_comes_comes_back_and_is_listed(sheet: Sheet, kind: str) -> None:
    if kind == "csv":
        sheet.rows = [[None if cell is None else str(cell) for cell in row] for row in sheet.rows]
        sheet.merges = ()
    workbook = book(sheet, kind=kind)
    proposal = fixer.propose(workbook)
    assert_restores(workbook, proposal)
    assert len({change.id for change in proposal.changes}) == len(proposal.changes)
    for table in proposal.tables:
        assert len(set(table.header)) == len(table.header)
        assert all(len(row) == len(table.header) for row in table.rows)
    again = fixer.propose(workbook)
    assert again.changes == proposal.changes
    assert [table.rows for table in again.tables] == [table.rows for table in proposal.tables]


@settings(max_examples=60, deadline=None)
@given(sheets(), st.data())
def test_each_change_can_be_taken_back_alone(sheet: Sheet, data: st.DataObject) -> None:
    workbook = book(sheet)
    proposal = fixer.propose(workbook)
    single = [change for change in proposal.changes if change.action != "unmerge"]
    if not single:
        return
    change = data.draw(st.sampled_from(single))
    less = fixer.apply(workbook, proposal, {change.id})
    assert_restores(workbook, less)


WORDS = st.text(alphabet="津松阪伊賀名張志摩鳥羽熊野尾鷲", min_size=3, max_size=6)


@st.composite
def clean_tables(draw: st.DrawFn) -> list[list[Value]]:
    """A table that breaks no rule."""
    count = draw(st.integers(3, 12))
    names = draw(st.lists(WORDS, min_size=count, max_size=count))
    numbers = [draw(st.integers(0, 10**7)) for _each in range(count)]
    shares = [draw(st.integers(0, 999)) / 10 for _each in range(count)]
    days = [f"20{draw(st.integers(10, 29))}-0{draw(st.integers(1, 9))}-11" for _each in range(count)]
    head: list[Value] = ["市町コード", "名称", "基準日", "人口（人）", "高齢化率（％）"]
    body: list[list[Value]] = [
        [f"{24000 + i:06d}", name, day, number, share]
        for i, (name, day, number, share) in enumerate(zip(names, days, numbers, shares, strict=True))
    ]
    return [head, *body]


@settings(max_examples=60, deadline=None)
@given(clean_tables(), st.sampled_from(["xlsx", "csv"]))
def test_a_clean_table_is_left_alone(rows: list[list[Value]], kind: str) -> None:
    if kind == "csv":
        rows = [[str(cell) for cell in row] for row in rows]
    proposal = fixer.propose(book(sheet_of(rows), kind=kind))
    assert proposal.changes == []
    assert proposal.questions == []
    assert len(proposal.tables[0].rows) == len(rows) - 1


DIRTY = {
    "labels": ["津　　市", "四 日 市 市", "㈱三重", "桑名市※1", "　亀山市"],
    "numbers": ["１２３", "1,234", "▲5", "x", "12人", "(7)", "…", "50"],
    "dates": ["令和5年4月1日", "R5.4.2", "2023/4/3", "平成３１年４月３０日"],
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*(st.sampled_from(DIRTY[name]) for name in DIRTY)), min_size=3, max_size=12))
def test_what_was_tidied_is_tidy(body: list[tuple[str, str, str]]) -> None:
    """Tidying what came out finds nothing more to do."""
    rows: list[list[Value]] = [["第1表　件数"], ["名　称", "人数", "基準日"]]
    rows += [list(row) for row in body]
    rows.append(["※注"])
    first = fixer.propose(book(sheet_of(rows))).tables[0]
    again: list[list[Value]] = [list(first.header), *first.rows]
    second = fixer.propose(Workbook([Sheet("表", again)], "xlsx"))
    assert second.changes == []
    assert second.tables[0].rows == first.rows

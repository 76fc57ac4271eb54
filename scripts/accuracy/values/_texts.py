"""Words: companies, reasons, places, numbers of documents, as the label of the field asks for them."""

import re
from collections.abc import Callable

from kencho.intake.engine.shapes import Field
from scripts.accuracy import sources, words
from scripts.accuracy.values._person import (
    TRIES,
    Person,
    Written,
    places,
)


def write_organization(field: Field, person: Person, capacity: int) -> Written:
    text = person.able(lambda: _company(person, capacity))
    return Written(text, text)


def _company(person: Person, capacity: int) -> str:
    rng = person.rng
    core = rng.choice(
        (
            rng.choice(sources.family_names(cache=person.cache))[0],
            rng.choice(places())[3],
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


def write_text(field: Field, person: Person, capacity: int) -> Written:
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
    _code, _prefecture, city, town = person.rng.choice(places())
    number = person.rng.randint(1, 2000)
    return person.rng.choice(
        (f"{city}{town}{number}番地", f"{town}{number}番地先", f"{city}{town}地内", f"{town}")
    )[:longest]


def _school(person: Person, longest: int) -> str:
    city = person.rng.choice(places())[2]
    return f"{person.rng.choice(('', '県立', '市立'))}{re.sub('[市町村区郡].*', '', city) or city}{person.rng.choice(('', '北', '南', '西', '中央'))}{person.rng.choice(words.SCHOOLS)}"


def _bank(person: Person, longest: int) -> str:
    rng = person.rng
    return f"{rng.choice(('百五', '三十三', '北伊勢', '桑名三重', '東海', '中央', '伊勢', 'みどり', '第一', '南海'))}{rng.choice(words.BANKS)}{rng.choice(places())[3]}支店"


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


def write_textarea(field: Field, person: Person, capacity: int) -> Written:
    longest = max(4, min(capacity, field.max_length or capacity))
    text = person.able(lambda: words.sentences(person.rng, longest))
    return Written(text, text)

"""Names of persons inside longer texts: with a form of address, with a label, or written in full."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from kencho.catalog.gate.dictionary import all_given_names, family_names, given_names, one_shape
from kencho.catalog.gate.series import MANY, TextColumn
from kencho.foundation.prefectures import PREFECTURES

__all__ = ["Mention", "candidates", "mentions"]

_KANJI: Final = "一-鿿々ヶ﨑"
_RUN: Final = re.compile(f"[{_KANJI}ぁ-んァ-ヺー𠮷]+(?:[ 　][{_KANJI}ぁ-んァ-ヺー]+)*")
_ADDRESS: Final = re.compile("[ 　]?(?:様|さま|さん|氏|殿|君|ちゃん|くん)(?![々一-鿿])")
_LABELS: Final = [
    "氏名",
    "名前",
    "申請者",
    "届出者",
    "届出人",
    "申込者",
    "相談者",
    "利用者",
    "患者",
    "本人",
    "世帯主",
    "保護者",
    "代理人",
    "連絡先",
    "対象者",
    "担当者",
    "担当",
    "代表者",
    "代表",
    "請求者",
    "契約者",
    "通報者",
    "被害者",
    "加害者",
    "児童",
    "生徒",
    "園児",
    "会員",
    "住民",
    "父",
    "母",
    "妻",
    "夫",
    "長男",
    "長女",
    "次男",
    "次女",
    "名義人",
    "名義",
    "立会人",
    "受取人",
    "故",
]
_LABEL_ENDS: Final = tuple(_LABELS)
_UNLISTED: Final = re.compile("([一-鿿々]{1,3})[ 　]?(?:様|さん|氏|ちゃん|くん)(?![々一-鿿])")
_OFFICE: Final = re.compile(
    "[都県市区町村郡字長課部係局署院医店社会組員士師家堂屋館園校寺駅館団所室様殿先内科者号]|夫妻|夫人|家族|兄弟|一家|本人|"
    "建設|工業|工務|商事|商会|産業|製作|電気|電機|電工|運輸|運送|交通|物産|農園|農業|水産|印刷|不動産|保険|銀行|金庫|組合|協会|法人|株式|有限"
)
_NOT_KANJI: Final = re.compile(f"[^{_KANJI}]")
_NUMBERS: Final = "[0-9０-９A-Za-zＡ-Ｚａ-ｚ.,/:%?=&_#~+-]+"
_FORMS: Final = ("様", "さま", "さん", "氏", "殿", "君", "ちゃん", "くん")
_PREFECTURES: Final = frozenset(name[:-1] for name in PREFECTURES)
"""東京 would be 東 and 京."""
_LONGEST_FAMILY: Final = 4
_LONGEST_GIVEN: Final = 3


class Mention(NamedTuple):
    """A name in a text. `is_full`: the given name stands with it. `is_signed`: a form of address or a label does."""

    text: str
    is_full: bool
    is_signed: bool


@cache
def _patterns() -> list[str]:
    """Without any of these there is no name in a text that `mentions` would find."""
    return sorted({*(name for name in family_names() if len(name) > 1), *_FORMS, *_LABELS})


def candidates(column: TextColumn) -> pl.Series:
    """The different texts of a column, without digits and Latin letters, in which a name may stand.

    Addresses differ mostly in their numbers: without them a million are a few hundred.
    """
    values = column.values
    if len(values) > MANY:
        values = values.str.replace_all(_NUMBERS, "0").unique()
    values = values.drop_nulls()
    return values.filter(values.str.contains_any(_patterns()))


def mentions(text: str) -> Iterator[Mention]:
    """The names in a text.

    「山田太郎が来庁」「佐藤様」「氏名：鈴木花子」 are; 「高田公園」「大野町中央」「お客様」 are not.
    """
    plain = one_shape(text[:20_000])
    for found in _RUN.finditer(plain):
        yield from _in_run(plain, found.start(), found.end())


def _in_run(text: str, start: int, end: int) -> Iterator[Mention]:
    place = start
    while place < end:
        hit = _at(text, place, start, end) if _may_begin(text, place, start) else None
        if hit is None:
            place += 1
        else:
            yield hit
            place += len(hit.text)


def _may_begin(text: str, place: int, start: int) -> bool:
    """A name begins where kanji begin, or right after a label."""
    if place == start or _NOT_KANJI.match(text[place - 1]):
        return True
    return text[max(0, place - 4) : place].endswith(_LABEL_ENDS)


def _at(text: str, place: int, start: int, end: int) -> Mention | None:
    """The name that begins here, if any: the longest family name first."""
    for length in range(min(_LONGEST_FAMILY, end - place), 0, -1):
        if text[place : place + length] not in family_names():
            continue
        cut = place + length
        found = _with_given(text, place, cut, end)
        if found is not None:
            return found
        if _ADDRESS.match(text, cut):
            return Mention(text[place:cut], is_full=False, is_signed=True)
    return None


def _with_given(text: str, place: int, cut: int, end: int) -> Mention | None:
    begin = cut + (text[cut : cut + 1] in " 　" and cut < end)
    for length in range(min(_LONGEST_GIVEN, end - begin), 0, -1):
        stop = begin + length
        if text[place:stop] in _PREFECTURES or _OFFICE.fullmatch(text[begin:stop]):
            continue
        if text[begin:stop] not in all_given_names():
            continue
        if _ends(text, stop) and _is_likely(text, place, cut, begin, stop):
            return Mention(text[place:stop], is_full=True, is_signed=_is_signed(text, place, stop))
    return _with_unlisted_given(text, place, begin)


def _with_unlisted_given(text: str, place: int, begin: int) -> Mention | None:
    """中島陽翔さん is a name also where no list knows the given name; 山田部長さん and 高田医院様 are not."""
    found = _UNLISTED.match(text, begin)
    if found is None or _OFFICE.search(found[1]) or text[place : found.end(1)] in _PREFECTURES:
        return None
    return Mention(text[place : found.end(1)], is_full=True, is_signed=True)


def _ends(text: str, stop: int) -> bool:
    """Kanji that follow at once belong to the same word, unless they are a form of address."""
    return stop >= len(text) or bool(_NOT_KANJI.match(text[stop])) or bool(_ADDRESS.match(text, stop))


def _is_signed(text: str, place: int, stop: int) -> bool:
    before = text[max(0, place - 6) : place].rstrip(" 　:：")
    return bool(_ADDRESS.match(text, stop)) or before.endswith(_LABEL_ENDS)


def _is_likely(text: str, place: int, cut: int, begin: int, stop: int) -> bool:
    """Short parts need another sign beside them: a blank between, a label before, a form of address after."""
    if _is_signed(text, place, stop):
        return True
    if text[begin:stop] not in given_names():
        return False
    is_labelled = text[max(0, place - 1) : place] in {":", "："}
    short_given = stop - begin < 2
    if begin > cut:
        return not short_given or is_labelled or stop - place >= 4
    if short_given:
        return is_labelled
    kana_given = not any("一" <= character <= "鿿" for character in text[begin:stop])
    if kana_given:
        # 林さくら is a name, 山田から is not.
        return is_labelled or (cut - place >= 2 and stop - begin >= 3 and stop == len(text))
    return cut - place >= 2 or is_labelled or stop - begin >= 2

"""住所 as one text → the parts of an answer (``prefecture``, ``city``, ``town``, ``street``, ``building``).

On paper an address stands on two lines; the answers keep it in parts. The postal code says which place is meant, the
text what was written: parts that people leave out (the prefecture, the 郡) come from the code, and nothing that was
written is lost. Where code and text name different places the text is taken, for the parts are only what it says;
that the two disagree is for the reading engine to notice.
"""

import re
from collections.abc import Iterable

from kencho.foundation.prefectures import PREFECTURES
from kencho.foundation.text import digits_ascii
from kencho.procedures.definition import look_up

__all__ = ["join", "split"]

# 地方自治法第252条の19: their wards stand in the name of the city.
_DESIGNATED = re.findall(
    r"\S+",
    "札幌市 仙台市 さいたま市 千葉市 横浜市 川崎市 相模原市 新潟市 静岡市 浜松市 名古屋市 京都市 大阪市 堺市 神戸市 岡山市 "
    "広島市 北九州市 福岡市 熊本市",
)
# Names in which 市, 町 or 村 stands before the end.
_DOUBLE = re.findall(
    r"\S+",
    "四日市市 廿日市市 野々市市 八日市場市 市川市 市原市 余市町 余市郡余市町 十日町市 大町市 町田市 武蔵村山市 東村山市 "
    "村山市 村上市 羽村市 田村市 大村市 中村市 玉村町 佐波郡玉村町 高市郡高取町 高市郡明日香村",
)

_SPACES = re.compile(r"[\s\u3000]+")
_NUMBER = r"(?:[0-9０-９]+|[一二三四五六七八九十〇百千]+(?=丁目|番|号))"
_JOINTS = r"(?:丁目|番地|番町|番|号室|号|地割|の|ノ|之|[-‐‑–—―−ー－~〜])"
_AFTER_TOWN = re.compile(rf"(?:大字|字)?[^0-9０-９]*?(?={_NUMBER})")
_STREET = re.compile(rf"(?:[甲乙丙丁イロハニホ]{{0,2}}{_NUMBER}{_JOINTS}*)+|[^\s\u3000]*無番地")


def split(address: str, *, postal_code: str = "") -> dict[str, str]:
    """The parts of an answer; those that nothing was written for, and the code does not tell, are left out.

    Never raises. `postal_code` may hold a hyphen or 〒, or be wrong; what is kept of it are its digits.
    """
    code = re.sub(r"[^0-9]", "", digits_ascii(postal_code))
    found = look_up(code)
    text = _SPACES.sub(" ", address).strip()
    prefecture, rest = _take(text, PREFECTURES)
    if not prefecture and found is not None:
        prefecture = found.prefecture
    known = [found.city] if found is not None and found.city else []
    city, rest = _city(rest, known, is_elsewhere=found is not None and prefecture != found.prefecture)
    same_place = found is not None and city == found.city
    towns = [] if found is None or not same_place else [found.town, *found.towns]
    town, rest = _town(rest, towns)
    if not town and same_place and found is not None and found.town and not _starts_with_name(rest):
        # Only the house number was written below the postal code, as the code already says the rest.
        town = found.town
    street, building = _street(rest)
    made = {
        "postal_code": code, "prefecture": prefecture, "city": city, "town": town, "street": street,
        "building": building,
    }  # fmt: skip
    return {part: value for part, value in made.items() if value}


def join(parts: dict[str, str]) -> str:
    """The parts as one line, as the confirmation page shows them."""
    place = "".join(parts.get(part, "") for part in ("prefecture", "city", "town", "street"))
    building = parts.get("building", "")
    return f"{place} {building}" if building else place


def _take(text: str, names: Iterable[str]) -> tuple[str, str]:
    """The longest of these names at the beginning, and what follows it."""
    best = max((name for name in names if name and text.startswith(name)), key=len, default="")
    return best, text[len(best) :].lstrip() if best else text


def _city(text: str, known: list[str], *, is_elsewhere: bool) -> tuple[str, str]:
    """The city. One known from the postal code may be written without its 郡, or not at all."""
    for name in known:
        short = name.partition("郡")[2]
        for written in (name, short):
            if written and not is_elsewhere and text.startswith(written):
                return name, text[len(written) :].lstrip()
    named, rest = _named_city(text)
    if named:
        return named, rest
    return (known[0] if known and not is_elsewhere else ""), text


def _named_city(text: str) -> tuple[str, str]:
    name, rest = _take(text, _DOUBLE)
    if name:
        return name, rest
    name, after = _take(text, _DESIGNATED)
    if name:
        ward = re.match(r"[^\s0-9０-９]{1,4}?区", after)
        return (name + ward[0], after[ward.end() :].lstrip()) if ward else (name, after)
    # A town or village alone is as often a part of a city (広明町): it counts as one only below its 郡.
    found = re.match(r"[^\s0-9０-９]{1,6}?郡[^\s0-9０-９]{1,7}?[町村]|[^\s0-9０-９町村]{1,6}?[市区]", text)
    return (found[0], text[found.end() :].lstrip()) if found else ("", text)


def _town(text: str, known: list[str]) -> tuple[str, str]:
    for prefix in ("", "大字", "字"):
        if text.startswith(prefix):
            name, rest = _take(text[len(prefix) :], known)
            if name:
                return prefix + name, rest
    found = _AFTER_TOWN.match(text)
    name = found[0].rstrip() if found else ""
    # 甲, イ and so on belong to the number behind them.
    name = re.sub(r"[甲乙丙丁イロハニホ]$", "", name) if len(name) > 1 else ""
    return name, text[len(name) :].lstrip()


def _starts_with_name(text: str) -> bool:
    return bool(text) and not re.match(rf"[甲乙丙丁イロハニホ]?{_NUMBER}", text)


def _street(text: str) -> tuple[str, str]:
    found = _STREET.match(text)
    if found is None:
        street, _space, building = text.partition(" ")
        return street, building
    return found[0], text[found.end() :].lstrip()

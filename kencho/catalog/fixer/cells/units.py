"""Units of measure: which words are units, and which stand for a multiple of another."""

import re
from functools import lru_cache
from typing import Final

from kencho.catalog.fixer.cells.characters import plain, standard

__all__ = ["COUNTABLE", "base_of", "is_unit", "unit_in_header", "units_in_line"]

_PLAIN: Final = """
°C 人 名 円 件 世帯 戸 台 校 箇所 か所 カ所 ヶ所 ケ所 ヵ所 個所 個 本 冊 枚 回 時間 分 秒 歳 才 点 施設 社 店 団体 室 床 棟 頭 羽 匹 組 区
ポイント 倍 ℃ % % ‰ ppm ppb pH dB m km cm mm m2 km2 m3 cm2 cm3 平方メートル 平方キロメートル 立方メートル メートル キロメートル センチメートル
ミリメートル ha a ヘクタール アール 坪 畳 g kg mg t トン キログラム グラム l L リットル kl kL ml mL 石 kw kW kWh MW MWh GW GWh W Wh J kJ MJ
GJ TJ V A Hz ドル ユーロ $ 経営体 事業所 法人 企業 事業 地区 路線 橋 基 隻 席 株 票 口 泊 杯 軒 市町 市町村 市 町 村 箱 通 式 人泊
人日 人/km2 人/㎢ 円/人 人/世帯 件/人 冊/人 m2/人 施設数 議席 講座 クラス 学級 園 館 駅 局 署 所 系統 便 着 足 丁 双 巻 語 字 頁 ページ
t-CO2 t-co2 tCO2 千t CO2 ヶ月 か月 カ月 ヵ月 月間 週 週間 年間 日間 品目 種類 作品 項目 機関 プラン 会場 病院 診療所 両 門 架 井 面 試合
人・日 延べ人 延人 MPa m/s mm/h μg μg/m3 mg/L mg/l mg/m3 Bq Bq/kg μSv/h CFU CFU/100mL 対 位 次 級 航海 艘 漁協 集落 地点 地域 台帳
"""
_UNITS: Final = frozenset(_PLAIN.split()) - {
    "位",
    "次",
    "級",
    "丁",
    "字",
    "面",
    "対",
    "A",
    "V",
    "J",
    "区",
    "市",
    "町",
    "村",
}
COUNTABLE: Final = frozenset(
    {"年", "日", "月", "階", "号", "位", "級", "度", "区", "市", "町", "村", "次", "丁", "A"}
)
"""Words that count only where the header says so: 築年数 12年, but 5年 in a column of years is a date."""

_MULTIPLES: Final = (
    ("千億", 10**11),
    ("百億", 10**10),
    ("十億", 10**9),
    ("千万", 10**7),
    ("百万", 10**6),
    ("十万", 10**5),
    ("兆", 10**12),
    ("億", 10**8),
    ("万", 10**4),
    ("千", 10**3),
    ("百", 10**2),
)
_TAKES_MULTIPLES: Final = frozenset(
    [
        "円",
        "人",
        "m3",
        "m2",
        "kWh",
        "ドル",
        "件",
        "t",
        "トン",
        "世帯",
        "台",
        "本",
        "個",
        "kl",
        "株",
        "戸",
        "頭",
        "羽",
        "枚",
        "冊",
        "回",
        "ha",
        "kW",
        "米ドル",
        "kL",
        "L",
        "トンキロ",
        "人キロ",
    ]
)


@lru_cache(maxsize=4096)
def base_of(unit: str) -> tuple[str, int]:
    """千円 → (円, 1000), 人 → (人, 1), 千 → ("", 1000)."""
    for word, factor in _MULTIPLES:
        if unit.startswith(word):
            rest = unit[len(word) :]
            if not rest or rest in _TAKES_MULTIPLES:
                return rest, factor
    return unit, 1


@lru_cache(maxsize=4096)
def is_unit(word: str) -> bool:
    """Whether a word (NFKC, no blanks) is a unit."""
    if word in _UNITS:
        return True
    if base_of(word)[1] > 1:
        return True
    head, slash, tail = word.partition("/")
    return bool(slash) and head in _UNITS | {"円", "人"} and 0 < len(tail) <= 6 and not tail.isdigit()


_BRACKETED: Final = re.compile(r"[(\[〔【<〈]単?位?[::]?(?P<unit>[^()\[\]〔〕【】<>〈〉]{1,10})[)\]〕】>〉]$")
_TAIL: Final = re.compile(r"[、,:/・]?単位[::]?(?P<unit>[^()]{1,8})$")


@lru_cache(maxsize=4096)
def unit_in_header(text: str) -> str:
    """人口（人） → 人, 面積[㎢] → km2; empty when there is none."""
    word = plain(text)
    for pattern in (_BRACKETED, _TAIL):
        found = pattern.search(word)
        if found:
            unit = found["unit"].removeprefix("単位").lstrip(":")
            unit = "℃" if unit == "°C" else unit
            if is_unit(plain(unit)) or (unit in COUNTABLE and unit in {"年", "日", "月", "度", "階"}):
                return unit
    return ""


_LINE: Final = re.compile(r"^[(\[〔【]?(?:表示)?単位[::=]?(?P<units>[^)\]〕】]{1,60})[)\]〕】]?$")
_PARTS: Final = re.compile(r"[、,;/・]")
_NAMED: Final = re.compile(r"(?P<name>[^=:は]{1,20})[=:は](?P<unit>[^=:]{1,10})")


def units_in_line(text: str) -> tuple[tuple[str, str], ...] | None:
    """The units that 「（単位：人、％）」 or 「単位：人口＝人、面積＝km2」 state, as (item or "", unit); `None` when the
    text is no such line."""
    word = plain(standard(text))
    found = _LINE.match(word)
    if found is None:
        short = re.fullmatch(r"[(\[〔【](?P<unit>[^)\]〕】]{1,8})[)\]〕】]", word)
        return (("", short["unit"]),) if short and is_unit(short["unit"]) else None
    if is_unit(found["units"]):
        return (("", found["units"]),)
    stated: list[tuple[str, str]] = []
    for part in _PARTS.split(found["units"]):
        named = _NAMED.fullmatch(part)
        stated.append((named["name"], named["unit"]) if named else ("", part))
    return tuple((name, unit) for name, unit in stated if unit)

"""Family and given names, from the package `japanese-personal-name-dataset` (MIT)."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kencho.foundation.text import VARIANTS, to_katakana

__all__ = ["all_given_names", "family_kana", "family_names", "given_kana", "given_names", "one_shape"]

_PACKAGE: Final = "japanese_personal_name_dataset"
_SHAPES: Final = {ord(variant): head for variant, head in VARIANTS.items()}
# Spellings of the list that are everyday words; as a given name each is rare, and in a text each is not a name.
_WORDS: Final = frozenset(
    [
        "中央",
        "平和",
        "平成",
        "昭和",
        "明治",
        "大正",
        "令和",
        "学校",
        "公園",
        "文化",
        "自然",
        "大和",
        "希望",
        "未来",
        "世界",
        "日本",
        "友情",
        "太陽",
        "明星",
        "光明",
        "白鳥",
        "満月",
        "正月",
        "元日",
        "北",
        "南",
        "東",
        "西",
        "上",
        "下",
        "中",
        "本",
        "新",
        "大",
        "小",
        "港",
        "海",
        "山",
        "川",
        "森",
        "林",
        "原",
        "谷",
        "城",
        "里",
        "町",
        "市",
        "村",
        "道",
        "路",
        "橋",
        "駅",
        "館",
        "園",
        "会",
        "部",
        "局",
        "課",
        "係",
        "一",
        "二",
        "三",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
        "十",
        "百",
        "千",
        "万",
        "春",
        "夏",
        "秋",
        "冬",
        "月",
        "日",
        "年",
        "時",
        "分",
        "秒",
        "水",
        "火",
        "木",
        "金",
        "土",
        "花",
        "空",
        "星",
        "風",
        "雪",
        "雨",
        "長",
        "生",
        "人",
        "名",
        "者",
        "様",
        "氏",
        "子",
        "男",
        "女",
        "父",
        "母",
        "用",
        "内",
        "外",
        "前",
        "後",
        "左",
        "右",
        "高",
        "低",
        "有",
        "無",
        "可",
        "否",
        "正",
        "誤",
        "温泉",
        "安心",
        "安全",
        "健康",
        "子供",
        "一部",
        "地域",
        "音楽",
        "美術",
        "芸術",
        "知事",
        "市民",
        "町民",
        "村民",
        "県民",
        "図書",
        "情報",
        "生活",
        "福祉",
        "交通",
        "道路",
        "河川",
        "都市",
        "農林",
        "水産",
        "商工",
        "観光",
        "環境",
        "一番",
        "二番",
        "三番",
        "丁目",
        "番地",
        "東京",
        "京都",
        "大阪",
        "奈良",
        "三重",
        "伊勢",
        "伊賀",
        "志摩",
        "熊野",
    ]
)


def _folder() -> Path:
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(_PACKAGE)
    return Path(next(iter(found.submodule_search_locations))) / "dataset"


def _rows(name: str) -> Iterator[list[str]]:
    with (_folder() / name).open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def _given_rows() -> Iterator[list[str]]:
    for part in ("man", "woman"):
        yield from _rows(f"first_name_{part}_org.csv")


def one_shape(text: str) -> str:
    """The text with one shape of each kanji: 髙橋 as 高橋."""
    return text.translate(_SHAPES)


@cache
def family_names() -> frozenset[str]:
    """The two thousand commonest family names, one shape of each kanji."""
    return frozenset(one_shape(row[0]) for row in _rows("last_name_org.csv"))


@cache
def given_names() -> frozenset[str]:
    """Given names in kanji and kana; everyday words that are also listed as names are left out."""
    return all_given_names() - _WORDS


@cache
def all_given_names() -> frozenset[str]:
    """Given names, also those that are everyday words (花, 光): for where something else says that it is a name."""
    found: set[str] = set()
    for kana, _roman, *written in _given_rows():
        found.update(written)
        if len(kana) > 1:
            found.update((kana, to_katakana(kana)))
    return frozenset(map(one_shape, found))


@cache
def family_kana() -> frozenset[str]:
    """Readings of the family names in katakana."""
    return frozenset(to_katakana(row[2]) for row in _rows("last_name_org.csv"))


@cache
def given_kana() -> frozenset[str]:
    """Readings of the given names in katakana."""
    return frozenset(to_katakana(row[0]) for row in _given_rows())

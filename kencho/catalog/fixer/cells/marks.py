"""Marks that stand where a number would (rule 1-13), words for totals, ditto marks, errors of spreadsheets."""

import re
from functools import lru_cache
from typing import Final

from kencho.catalog.fixer.cells.characters import plain

__all__ = ["is_ditto", "is_mark", "is_sign_mark", "mark_meaning", "total_rank", "without_note_mark"]

# After NFKC and without blanks, lower case.
_SECRET: Final = frozenset(
    ["x", "χ", "×", "✕", "✖", "*", "**", "***", "****", "秘匿", "秘", "非公表", "非公開", "(x)", "[x]"]
)
_NONE: Final = frozenset(
    [
        "-",
        "--",
        "---",
        "‐",
        "‑",
        "–",
        "—",
        "―",
        "−",
        "ー",
        "─",
        "━",
        "ｰ",
        "――",
        "ーー",
        "──",
        "—–",
        "・",
        "·",
        "(-)",
        "(―)",
        "/",
        "該当なし",
        "皆無",
    ]
)
_UNKNOWN: Final = frozenset(
    [
        "…",
        "...",
        "......",
        "..",
        "・・・",
        "‥",
        "⋯",
        "....",
        "----",
        "不詳",
        "不明",
        "未詳",
        "未集計",
        "集計中",
        "未調査",
        "調査中",
        "未公表",
        "欠測",
        "欠損",
        "欠",
        "未定",
        "na",
        "n/a",
        "n.a.",
        "n.a",
        "nan",
        "null",
        "none",
        "?",
        "データなし",
        "調査せず",
        "調査対象外",
        "対象外",
    ]
)
_ERRORS: Final = frozenset(["#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!", "########"])
_WORDS: Final = re.compile("[ぁ-んァ-ヶ一-龥]")
_RUN: Final = re.compile(r"[-‐‑–—―−ー─━]{1,6}|[.…‥・⋯]{1,8}|\*{1,6}|[xχ]{1,3}")


@lru_cache(maxsize=65_536)
def mark_meaning(text: str) -> str:
    """`secret`, `none`, `unknown`, `error` for a mark; empty for anything else."""
    word = plain(text).lower()
    if len(word) > 10 or not word:
        return ""
    for words, meaning in ((_SECRET, "secret"), (_NONE, "none"), (_UNKNOWN, "unknown"), (_ERRORS, "error")):
        if word in words:
            return meaning
    if _RUN.fullmatch(word):
        return "secret" if word[0] in "*xχ" else "none" if word[0] not in ".…‥・⋯" else "unknown"
    return ""


def is_mark(text: str) -> bool:
    """Whether the text stands where there is no number."""
    return mark_meaning(text) != ""


def is_sign_mark(text: str) -> bool:
    """A mark that is a sign (x, ***, …, -), not a word (不明): in a column of text the word is data."""
    return is_mark(text) and _WORDS.search(plain(text)) is None


_DITTO: Final = frozenset(["〃", "〻", "々", "同上", '"', "''", "″", "”", "“", "仝", "同", "(同上)", "//"])


def is_ditto(text: str) -> bool:
    """〃, 同上 and the like: the value above once more."""
    return plain(text) in _DITTO or text.strip() in _DITTO


_TOTAL: Final = frozenset(
    [
        "計",
        "合計",
        "総計",
        "総数",
        "小計",
        "中計",
        "総合計",
        "総額",
        "全体",
        "全県",
        "県計",
        "市計",
        "町計",
        "村計",
        "市町計",
        "市町村計",
        "郡計",
        "市部計",
        "郡部計",
        "県合計",
        "市町合計",
        "全県計",
        "県全体",
        "年計",
        "月計",
        "年度計",
        "全体計",
        "累計",
        "total",
        "subtotal",
        "grandtotal",
        "総合",
        "区計",
        "部計",
        "男女計",
        "合計額",
        "計(a)",
    ]
)
_ENDS: Final = re.compile(
    r".{1,15}(?:合計|小計|総計|総数|の計|計)|(?:合計|小計|総計|総数|計)\(.{1,12}\)|\(?(?:再掲|うち書?)\)?.*|全国|三重県"
)
_NOT: Final = re.compile(
    r".*(?:会計|統計|家計|(?<!施)設計|時計|推計|集計|余計|生計|体温計|計器|温度計|血圧計)$"
)


@lru_cache(maxsize=65_536)
def total_rank(text: str) -> int:
    """2 for a word that can only be a total (合計, 小計), 1 for one that may be (北勢計), else 0."""
    word = plain(text).lower().strip("・-【】[]()<>〈〉《》「」　*※").replace("(", "").replace(")", "")
    if word in _TOTAL and word not in {"総合", "全体"}:
        return 2
    if word in _TOTAL:
        return 1
    if _NOT.fullmatch(word):
        return 0
    return 1 if _ENDS.fullmatch(word) and not word.startswith(("うち", "再掲")) else 0


_MARKED: Final = re.compile(
    r"(?:[\s\u3000]*(?:[※＊†‡]{1,3}[0-9０-９]{0,2}|[（(][\s\u3000]*(?:注|※|＊|\*)[\s\u3000]*[0-9０-９]{0,2}[\s\u3000]*[)）]|注[0-9０-９]{1,2}[)）]?|注[)）]|(?<=[ぁ-龥）)])\*{1,3}[0-9]{0,2}|[¹²³⁴⁵⁶⁷⁸⁹]+(?:[⁾)])?))+$"
)
_MARK_FIRST: Final = re.compile(
    r"^(?:[※＊†‡][0-9０-９]{0,2}|[（(]注[0-9０-９]{0,2}[)）])[\s\u3000]*(?=[ぁ-龥ァ-ヶA-Za-z])"
)
_POWER: Final = re.compile("[a-zA-Zａ-ｚ][²³]$")


@lru_cache(maxsize=65_536)
def without_note_mark(text: str) -> tuple[str, str]:
    """桑名市※1 → (桑名市, ※1): a label without the mark that points to a note below; the mark is empty when none."""
    if len(text) > 40 or _POWER.search(text):
        return text, ""
    found = _MARKED.search(text)
    if found is not None and found.start() > 0 and text[: found.start()].strip():
        return text[: found.start()], found[0].strip()
    first = _MARK_FIRST.match(text)
    if first is not None and len(text) <= 15:
        return text[first.end() :], first[0].strip()
    return text, ""

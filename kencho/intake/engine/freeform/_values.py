"""Which line belongs to which question: labels by their words, values right of them or below."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kencho.intake.engine.dictionaries.domains import distance
from kencho.intake.engine.freeform._lines import Box
from kencho.intake.engine.shapes import TICKED, Field, Kind

_WORDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.NAME: ("氏名", "名前", "お名前", "申請者氏名", "申請者名"),
    Kind.NAME_KANA: ("フリガナ", "ふりがな", "カナ", "氏名カナ", "よみがな"),
    Kind.POSTAL_CODE: ("郵便番号", "〒"),
    Kind.ADDRESS: ("住所", "所在地", "現住所", "ご住所"),
    Kind.TELEPHONE: ("電話番号", "電話", "連絡先", "TEL", "連絡先電話番号"),
    Kind.EMAIL: ("メールアドレス", "Eメール", "E-mail", "メール", "電子メール"),
    Kind.BIRTH_DATE: ("生年月日",),
    Kind.ORGANIZATION: ("法人名", "団体名", "会社名", "法人の名称", "名称", "商号"),
    Kind.LEGAL_ENTITY_NUMBER: ("法人番号",),
    Kind.MONEY: ("金額",),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A line that was read on the page: where, what, and where in it each character begins (share of the width)."""

    box: Box
    text: str
    starts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Where the value of a field stands: boxes from left to right, top to bottom."""

    field: Field
    boxes: tuple[Box, ...]


def labels_of(of: Field) -> tuple[str, ...]:
    """The words that may stand before the value on somebody's own paper, the form's own label first."""
    bare = re.sub(r"（[^）]*）", "", of.label)
    bare = bare.rpartition(" ")[2] or bare
    own = [] if of.kind in {Kind.NAME_KANA, Kind.POSTAL_CODE} and "（" in of.label else [bare]
    return tuple(dict.fromkeys(_bare(each) for each in (*own, *_WORDS.get(of.kind, ())) if each))


def _bare(text: str) -> str:
    return re.sub(r"[\s:：・()（）※*必須]", "", unicodedata.normalize("NFKC", text)).lower()


def place_values(words: Sequence[Word], fields: Sequence[Field]) -> list[Found]:
    """Finds the value of as many fields as possible; a line serves once as label, and a value one group of fields."""
    asked = [each for each in fields if each.kind not in TICKED]
    heads: dict[str, tuple[int, int]] = {}
    used: set[int] = set()
    for each in sorted(asked, key=lambda of: -len(labels_of(of)[0]) if labels_of(of) else 0):
        same = next(
            (heads[other.key] for other in asked if other.key in heads and _shares(each, other)), None
        )
        head = same or _label(words, each, used)
        if head is not None:
            heads[each.key] = head
            used.add(head[0])
    is_label = {index for index, _length in heads.values()}
    found = []
    for each in asked:
        if each.key in heads:
            boxes = _value(words, *heads[each.key], is_label, each)
            if boxes:
                found.append(Found(each, tuple(boxes)))
    return found


def _shares(one: Field, other: Field) -> bool:
    """Family and given name stand behind one label."""
    return (
        one.kind == other.kind
        and bool(one.group)
        and one.group == other.group
        and one.kind in {Kind.NAME, Kind.NAME_KANA}
    )


def _label(words: Sequence[Word], of: Field, used: set[int]) -> tuple[int, int] | None:
    """The line that is, or begins with, the field's label: its index and how many characters the label covers."""
    best: tuple[float, int, int] | None = None
    for place, label in enumerate(labels_of(of)):
        for index, word in enumerate(words):
            fit = _begins(word.text, label)
            if fit is None or index in used:
                continue
            rank = (fit[0] + place * 0.05, index, fit[1])
            if best is None or rank < best:
                best = rank
    return None if best is None else (best[1], best[2])


def _begins(text: str, label: str) -> tuple[float, int] | None:
    """How far the beginning of a line is from the label (share of edits), and how many characters it takes."""
    kept = [(index, each) for index, each in enumerate(text) if _bare(each)]
    for size in (len(label), len(label) + 1, len(label) - 1):
        if not 0 < size <= len(kept):
            continue
        start = _bare("".join(each for _index, each in kept[:size]))
        far = distance(start, label, 3) / len(label)
        if far == 0 or (far <= 0.25 and len(label) >= 3):
            end = kept[size - 1][0] + 1
            rest = len(kept) - size
            if rest and len(label) < 2 and label != "〒":
                continue
            return far + (0.1 if rest else 0.0), end
    return None


def _value(words: Sequence[Word], index: int, length: int, labels: set[int], of: Field) -> list[Box]:
    word = words[index]
    rest = word.text[length:].lstrip(" :：・)）")
    if rest:
        cut = (
            word.starts[len(word.text) - len(rest)]
            if len(word.starts) == len(word.text)
            else length / len(word.text)
        )
        left = word.box.x + round(word.box.width * cut)
        return [Box(left, word.box.y, word.box.right - left, word.box.height)]
    beside = sorted(
        (
            other.box
            for place, other in enumerate(words)
            if place not in labels and _is_beside(word.box, other.box)
        ),
        key=lambda box: box.x,
    )
    run = _until_gap(word.box, beside)
    if run:
        return run + (_lines_below(words, labels, run[0]) if of.lines > 1 else [])
    below = [
        other.box
        for place, other in enumerate(words)
        if place not in labels and _is_below(word.box, other.box)
    ]
    return sorted(below, key=lambda box: box.y)[:1]


def _is_beside(label: Box, other: Box) -> bool:
    middle = other.y + other.height / 2
    return (
        other.x >= label.right - label.height // 2
        and label.y - label.height * 0.3 < middle < label.bottom + label.height * 0.3
    )


def _until_gap(label: Box, beside: Sequence[Box]) -> list[Box]:
    """The boxes that follow each other without a wide gap; the first may stand away from its label."""
    run: list[Box] = []
    for box in beside:
        gap = box.x - (run[-1].right if run else label.right)
        if gap > (4 * box.height if run else 20 * label.height):
            break
        run.append(box)
    return run


def _lines_below(words: Sequence[Word], labels: set[int], first: Box) -> list[Box]:
    found = [
        other.box
        for place, other in enumerate(words)
        if place not in labels
        and abs(other.box.x - first.x) < 2 * first.height
        and first.bottom - first.height * 0.3 <= other.box.y < first.bottom + first.height * 1.2
    ]
    return found[:1]


def _is_below(label: Box, other: Box) -> bool:
    return (
        other.x < label.right
        and other.right > label.x
        and label.bottom - label.height * 0.3 <= other.y < label.bottom + 2.5 * label.height
    )

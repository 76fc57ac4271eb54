"""Which characters can stand in a field of each kind, and which lookalikes count as them.

A mask is a function from a character of a reader to the character that it counts as: None for what cannot stand
there, "" for a blank. Chances of lookalikes are added up before decoding, so a 0 that a reader half takes for an O
is one sure 0 and not two doubtful ones.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from kencho.intake.engine.ctc import Fold
from kencho.intake.engine.shapes import Kind

DIGITS: Final = "0123456789"
KATAKANA: Final = "".join(map(chr, range(0x30A1, 0x30F7))) + "ー"
HIRAGANA: Final = "".join(map(chr, range(0x3041, 0x3097)))
MAIL: Final = "abcdefghijklmnopqrstuvwxyz0123456789.-_+@"
_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))
_PUNCTUATION: Final = "、。，．・：；？！゛゜ー―‐／＼～∥｜…‥（）〔〕［］｛｝「」『』【】＋－±×÷＝≠＜＞℃￥＄％＃＆＊＠〒→←々〇〆ヶヵ①②③④⑤"
_FULL: Final = "".join(chr(ord(each) + 0xFEE0) for each in _ASCII)

HYPHENS: Final = "-‐‑‒–—―−－ー一ｰ─━_~〜～"

_DIGIT_LIKE: Final = {
    **dict.fromkeys("OoQDＯｏ〇○◯οО口ロ０", "0"),
    **dict.fromkeys("lI|i!丨｜Ｉｌ１ⅠՁ①", "1"),
    **dict.fromkeys("Zzｚ乙Ｚ", "2"),
    **dict.fromkeys("ヨョЗзろ", "3"),
    **dict.fromkeys("Aч", "4"),
    **dict.fromkeys("Ss５Ｓ", "5"),
    **dict.fromkeys("bGб", "6"),
    **dict.fromkeys("クワ７フ", "7"),
    **dict.fromkeys("B８Ｂ", "8"),
    **dict.fromkeys("gq９", "9"),
}

_KATAKANA_LIKE: Final = {
    **{chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)},
    **dict.fromkeys("-‐‑‒–—―−－一ｰ─━~～_", "ー"),
    "力": "カ", "二": "ニ", "八": "ハ", "口": "ロ", "夕": "タ", "工": "エ", "卜": "ト", "千": "チ", "三": "ミ", "丿": "ノ",
    "才": "オ", "干": "チ", "于": "チ", "人": "ハ", "十": "ナ", "又": "ス", "儿": "ル", "厶": "ム", "乂": "メ", "亻": "イ",
    "彳": "イ", "七": "セ", "刀": "カ", "冂": "ワ", "了": "ア", "之": "エ", "米": "ホ", "木": "ホ", "女": "メ", "手": "テ",
    "ヲ": "ヲ", "∠": "ム", "乙": "ス", "Y": "イ", "L": "レ", "/": "ノ", "フ": "フ", "卩": "ア", "回": "ロ", "囗": "ロ",
    "勹": "ク", "亇": "ケ", "牛": "キ", "毛": "モ", "天": "チ", "江": "エ", "ヵ": "ヵ", "ヶ": "ケ", "ゖ": "ケ", "ゕ": "カ",
}  # fmt: skip

_KANJI_LIKE: Final = {"曰": "日"}
"""Kanji that nobody writes today beside one of the same shape that everybody does."""

SMALL_ALPHABETS: Final = frozenset(
    _ASCII
    + KATAKANA
    + HIRAGANA
    + _PUNCTUATION
    + _FULL
    + HYPHENS
    + "".join(_DIGIT_LIKE)
    + "".join(_KATAKANA_LIKE)
    + " \u3000年月日円番地号丁目元金也歳"
)
"""Characters whose chances are always kept, whatever the reader thought likely."""


def fold_for(kind: Kind, *, comb: bool = False) -> Fold:
    """The mask of a kind; in a comb of boxes only digits can stand."""
    if comb:
        return digits_only
    return _MASKS.get(kind, free)


@lru_cache(maxsize=32768)
def digits_only(character: str) -> str | None:
    """Digits and nothing else; marks between them count as gaps."""
    plain = _plain(character)
    if plain in DIGITS:
        return plain
    if character in _DIGIT_LIKE:
        return _DIGIT_LIKE[character]
    if plain in " -.,・/" or character in HYPHENS:
        return ""
    return None


@lru_cache(maxsize=32768)
def number_with_hyphens(character: str) -> str | None:
    """Telephone and postal codes: digits, one kind of hyphen (brackets count as it), the sign 〒, a plus."""
    plain = _plain(character)
    if plain in DIGITS or plain == "+":
        return plain
    if character in HYPHENS or plain in "()-ー":
        return "-"
    if character in _DIGIT_LIKE:
        return _DIGIT_LIKE[character]
    return "" if plain in " 〒.・" else None


@lru_cache(maxsize=32768)
def amount(character: str) -> str | None:
    """Sums of money and numbers: digits, commas, a point, a minus, and the words written around them."""
    plain = _plain(character)
    if plain in DIGITS or character in ",円金也¥-.":
        return plain
    if plain == "¥" or character in "￥Y":
        return "¥"
    if character in "，、ʼ'’":
        return ","
    if character in "．。・":
        return "."
    if character in HYPHENS:
        return "-"
    if character in _DIGIT_LIKE:
        return _DIGIT_LIKE[character]
    return "" if plain == " " else None


@lru_cache(maxsize=32768)
def date(character: str) -> str | None:
    """Dates in running text: digits, 年月日, the names of the eras, their letters, marks between."""
    plain = _plain(character)
    if plain in DIGITS or character in "年月日元明治大正昭和平成令西暦":
        return plain
    if character in "/.-" or plain in "/.-":
        return plain
    if character in "MTHR":
        return character
    if character in "．・":
        return "."
    if character in HYPHENS:
        return "-"
    if character in _DIGIT_LIKE and character not in "SＳ":
        return _DIGIT_LIKE[character]
    if character in "SＳ":
        return "S"
    return "" if plain == " " else None


@lru_cache(maxsize=32768)
def katakana(character: str) -> str | None:
    """フリガナ: katakana, with hiragana and kanji of the same shape."""
    plain = unicodedata.normalize("NFKC", character)
    if character in KATAKANA:
        return "ケ" if character == "ヶ" else character
    if character in _KATAKANA_LIKE:
        return _KATAKANA_LIKE[character]
    if len(plain) == 1 and plain in KATAKANA:
        return plain
    if plain in " ・":
        return ""
    return None


@lru_cache(maxsize=32768)
def mail(character: str) -> str | None:
    """E-mail addresses; capitals count as small letters, for the hand hardly tells them apart."""
    plain = _plain(character)
    if character in "|丨I":
        return "l"
    if character in "。．・":
        return "."
    if character in "＿‗ˍ":
        return "_"
    if character in "‐‑‒–—―−－ー一─":
        return "-"
    if character in "〇○◯":
        return "o"
    if character in "＠◎@":
        return "@"
    small = plain.lower()
    if len(small) == 1 and small in MAIL:
        return small
    return "" if plain == " " else None


@lru_cache(maxsize=65536)
def name(character: str) -> str | None:
    """Names of people: kanji that a Japanese register knows, kana, 々 and ー."""
    if character in "々ーヶヵ・〆" or character in HIRAGANA or character in KATAKANA:
        return character
    if character in " \u3000":
        return ""
    if is_japanese_kanji(character):
        return _KANJI_LIKE.get(character, character)
    plain = _plain(character)
    return plain if len(plain) == 1 and plain.isascii() and plain.isalpha() else None


@lru_cache(maxsize=65536)
def free(character: str) -> str | None:
    """Running text and addresses: everything in Japanese character sets, Latin letters and signs in half width."""
    if character in " \u3000":
        return ""
    plain = _plain(character)
    if len(plain) == 1 and plain.isascii():
        return plain
    if character in HYPHENS and character not in "ー一_~〜～":
        return "-"
    if character in HIRAGANA or character in KATAKANA or character in _PUNCTUATION:
        return character
    if is_japanese_kanji(character):
        return _KANJI_LIKE.get(character, character)
    return None


@lru_cache(maxsize=65536)
def is_japanese_kanji(character: str) -> bool:
    """Whether a kanji is in JIS X 0213 or the vendors' set (髙 﨑): what is Chinese only cannot have been written."""
    if len(character) != 1 or not unicodedata.name(character, "").startswith("CJK"):
        return False
    for charset in ("cp932", "euc_jis_2004"):
        try:
            character.encode(charset)
        except UnicodeEncodeError:
            continue
        return True
    return False


def _plain(character: str) -> str:
    """The half-width form; a sign that stands for several characters (⑫) stays itself."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


_MASKS: Final[dict[Kind, Fold]] = {
    Kind.NAME: name,
    Kind.NAME_KANA: katakana,
    Kind.ORGANIZATION: free,
    Kind.DATE: date,
    Kind.BIRTH_DATE: date,
    Kind.POSTAL_CODE: number_with_hyphens,
    Kind.ADDRESS: free,
    Kind.TELEPHONE: number_with_hyphens,
    Kind.EMAIL: mail,
    Kind.MONEY: amount,
    Kind.INTEGER: amount,
    Kind.DECIMAL: amount,
    Kind.DIGITS: digits_only,
    Kind.LEGAL_ENTITY_NUMBER: digits_only,
    Kind.INDIVIDUAL_NUMBER: digits_only,
    Kind.TEXT: free,
    Kind.TEXTAREA: free,
}

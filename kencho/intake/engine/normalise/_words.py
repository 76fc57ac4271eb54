"""Words: lookalikes put right by their neighbours, readings in katakana, names, e-mail addresses."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

from kencho.foundation.text import VARIANTS, is_katakana_reading
from kencho.intake.engine.dictionaries import domains, names
from kencho.intake.engine.masks import is_japanese_kanji
from kencho.intake.engine.normalise._base import IMPOSSIBLE, UNLIKELY, Normal, invalid
from kencho.intake.engine.shapes import Field, Reason

# One shape, two characters: which one it is, only the neighbours say.
_KANA_OF: Final = {
    "一": "ー", "二": "ニ", "八": "ハ", "力": "カ", "口": "ロ", "夕": "タ", "工": "エ", "卜": "ト", "三": "ミ",
}  # fmt: skip
_KANJI_OF: Final = {kana: kanji for kanji, kana in _KANA_OF.items() if kana not in "ーミ"}
_HIRAGANA_TWINS: Final = {"ヘ": "へ", "ベ": "べ", "ペ": "ぺ", "リ": "り"}
_KATAKANA_TWINS: Final = {hiragana: katakana for katakana, hiragana in _HIRAGANA_TWINS.items()}
_STROKES: Final = frozenset("ー一-―─−")
_COUNTED_PLACE: Final = re.compile(r"[ハ八ニ二三][ノケヶツッ][一-龠]")
"""八ノ谷, 二ツ屋: a place name begins with a number, not with a particle."""


def _is_katakana(character: str) -> bool:
    return "ァ" <= character <= "ヺ" or character == "ー"


def _is_hiragana(character: str) -> bool:
    return "ぁ" <= character <= "ゖ"


def _is_kanji(character: str) -> bool:
    return bool(character) and (character == "々" or is_japanese_kanji(character))


def _is_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def in_context(text: str) -> str:
    """Puts right what only neighbours can tell: ー 一 and -, カ and 力, へ and ヘ."""
    result: list[str] = []
    for index, character in enumerate(text):
        before = result[-1] if result else ""
        after = text[index + 1 : index + 2]
        result.append(
            _KANJI_OF.get(character, character)
            if not before and _COUNTED_PLACE.match(text)
            else _one_in_context(character, before, after)
        )
    return "".join(result)


def _one_in_context(character: str, before: str, after: str) -> str:
    if character in _STROKES:
        return _stroke(character, before, after)
    if character in _KATAKANA_TWINS:
        near = (_is_katakana(before) and before not in _HIRAGANA_TWINS) + (
            _is_katakana(after) and after not in _HIRAGANA_TWINS
        )
        return (
            _KATAKANA_TWINS[character]
            if near and not (_is_hiragana(before) or _is_hiragana(after))
            else character
        )
    if character in _HIRAGANA_TWINS:
        sided = _is_hiragana(before) or _is_hiragana(after)
        alone = not (_is_katakana(before) or _is_katakana(after))
        return _HIRAGANA_TWINS[character] if alone and (sided or character == "ヘ") else character
    if character in _KANA_OF:
        inside = _is_katakana(after) or after in _KANA_OF
        sure = _is_katakana(before) and (inside or (character != "三" and not _is_kanji(after)))
        starts = not before and character not in "一三" and _is_katakana(after)
        return _KANA_OF[character] if sure or starts else character
    if character in "ニハ" and before == "第":
        return _KANJI_OF[character]
    if character in _KANJI_OF:
        return _KANJI_OF[character] if _looks_kanji(before, after) else character
    return character


def _looks_kanji(before: str, after: str) -> bool:
    """Whether a lone sign among kanji is a kanji (協カ → 協力), and not a particle between names (三ノ輪)."""
    if _is_katakana(before) or _is_katakana(after):
        return False
    return _is_kanji(before) or (not before and _is_kanji(after))


def _stroke(character: str, before: str, after: str) -> str:
    if _is_katakana(before) or (_is_hiragana(before) and character == "ー"):
        # ハイツ一番館: a katakana word ends before the kanji; ア八一卜 is one word in lookalikes.
        return "一" if character == "一" and _is_kanji(after) and after not in _KANA_OF else "ー"
    if _is_ascii_word(before) and (_is_ascii_word(after) or not after):
        return "-"
    if character in {"ー", "―", "─"} and (_is_kanji(before) or _is_kanji(after)):
        return "-" if before.isdigit() or after.isdigit() else "一"
    return character if character in {"ー", "一", "-"} else "-"


def reading(text: str, _field: Field) -> Normal:
    """フリガナ: katakana only; a long mark cannot begin it, nor a small kana."""
    plain = text.strip("・")
    if not plain:
        return invalid(text)
    if not is_katakana_reading(plain):
        return invalid(plain)
    prior = 0.0
    if plain[0] in "ァィゥェォャュョッン":
        prior += UNLIKELY
    prior += (
        UNLIKELY
        / 2
        * len(
            re.findall(
                r"(?<![キシチニヒミリギジビピヂテデフヴ])[ャュョ]|ッ(?![カキクケコサシスセソタチツテトパピプペポャュョ])",
                plain,
            )
        )
    )
    return Normal(plain, plain, prior)


def name(text: str, _field: Field) -> Normal:
    """氏名: as written; old and new shapes of a kanji are two names, so the other shape is only offered."""
    plain = in_context(text).strip("・-")
    if not plain:
        return invalid(text)
    prior = UNLIKELY / 2 * sum(1 for each in plain if each.isascii()) + old_shapes(plain)
    reasons = (Reason.VARIANT_POSSIBLE,) if variants_of(plain) else ()
    return Normal(plain, plain, prior, True, reasons)


_SHAPES: Final[dict[str, tuple[str, ...]]] = {}


def _shapes() -> dict[str, tuple[str, ...]]:
    if not _SHAPES:
        groups: dict[str, list[str]] = {}
        for variant, head in VARIANTS.items():
            groups.setdefault(head, [head]).append(variant)
        for group in groups.values():
            for each in group:
                _SHAPES[each] = tuple(other for other in group if other != each)
    return _SHAPES


_OFTEN: Final = frozenset("真冨富曽斉斎斉沢浜辺高崎島広桜国恵徳関竜滝渡槙峰桧柳栄円寿実静清")


def variants_of(text: str) -> tuple[str, ...]:
    """The same name with one kanji in another shape in use (渡辺 → 渡邊, 渡邉), where registers often have both."""
    found: list[str] = []
    for index, character in enumerate(text):
        others = _shapes().get(character, ())
        if others and (character in _OFTEN or character in VARIANTS):
            found += [text[:index] + other + text[index + 1 :] for other in others]
    return tuple(found[:6])


def organization(text: str, _field: Field) -> Normal:
    """Names of companies and offices."""
    plain = in_context(text)
    plain = plain.replace("㈱", "株式会社").replace("㈲", "有限会社")
    return Normal(plain, plain, oddity(plain)) if plain else invalid(text)


_MAIL: Final = re.compile(
    r"[a-z0-9_+](?:[a-z0-9._+-]{0,62}[a-z0-9_+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}"
)


def mail(text: str, _field: Field) -> Normal:
    """E-mail address: its shape must be right and its top domain exist; a known domain is believed more."""
    if not _MAIL.fullmatch(text) or ".." in text:
        return invalid(text)
    local, _at, domain = text.partition("@")
    odd = local_oddity(local)
    if domain in domains.KNOWN:
        return Normal(text, text, odd)
    if domains.near(domain):
        # One letter beside a provider that everybody knows: rather misread than rare.
        return Normal(text, text, UNLIKELY * 2.3 + odd, True, (Reason.NOT_IN_DICTIONARY,))
    if domains.is_plausible(domain):
        return Normal(text, text, -1.5 + odd, True, (Reason.NOT_IN_DICTIONARY,))
    return Normal(text, text, UNLIKELY * 4 + odd, False, (Reason.INVALID,))


# What the part before the @ hardly ever has: o and l among digits, and letters that romanised Japanese does without.
_ODD_LOCAL: Final[tuple[tuple[re.Pattern[str], float], ...]] = (
    (re.compile(r"[lo](?=[0-9])|(?<=[0-9])[lo](?![a-z])"), -1.5),
    (re.compile(r"q(?!u)"), -2.0),
    (re.compile(r"[vxl]"), -0.6),
    (re.compile(r"(?<=[a-z])[0-9](?=[a-z])"), -1.0),
)
_LOCAL_TWINS: Final = {"q": "g", "v": "y", "l": "i", "1": "i", "0": "o", "9": "g"}
_DIGIT_TWINS: Final = {"l": "1", "i": "1", "o": "0", "q": "9", "z": "2"}


def local_oddity(local: str) -> float:
    """How much less the part of an e-mail address before the @ is believed (0 = nothing odd)."""
    return max(-5.0, sum(weight * len(pattern.findall(local)) for pattern, weight in _ODD_LOCAL))


def local_twins(local: str) -> tuple[str, ...]:
    """The part before the @ with lookalikes exchanged where they look odd: l6 → 16, maqo → mago."""
    found = [
        re.sub(r"[lioqz](?=[0-9]*$)|[lioqz](?=[0-9])", lambda each: _DIGIT_TWINS[each[0]], local)
        if re.search(r"[0-9]", local)
        else local,
        *(
            re.sub(pattern, lambda each: _LOCAL_TWINS[each[0]], local)
            for pattern in (r"q(?!u)", r"v", r"l", r"(?<=[a-z])[019](?=[a-z])")
        ),
    ]
    return tuple(dict.fromkeys(each for each in found if each != local))


def running(text: str, _field: Field) -> Normal:
    """Free text: lookalikes put right by their neighbours; scripts that change in odd places are believed less."""
    plain = in_context(text)
    return Normal(plain, plain, oddity(plain)) if plain else invalid(text)


_LONE_SIGN: Final = re.compile(r"(?<=[ぁ-ゖ])[A-Za-z0-9](?=[ぁ-ゖ。、.]|$)|(?<=[ぁ-ゖ])[A-Z][.,]$")
"""One letter or digit stuck to a word of hiragana: never what was written."""

_VERB_AND_SIGN: Final = re.compile(
    r"[ぁ-ゖ](?<![のはがとをにへもやでから、])[A-Za-z0-9工乙](?=[ぁ-ゖ。、]|$)"
)

_KANA_LIKE: Final = {
    "Z": "る", "z": "る", "3": "る", "2": "る", "L": "し", "l": "し", "J": "う", "t": "せ", "k": "は", "b": "ら", "5": "ら",
    "M": "め", "D": "の", "O": "の", "0": "の", "o": "の", "C": "こ", "T": "て", "7": "て", "S": "ら", "c": "と",
}  # fmt: skip


def with_kana(text: str) -> str:
    """The text with hiragana in place of lone letters of the same shape (すZ → する)."""
    return _LONE_SIGN.sub(lambda found: _KANA_LIKE.get(found[0][0], found[0]), text)


_SPECK: Final = re.compile(
    r"(?<=[ぁ-ヺ一-鿿々ー。])[.,'`:;・|_^~](?=[ぁ-ヺ一-鿿]|$)|^[.,'`:;・|_^~](?=[ぁ-ヺ一-鿿])"
)


def without_specks(text: str) -> str:
    """The text without the marks that dust makes between words and at their ends."""
    return _SPECK.sub("", text)


END_OF_SENTENCE: Final = re.compile(
    r"(?<=[うくすつぬむるぐぶ])、(?!また|又|及|か|など|もし|若し|並)|(?<=ます)、|(?<=です)、"
)
"""Where 。 is likelier than the 、 that was read."""

# What Japanese writing hardly ever has, and how much less it is believed for each.
_RAREST: Final = -4.0

_ODD: Final[tuple[tuple[re.Pattern[str], float], ...]] = (
    # one Latin letter or sign stuck to kanji or kana
    (re.compile(r"(?<![A-Za-z0-9])[a-z](?![A-Za-z0-9])"), -1.5),
    (re.compile(r"(?<=[ぁ-ヺ一-鿿々])[A-Z](?=[ぁ-ヺ一-鿿々])"), -1.0),
    (re.compile(r"(?<=[ぁ-ヺ一-鿿々ー])[.,=:;'`|\\_^~<>]"), -2.0),
    (re.compile(r"[=`|\\_^~<>](?=[ぁ-ヺ一-鿿々])"), -1.0),
    # a digit within a katakana word; 3ケ月 and ビル2ノ1 are not
    (re.compile(r"(?<=[ぁ-ヺー])[0-9](?=[ァ-エカキサ-ヌハ-ヺー])"), -2.0),
    (re.compile(r"[0-9](?=[ラルレロョュャーッン])"), -1.5),
    # large kana where katakana words have a small one
    (re.compile(r"[キシチニヒミリギジビピ][ヤユヨ](?![ァ-ヺ]*ヤ)"), -1.0),
    (re.compile(r"[テデ]イ(?!サ)|[フヴ][アイエオ]|[シジチ]エ|ウイ(?=[スンルリ])"), -1.5),
    (re.compile(r"(?<=[ァ-ヺ])ツ(?=[カキクケコサシスセソタチテトパピプペポャュョグドブジ])"), -1.0),
    (re.compile(r"(?<![ァ-ヺー])[ァィゥェォャュョッ]|(?<![ァ-ヺぁ-ゖ])ー"), -2.5),
    (re.compile(r"(?<![ぁ-ゖ])[ぁぃぅぇぉゃゅょっ]"), -2.5),
    # one kana of another script inside a word
    (re.compile(r"(?<=[ァ-ヺー])[ぁ-ゖ](?=[ァ-ヺ])"), -1.5),
    (re.compile(r"(?<=[ぁ-ゖ])[ァ-ヺ](?=[ぁ-ゖ])"), -2.0),
    (re.compile(r"(?<=[一-鿿])[ァ-イエオカキク-ヌヒ-ヺ](?=[一-鿿])"), -1.0),
    # a letter or digit stuck to the end of a verb (する → すZ) or alone between kana
    (re.compile(r"(?<=[ぁ-ゖ])[A-Za-z0-9](?=[ぁ-ゖ。、]|$)"), -3.5),
    # 元 for え in a word of kana (みえ荘), a small ィ where no word has one
    (re.compile(r"(?<=[ぁ-ゖ])元(?=[ぁ-ヺ荘館苑園第]|$)|^元(?=[ぁ-ゖ])"), -3.0),
    (re.compile(r"(?<![テデフウヴクグスズツトドィ])ィ"), -2.0),
    # 丁日, 番池: what follows a number in addresses
    (re.compile(r"(?<=[0-9一二三四五六七八九十])丁(?!目)"), -2.5),
    (re.compile(r"(?<=[0-9])番(?![地0-9号町館街目組線の外丁-]|$)"), -1.5),
    (re.compile(r"[0-9]番[0-9]{1,3}$"), -1.5),
    (re.compile(r"[A-Za-z0-9]-$"), -2.5),
    (re.compile(r"・$|^・"), -2.0),
    (re.compile(r"、$|、、|。。|、。|。、|^[、。]"), -2.0),
    # sentences end in 。, and 、 seldom follows a verb in its ending form
    (END_OF_SENTENCE, -2.5),
)


def oddity(text: str) -> float:
    """How much less a text is believed for what Japanese writing hardly ever has (0 = nothing odd)."""
    never = 2 * IMPOSSIBLE if has_lone_sign(text) else 0.0
    return never + max(
        -6.0, old_shapes(text) * 1.5 + sum(weight * len(pattern.findall(text)) for pattern, weight in _ODD)
    )


def has_lone_sign(text: str) -> bool:
    """Whether a word of hiragana ends in one letter or digit (すZ); after a particle it may (コースのA)."""
    return bool(_VERB_AND_SIGN.search(text))


def old_shapes(text: str) -> float:
    """How much less a text is believed for kanji in shapes that are rare today (卷 for 巻); 0 = none."""
    return sum(shape_log(each) for each in text if each in VARIANTS)


@lru_cache(maxsize=4096)
def shape_log(character: str) -> float:
    """How much rarer a shape is than the usual one of the same kanji, as logarithm, by the lists of names.

    斎 and 龍 are no rarer than 斉 and 竜; 惠 is, and 錄 nobody writes.
    """
    counts = names.character_counts()
    usual = VARIANTS.get(character, character)
    return min(0.0, max(_RAREST, math.log((counts.get(character, 0) + 0.5) / (counts.get(usual, 0) + 0.5))))


def has_rare_shape(text: str) -> bool:
    """Whether some kanji stands in a shape that a reader is likelier to make up than a hand to write."""
    return any(shape_log(each) < -1.2 for each in text if each in VARIANTS)


def in_new_shapes(text: str) -> str:
    """The text with every kanji in its usual shape of today, where the other is rare."""
    return "".join(VARIANTS.get(each, each) if shape_log(each) < 0 else each for each in text)


def in_usual_shapes(text: str) -> str:
    """The text with every kanji in its usual shape: a dictionary has 沢 and not 澤, and must not choose between them."""
    return "".join(VARIANTS.get(each, each) for each in text)


def in_kana(text: str) -> str:
    """え where 元 was read within a word of kana."""
    return re.sub(r"(?<=[ぁ-ゖ])元(?=[ぁ-ヺ荘館苑園第]|$)|^元(?=[ぁ-ゖ])", "え", text)

"""Fields that know something of each other: a name and its reading, a postal code and its address."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from kencho.foundation.prefectures import PREFECTURES
from kencho.foundation.text import fold, fold_name
from kencho.intake.engine import decode
from kencho.intake.engine.decode import Reading, Seen
from kencho.intake.engine.dictionaries import names, places, readings
from kencho.intake.engine.normalise import in_context, in_new_shapes
from kencho.intake.engine.shapes import Field, Kind

_FIT_WEIGHT: Final = 0.7
_WORST_FIT: Final = -14.0
_MISMATCH: Final = -5.0
_TOWN_MISMATCH: Final = -14.0
_OTHER_SPELLING: Final = -20.0
_MOST: Final = 10
_NUMBER: Final = re.compile(r"[0-9]")
_UNKNOWN: Final = -1.5


@dataclass
class Judged:
    """A field after all comparing: its readings, and what the comparing said (features for the score)."""

    seen: Seen
    readings: list[Reading]
    marks: dict[str, float] = field(default_factory=dict)
    is_crossed: bool = False
    has_failed: bool = False
    is_corrected: bool = False


def judge(all_seen: Mapping[str, Seen]) -> dict[str, Judged]:
    """Every field of a page, compared with those that belong to it. Keys are the fields' keys."""
    judged = {key: Judged(each, list(each.readings)) for key, each in all_seen.items()}
    fields = [each.field for each in all_seen.values()]
    paired: set[str] = set()
    for name, kana in pairs(fields, Kind.NAME, Kind.NAME_KANA):
        paired |= {name.key, kana.key}
        name_and_reading(judged[name.key], judged[kana.key])
    for address, code in pairs(fields, Kind.ADDRESS, Kind.POSTAL_CODE):
        paired.add(address.key)
        code_and_address(judged[code.key], judged[address.key])
    for each in fields:
        if each.kind == Kind.ADDRESS and each.key not in paired:
            address_alone(judged[each.key])
        elif each.kind == Kind.NAME_KANA and each.key not in paired:
            reading_alone(judged[each.key])
        elif each.kind in decode.WORDY and judged[each.key].readings:
            one = judged[each.key]
            one.is_corrected = one.readings[0].normal.text not in one.seen.told
    return judged


def pairs(fields: Sequence[Field], one: Kind, other: Kind) -> Iterable[tuple[Field, Field]]:
    """Which field of one kind belongs to which of the other: by key, else by group, else the nearest on paper."""
    left = [each for each in fields if each.kind == other]
    for each in (each for each in fields if each.kind == one):
        for belongs in (_by_key, _by_group, _is_near):
            found = [rest for rest in left if belongs(each, rest)]
            if len(found) == 1:
                left.remove(found[0])
                yield each, found[0]
                break


def _by_key(one: Field, other: Field) -> bool:
    return other.key in {f"{one.key}_kana", one.key.replace("address", "postal_code")} - {one.key}


def _by_group(one: Field, other: Field) -> bool:
    return bool(one.group) and other.group == one.group and _part(other) == _part(one)


def _part(of: Field) -> str:
    last = of.key.rpartition(".")[2].removesuffix("_kana")
    return last if last in {"family", "given"} else ""


def _is_near(one: Field, other: Field) -> bool:
    """Whether one stands right above or below the other, and no key says what they are."""
    if one.page != other.page or "." in one.key or "." in other.key or not one.parts or not other.parts:
        return False
    first, second = one.parts[0].rect, other.parts[0].rect
    gap = max(first.y, second.y) - min(first.y + first.height, second.y + second.height)
    return gap < 12 and abs(first.x - second.x) < 25


def name_and_reading(name: Judged, kana: Judged) -> None:
    """Chooses name and reading together. The reading may be put right by the name; the name only chosen among
    what the readers saw, and not at all when both saw the same."""
    written = name.readings[:_MOST]
    if name.seen.agrees and written:
        agreed = name.seen.told[0]
        # A shape that is rare today may be the reader's own; its usual one is thought of, too, and both are shown.
        allowed = {agreed, in_new_shapes(agreed)}
        written = [each for each in name.readings if each.normal.text in allowed][:2] or written[:1]
    if not written or not kana.seen.lattices:
        return
    extra = {
        text: "dictionary"
        for each in written[:4]
        for text in sorted(names.readings_of(each.normal.text))[:12]
    }
    extra.update({text: "dictionary" for each in kana.readings[:2] for text in _resized(each.text)})
    spoken = _with_room(kana.seen.with_extra(extra), extra)
    if not spoken:
        return
    scored = {
        (i, j): one.total + other.total + _FIT_WEIGHT * fit(one.normal.text, other.normal.text)
        for (i, one), (j, other) in product(enumerate(written), enumerate(spoken))
    }
    best = max(scored.values())
    name.readings = _again(name, written, [_sum(scored, i, 0, best) for i in range(len(written))])
    kana.readings = _again(kana, spoken, [_sum(scored, j, 1, best) for j in range(len(spoken))])
    top, reading = name.readings[0], kana.readings[0]
    value = fit(top.normal.text, reading.normal.text)
    for each in (name, kana):
        each.marks["fit"] = value / max(len(top.normal.text), 1)
        each.marks["paired"] = 1.0
        each.marks["known"] = float(reading.normal.text in names.readings_of(top.normal.text))
        each.is_crossed = value > -3.0 * max(len(top.normal.text), 1)
        each.has_failed = value < -5.0 * max(len(top.normal.text), 1)
    kana.is_corrected = reading.normal.text not in kana.seen.told


def reading_alone(kana: Judged) -> None:
    """A reading without its name beside it: readings that names really have are believed more."""
    texts = dict.fromkeys((text for each in kana.readings[:2] for text in _resized(each.text)), "dictionary")
    found = kana.seen.with_extra(texts)
    kana.readings = sorted(
        (each if is_reading(each.normal.text) else decode.with_prior(each, _UNKNOWN) for each in found),
        key=lambda reading: -reading.total,
    )
    if kana.readings:
        top = kana.readings[0].normal.text
        kana.marks["known"] = float(is_reading(top))
        kana.is_corrected = top not in kana.seen.told


def is_reading(kana: str) -> bool:
    """Whether a family name, a given name or both together are read so."""
    family, given = names.kana_known("family"), names.kana_known("given")
    return (
        kana in family
        or kana in given
        or any(kana[:cut] in family and kana[cut:] in given for cut in range(1, len(kana)))
    )


def _with_room(found: Sequence[Reading], extra: Mapping[str, str]) -> list[Reading]:
    """The best readings, and among them what the dictionary proposed if the paper does not speak against it."""
    top = found[0].total if found else 0.0
    return [
        each
        for index, each in enumerate(found)
        if index < _MOST or (each.text in extra and each.total > top - 14)
    ][:24]


def fit(written: str, kana: str) -> float:
    """The logarithm of the chance that the name is read so, not below what a rare reading of each kanji costs."""
    if kana in names.readings_of(written):
        return max(-1.0, readings.log_chance(fold_name_shape(written), kana))
    return max(_WORST_FIT, readings.log_chance(fold_name_shape(written), kana))


def fold_name_shape(written: str) -> str:
    """The name in the shapes that the table of readings knows best."""
    return "".join(_new_shape(character) for character in written)


def _new_shape(character: str) -> str:
    folded = fold_name(character)
    return folded if len(folded) == 1 and not ("ぁ" <= folded <= "ゖ") else character


_SIZES: Final = dict(
    zip("ァィゥェォャュョッアイウエオヤユヨツ", "アイウエオヤユヨツァィゥェォャュョッ", strict=True)
)


def _resized(kana: str) -> list[str]:
    """The reading with one kana small instead of large, or the other way round."""
    return [
        kana[:index] + _SIZES[character] + kana[index + 1 :]
        for index, character in enumerate(kana)
        if character in _SIZES and (index or character not in "アイウエオヤユヨツ")
    ]


def _sum(scored: Mapping[tuple[int, int], float], place: int, side: int, best: float) -> float:
    return sum(math.exp(max(value - best, -700)) for key, value in scored.items() if key[side] == place)


def _again(judged: Judged, kept: Sequence[Reading], sums: Sequence[float]) -> list[Reading]:
    """Readings weighed by what the pair says; the priors take up the difference."""
    top = judged.seen.readings[0].total if judged.seen.readings else 0.0
    again = [
        decode.with_prior(each, top + math.log(max(share, 1e-300)) - each.total)
        for each, share in zip(kept, sums, strict=True)
    ]
    return sorted(again, key=lambda reading: -reading.total)


def code_and_address(code: Judged, address: Judged) -> None:
    """Chooses postal code and address together: the town of the code helps to read the address, and the other way."""
    codes = [each for each in code.readings if each.normal.value][:4]
    if not codes or not address.readings:
        address_alone(address)
        return
    found = {each.normal.value: places.by_code(each.normal.value) for each in codes}
    extra = _snapped(address, [place for towns in found.values() for place in towns])
    listed = address.seen.with_extra(extra)
    texts = [each for index, each in enumerate(listed) if index < _MOST or each.text in extra]
    # Where the readers differ about the town, the code is the better witness; where they agree, it only advises.
    city_only = (
        _MISMATCH / 2 if _agree_on_town(address, len(max(extra, key=len, default=""))) else _TOWN_MISMATCH
    )
    scored = {}
    for (i, one), (j, other) in product(enumerate(codes), enumerate(texts)):
        fits = _fits(found[one.normal.value], other.normal.text)
        scored[(i, j)] = (
            one.total
            + other.total
            + (0.0 if fits == 2 else city_only if fits == 1 else min(city_only, _MISMATCH))
            + (
                _OTHER_SPELLING
                if fits and not _is_official(found[one.normal.value], other.normal.text)
                else 0.0
            )
        )
    best = max(scored.values())
    code.readings = _again(code, codes, [_sum(scored, i, 0, best) for i in range(len(codes))])
    address.readings = _again(address, texts, [_sum(scored, j, 1, best) for j in range(len(texts))])
    _mark(code, address, _fits(found[code.readings[0].normal.value], address.readings[0].normal.text))


def _is_official(found: Sequence[places.Place], text: str) -> bool:
    """Whether ケ and ヶ in the place are as the register of codes has them: a hand makes no difference."""
    fits = [fit for fit in places.fits(text, found) if fit[2] == 0]
    # Every form of the city alone fits, too: where a town is named, its own form counts.
    named = [fit for fit in fits if fit[3]] or fits
    return any(text.startswith(fit[0]) for fit in named)


def _mark(code: Judged | None, address: Judged, fits: int) -> None:
    for each in (address, *([code] if code else [])):
        each.marks["paired"] = 1.0 if code else 0.5
        each.marks["fit"] = float(fits)
        each.is_crossed = fits == 2
        each.has_failed = fits == 0
    address.is_corrected = address.readings[0].normal.text not in address.seen.told


def _agree_on_town(address: Judged, longest: int) -> bool:
    """Whether the readers say the same up to the first number, which is where the town ends."""
    heads = {_NUMBER.split(told[:longest], maxsplit=1)[0] for told in address.seen.told}
    return len(heads) <= 1


def _snapped(address: Judged, found: Sequence[places.Place]) -> dict[str, str]:
    """The readings of an address with their beginning as the towns are really written.

    Kanji that both readers saw alike are not exchanged, unless one of them had the other kanji in mind too.
    """
    extra: dict[str, str] = {}
    for told in dict.fromkeys([*address.seen.told, *(each.normal.text for each in address.readings[:2])]):
        fits = [fit for fit in places.fits(told, found) if fit[2] <= 0.34 and told[: fit[1]] != fit[0]][:2]
        for form, end, _share, _whole in fits:
            extra.setdefault(form + told[end:], "dictionary")
    return extra


def _fits(found: Sequence[places.Place], text: str) -> int:
    """2 = begins with the town, 1 = with the city of the code, 0 = with another place."""
    fits = [fit for fit in places.fits(text, found) if fit[2] == 0 or fold(text[: fit[1]]) == fold(fit[0])]
    return 0 if not fits else 2 if any(fit[3] for fit in fits) else 1


def address_alone(address: Judged) -> None:
    """An address without a postal code beside it: its city must exist, and its town in it."""
    if not address.readings:
        return
    text = in_context(address.readings[0].normal.text)
    prefecture = next((each for each in PREFECTURES if text.startswith(each)), "")
    rest = text.removeprefix(prefecture)
    cities = [
        (pref, city)
        for pref, city in places.cities()
        if (not prefecture or pref == prefecture) and rest.startswith(city.partition("郡")[2] or city)
    ] or [
        (pref, city)
        for pref, city in places.cities()
        if (not prefecture or pref == prefecture) and rest.startswith(city)
    ]
    towns = [place for pref, city in cities[:3] for place in places.towns(pref, city) if place.town]
    named = [place for place in towns if place.town[:1] and place.town in rest]
    if named:
        _mark(None, address, 2)
    else:
        _mark(None, address, 1 if cities else 0)
        address.has_failed = False

"""Names of persons: whole columns of them, and single cells.

A name is a family name of the list followed by a given name of the list. Where the header or most of the column says
that these are names, names that the list does not know count as well.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import polars as pl

from kencho.catalog.gate.dictionary import family_kana, family_names, given_kana, given_names, one_shape
from kencho.foundation.text import VARIANTS

__all__ = ["full_names", "full_names_kana", "known", "look_like_names", "one_shape_of"]

_NAME_SHAPE: Final = (
    r"^[一-鿿々〆ヶぁ-んァ-ヺー﨑𠮷]{1,6}[ 　・]?[一-鿿々ヶぁ-んァ-ヺー]{1,6}$|"
    r"^[A-Za-zァ-ヺー]+(?:[ 　・=＝.]{1,2}[A-Za-zァ-ヺー]+){1,4}$"
)
_ORGANISATION: Final = (
    r"株式|有限|合同|合資|社団|財団|法人|会社|組合|協会|協議会|委員会|実行|商店|工業|建設|産業|製作|商会|物産|センター|事務所|支店|営業所|"
    r"(?:会|社|課|係|部|局|署|庁|省|県|市|町|村|区|校|園|館|院|所|店|寺|社|団|室|班|隊|組|家|軒|亭|堂|屋)$"
)
_KANA_ONLY: Final = r"^[ァ-ヺー]{1,8}[ 　・]?[ァ-ヺー]{1,8}$"
_CANDIDATE: Final = r"^[一-鿿々ヶぁ-んァ-ヺー﨑𠮷]{1,5}[ 　]{0,2}[一-鿿々ヶぁ-んァ-ヺー]{1,5}$"
_BLANKS: Final = "[ 　・]+"
_BLANK: Final = re.compile(_BLANKS)
_LONGEST_FAMILY: Final = 5
_FEW: Final = 20_000


def full_names(values: pl.Series) -> pl.Series:
    """Which values are, as a whole, a known family name and a known given name, with a blank or without."""
    return _where(values, _CANDIDATE, lambda found: _cuts(one_shape_of(found), "family", "given"))


def full_names_kana(values: pl.Series) -> pl.Series:
    """The same for readings in full-width katakana."""
    return _where(values, _KANA_ONLY, lambda found: _cuts(found, "family_kana", "given_kana"))


def known(values: pl.Series, *, family: bool) -> pl.Series:
    """Which values are a family name (or else a given name) of the list, alone."""
    names = _LISTS["family" if family else "given"]()
    return pl.Series([each is not None and one_shape(each) in names for each in values], dtype=pl.Boolean)


def look_like_names(values: pl.Series) -> pl.Series:
    """Which values could be a name of a person by their letters alone. Organisations are not."""
    return (values.str.contains(_NAME_SHAPE) & ~values.str.contains(_ORGANISATION)).fill_null(value=False)


_LISTS: Final[Mapping[str, Callable[[], frozenset[str]]]] = {
    "family": family_names,
    "given": given_names,
    "family_kana": family_kana,
    "given_kana": given_kana,
}


@cache
def _set(which: str) -> pl.Series:
    return pl.Series(sorted(_LISTS[which]()), dtype=pl.String).implode()


def one_shape_of(values: pl.Series) -> pl.Series:
    """The values with one shape of each kanji: 髙橋 as 高橋."""
    if len(values) <= _FEW:
        return pl.Series([None if each is None else one_shape(each) for each in values], dtype=pl.String)
    return values.str.replace_many(list(VARIANTS), list(VARIANTS.values()))


def _where(values: pl.Series, shape: str, test: Callable[[pl.Series], pl.Series]) -> pl.Series:
    found = pl.repeat(value=False, n=len(values), eager=True, dtype=pl.Boolean)
    places = values.str.contains(shape).fill_null(value=False).arg_true()
    if not len(places):
        return found
    hits = places.filter(test(values.gather(places)))
    return found.scatter(hits, values=True) if len(hits) else found


def _cuts(values: pl.Series, family: str, given: str) -> pl.Series:
    """A blank says where to cut; without one every place is tried."""
    if len(values) <= _FEW:
        # Making the hash tables of all names costs more than looking up a few thousand values one by one.
        return pl.Series(
            [_is_full(each, _LISTS[family](), _LISTS[given]()) for each in values], dtype=pl.Boolean
        )
    parted = values.str.contains(_BLANKS)
    first = values.str.replace(_BLANKS + ".*$", "")
    rest = values.str.replace("^.*?" + _BLANKS, "")
    found = parted & first.is_in(_set(family)) & rest.is_in(_set(given))
    for length in range(1, _LONGEST_FAMILY):
        is_one = values.str.head(length).is_in(_set(family)) & values.str.slice(length).is_in(_set(given))
        found = found | (~parted & is_one)
    return found


def _is_full(value: str, family: frozenset[str], given: frozenset[str]) -> bool:
    parts = _BLANK.split(value, maxsplit=1)
    if len(parts) == 2:
        return parts[0] in family and parts[1] in given
    return any(value[:cut] in family and value[cut:] in given for cut in range(1, _LONGEST_FAMILY))

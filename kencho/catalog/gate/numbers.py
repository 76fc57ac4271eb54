"""個人番号 in a column: whole cells by arithmetic on all rows at once, longer texts one by one."""

import math
from typing import Final, NamedTuple

import polars as pl

from kencho.foundation.checkdigits import find_my_numbers

__all__ = ["CHAIN", "MyNumbers", "in_numbers", "in_texts"]

_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_SEPARATORS: Final = r"[ \-.・]"
CHAIN: Final = r"[0-9](?:[ \-.・]{0,3}[0-9]){11}"
_GROUPED: Final = r"(?:^|[^0-9])([0-9]{4}[ \-.・]?[0-9]{4}[ \-.・]?[0-9]{4})(?:[^0-9]|$)"
_NETWORK: Final = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_MOST_ONE_BY_ONE: Final = 100_000
CHANCE: Final = 0.1
"""About one in ten numbers of twelve digits is right by chance: the last digit is one of ten."""
_DEVIATIONS: Final = 4
_FEW: Final = 10


class MyNumbers(NamedTuple):
    """`valid` masks the values that hold one; `tried` is how many whole cells have twelve digits, of which `right`
    have the check digit; `inside` are valid ones inside longer texts.
    """

    valid: pl.Series
    tried: int
    right: int
    inside: int

    @property
    def is_by_chance(self) -> bool:
        """Whether these look like other numbers of twelve digits, some of which are valid by chance."""
        if self.inside or self.tried < _FEW:
            return False
        by_chance = CHANCE * self.tried
        return bool(self.right <= by_chance + _DEVIATIONS * math.sqrt(by_chance * (1 - CHANCE)))


def _checks(digits: pl.Series) -> pl.Series:
    """Whether numbers of up to twelve digits have the check digit of 個人番号（平成26年総務省令第85号第5条）."""
    frame = pl.DataFrame({"n": digits.cast(pl.Int64)})
    n = pl.col("n")
    total = pl.lit(0, dtype=pl.Int64)
    for place, weight in enumerate(_WEIGHTS):
        total = total + (n // 10 ** (11 - place) % 10) * weight
    rest = total % 11
    wanted = pl.when(rest <= 1).then(0).otherwise(11 - rest)
    return frame.select((n % 10 == wanted).alias("valid"))["valid"]


def in_texts(values: pl.Series) -> MyNumbers:
    """Looks through texts whose digits are ASCII (see `series.tidy`)."""
    candidate = values.str.contains(CHAIN).fill_null(value=False)
    valid = pl.repeat(value=False, n=len(values), eager=True, dtype=pl.Boolean)
    if not candidate.any():
        return MyNumbers(valid, 0, 0, 0)
    places = candidate.arg_true()
    # Four numbers with dots between are an address on a network.
    found = values.gather(places).str.replace_all(_NETWORK, " ")
    bare = found.str.replace_all(_SEPARATORS, "")
    is_whole = bare.str.contains(r"^[0-9]{12}$")
    whole_places = places.filter(is_whole)
    whole = _checks(bare.filter(is_whole))
    # Thirteen digits and more without a word between them are something else (法人番号, JAN).
    is_longer = ~is_whole & ~bare.str.contains(r"^[0-9]{13,}$")
    inside = _inside(found.filter(is_longer))
    inside_places = places.filter(is_longer).filter(inside)
    hits = pl.concat([whole_places.filter(whole), inside_places])
    if len(hits):
        valid = valid.scatter(hits, values=True)
    return MyNumbers(valid, len(whole), int(whole.sum()), len(inside_places))


def _inside(texts: pl.Series) -> pl.Series:
    if len(texts) <= _MOST_ONE_BY_ONE:
        return pl.Series([bool(find_my_numbers(text)) for text in texts], dtype=pl.Boolean)
    # Too many to take apart one by one: the usual grouping by four, the first of each text.
    first = texts.str.extract(_GROUPED, 1).str.replace_all(_SEPARATORS, "")
    return _checks(first).fill_null(value=False)


def in_numbers(values: pl.Series) -> MyNumbers:
    """The same for a numeric column; numbers lose leading zeros, so eleven digits are looked at as well."""
    whole = values.cast(pl.Int64, strict=False)
    is_number = ((whole >= 10**10) & (whole < 10**12)).fill_null(value=False)
    if values.dtype.is_float():
        is_number = is_number & (values == whole.cast(pl.Float64)).fill_null(value=False)
    places = is_number.arg_true()
    valid = pl.repeat(value=False, n=len(values), eager=True, dtype=pl.Boolean)
    hits = places.filter(_checks(whole.gather(places)).fill_null(value=False))
    if len(hits):
        valid = valid.scatter(hits, values=True)
    return MyNumbers(valid, len(places), len(hits), 0)

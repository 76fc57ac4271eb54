"""Evaluation profiles: how one government evaluates, as data. No prefecture is known to the code."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import yaml

from kencho.policy.rules._errors import RuleError
from kencho.policy.rules._reader import Reader, mapping_of
from kencho.policy.rules._values import Missing


class Method(StrEnum):
    """How an actual is set against its target."""

    RATIO = "ratio"
    RATIO_TO_EXPECTED = "ratio_to_expected"
    COMPARE_BASELINE = "compare_baseline"
    POINTS = "points"
    NONE = "none"


class ExpectedBy(StrEnum):
    """How 期待値 is drawn (rule EXP)."""

    PIECEWISE = "piecewise-linear"
    FROM_BASELINE = "linear-from-baseline"


class RatioOf(StrEnum):
    """What is divided: the values themselves, or the way come from the baseline."""

    VALUE = "value"
    PROGRESS = "progress"


class Rounding(StrEnum):
    """How a printed ratio is rounded."""

    HALF_UP = "half_up"
    DOWN = "down"


class PrintAs(StrEnum):
    """0.95, 95.0%, or the name of the band."""

    RATIO = "ratio"
    PERCENT = "percent"
    GRADE = "grade"


class Test(StrEnum):
    """A question of the method `compare_baseline`; the first one answered yes gives the grade."""

    __test__ = False

    TARGET_MET = ">=target"
    BETTER = ">baseline"
    WITHIN = "baseline+-tolerance"
    OTHERWISE = "otherwise"


class JudgedBy(StrEnum):
    """Who gives 進展度."""

    PERSON = "human_required"
    RULE = "computed"


class BandBasis(StrEnum):
    """Which indicators the suggested grade rests on. Others are shown beside it, never averaged."""

    PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the lowest raw ratio (included) that earns it."""

    grade: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """A grade and the question that earns it."""

    grade: str
    test: Test


@dataclass(frozen=True, slots=True)
class Profile:
    """The parameters of one government's evaluation. `unproven` names those for which no published proof was found."""

    code: str
    name: str
    source: str
    method: Method
    missing_mark: str
    missing_marks: Mapping[Missing, str]
    negative_mark: str
    tight_units: tuple[str, ...]
    unproven: tuple[str, ...] = ()
    decimals: int = 2
    cap: Decimal | None = None
    no_round_up: bool = True
    rounding: Rounding = Rounding.HALF_UP
    print_as: PrintAs = PrintAs.RATIO
    ratio_of: RatioOf = RatioOf.VALUE
    expected: ExpectedBy = ExpectedBy.PIECEWISE
    bands: tuple[Band, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    tolerance: Decimal = Decimal(0)
    band_basis: BandBasis = BandBasis.PRIMARY
    judgement: JudgedBy = JudgedBy.PERSON
    external_review_when: tuple[str, ...] = ()

    @property
    def monitor_only(self) -> bool:
        """Figures are watched without targets: rules ACH and JDG are switched off."""
        return self.method is Method.NONE

    @property
    def grades(self) -> tuple[str, ...]:
        """The names of the bands, best first."""
        return tuple(band.grade for band in self.bands) + tuple(entry.grade for entry in self.comparisons)

    def mark_of(self, reason: Missing) -> str:
        """What is printed in a cell that is empty for this reason."""
        return self.missing_marks.get(reason, self.missing_mark)


def load_profiles(path: Path) -> dict[str, Profile]:
    """The profiles of a data file (seeds/policy/profiles.yaml) by code. Raises `RuleError` naming the key."""
    return parse_profiles(path.read_bytes().decode())


def parse_profiles(text: str) -> dict[str, Profile]:
    """The profiles of a YAML text by code. Raises `RuleError` naming the key."""
    document = mapping_of(yaml.safe_load(text), "profiles.yaml")
    if "profiles" not in document:
        raise RuleError("key_missing", "profiles")
    profiles = mapping_of(document["profiles"], "profiles")
    return {code: parse_profile(code, mapping_of(raw, code)) for code, raw in profiles.items()}


def parse_profile(code: str, raw: Mapping[str, object]) -> Profile:
    """One profile from its keys. Raises `RuleError` whose cell is `<code>.<key>`."""
    reader = Reader(code, raw)
    method = reader.word("method", Method)
    bands, comparisons = _grades(reader, method)
    profile = Profile(
        code=code,
        name=reader.text("name"),
        source=reader.text("source"),
        method=method,
        missing_mark=reader.text("missing_mark"),
        missing_marks=_marks(reader),
        negative_mark=reader.text("negative_mark"),
        tight_units=reader.texts("tight_units"),
        unproven=reader.texts("unproven"),
        decimals=reader.whole("decimals", 2),
        cap=_cap(reader),
        no_round_up=reader.flag("no_round_up", otherwise=True),
        rounding=reader.word("rounding", Rounding, Rounding.HALF_UP),
        print_as=reader.word("print_as", PrintAs, PrintAs.RATIO),
        ratio_of=reader.word("ratio_of", RatioOf, RatioOf.VALUE),
        expected=reader.word("expected", ExpectedBy, ExpectedBy.PIECEWISE),
        bands=bands,
        comparisons=comparisons,
        tolerance=_tolerance(reader),
        band_basis=reader.word("band_basis", BandBasis, BandBasis.PRIMARY),
        judgement=reader.word("judgement", JudgedBy, JudgedBy.PERSON),
        external_review_when=reader.texts("external_review_when"),
    )
    reader.finish()
    _check_names(profile, reader)
    return profile


def _marks(reader: Reader) -> dict[Missing, str]:
    marks = {}
    for reason, mark in reader.mapping("missing_marks").items():
        cell = reader.cell("missing_marks", reason)
        if reason not in set(Missing):
            raise RuleError("word_unknown", cell, word=reason, words=", ".join(Missing))
        if not isinstance(mark, str):
            raise RuleError("not_text", cell)
        marks[Missing(reason)] = mark
    return marks


def _cap(reader: Reader) -> Decimal | None:
    cap = reader.decimal("cap")
    if cap is not None and cap < 1:
        raise RuleError("cap_below_one", reader.cell("cap"))
    return cap


def _tolerance(reader: Reader) -> Decimal:
    tolerance = reader.decimal("tolerance")
    if tolerance is None:
        return Decimal(0)
    if tolerance < 0:
        raise RuleError("tolerance_negative", reader.cell("tolerance"))
    return tolerance


def _grades(reader: Reader, method: Method) -> tuple[tuple[Band, ...], tuple[Comparison, ...]]:
    if method is Method.NONE:
        return (), ()
    entries = reader.mapping("bands")
    if not entries:
        raise RuleError("bands_empty", reader.cell("bands"))
    if method is Method.COMPARE_BASELINE:
        return (), _comparisons(reader, entries)
    return _bands(reader, entries), ()


def _bands(reader: Reader, entries: Mapping[str, object]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for grade, value in entries.items():
        cell = reader.cell("bands", grade)
        edge = reader.to_decimal(value, cell)
        if bands and edge >= bands[-1].at_least:
            raise RuleError("bands_not_descending", cell, edge=edge, above=bands[-1].at_least)
        bands.append(Band(grade, edge))
    if bands[-1].at_least != 0:
        raise RuleError("bands_open_below", reader.cell("bands", bands[-1].grade))
    return tuple(bands)


def _comparisons(reader: Reader, entries: Mapping[str, object]) -> tuple[Comparison, ...]:
    found = [
        Comparison(grade, reader.to_word(value, Test, reader.cell("bands", grade)))
        for grade, value in entries.items()
    ]
    for entry in found[:-1]:
        if entry.test is Test.OTHERWISE:
            raise RuleError("test_after_otherwise", reader.cell("bands", entry.grade))
    if found[-1].test is not Test.OTHERWISE:
        raise RuleError("last_test_open", reader.cell("bands", found[-1].grade))
    return tuple(found)


def _check_names(profile: Profile, reader: Reader) -> None:
    for grade in profile.external_review_when:
        if grade not in profile.grades:
            raise RuleError("grade_unknown", reader.cell("external_review_when"), grade=grade)
    known = {*profile.grades, *(field.name for field in fields(Profile))}
    for name in profile.unproven:
        if name not in known:
            raise RuleError("unproven_unknown", reader.cell("unproven"), name=name)

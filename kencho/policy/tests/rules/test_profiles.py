"""Profiles as data: five real ones, and clear refusals."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from kencho.policy.rules import (
    BandBasis,
    ExpectedBy,
    JudgedBy,
    Method,
    Missing,
    PrintAs,
    RatioOf,
    Rounding,
    RuleError,
    Test,
    load_profiles,
    parse_profile,
    parse_profiles,
)
from kencho.policy.tests.rules.vectors import Row, profiles, rows

BASE: Row = {
    "name": "試し",
    "source": "試し",
    "method": "ratio",
    "missing_mark": "—",
    "negative_mark": "▲",
    "bands": {"A": "1.00", "C": "0.70", "D": "0"},
    "external_review_when": ["C"],
    "unproven": ["cap"],
}


def changed(change: Row) -> Row:
    merged = {**BASE, **change}
    return {key: value for key, value in merged.items() if value is not None}


@pytest.mark.parametrize("row", rows("profile"))
def test_vectors(row: Row) -> None:
    if row.get("ok"):
        assert parse_profile("x", changed(row["change"])).code == "x"
        return
    with pytest.raises(RuleError) as caught:
        parse_profile("x", changed(row["change"]))
    assert (caught.value.code, caught.value.cell) == (row["code"], row["cell"])
    assert f"「{row['cell']}」" in caught.value.message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"method": "guess"},
            "「x.method」の「guess」は使えません。使えるのは、ratio, ratio_to_expected, compare_baseline, points, none です。",
        ),
        (
            {"missing_marks": {"later": ""}},
            "「x.missing_marks.later」の「later」は使えません。使えるのは、no_baseline, not_set, future, not_yet_measured, not_applicable, suppressed, discontinued, blank_in_source です。",
        ),
        (
            {"bands": {"A": "1", "C": "2", "D": "0"}},
            "「x.bands.C」の下限（2）は、一つ上の区分の下限（1）より小さくしてください。",
        ),
        ({"external_review_when": ["Z"]}, "「x.external_review_when」の「Z」という区分はありません。"),
        ({"unproven": ["Z"]}, "「x.unproven」の「Z」は、この評価方法の項目にも区分にもありません。"),
    ],
)
def test_messages_say_what_was_found(change: Row, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_profile("x", changed(change))
    assert caught.value.message == message


def test_what_is_not_said_is_the_usual() -> None:
    found = parse_profile(
        "x",
        {
            key: value
            for key, value in BASE.items()
            if key in {"name", "source", "method", "missing_mark", "negative_mark", "bands"}
        },
    )
    assert (found.name, found.source, found.method, found.missing_mark, found.negative_mark) == (
        "試し",
        "試し",
        Method.RATIO,
        "—",
        "▲",
    )
    assert (found.decimals, found.cap, found.no_round_up, found.tolerance) == (2, None, True, Decimal(0))
    assert (found.rounding, found.print_as, found.ratio_of) == (
        Rounding.HALF_UP,
        PrintAs.RATIO,
        RatioOf.VALUE,
    )
    assert (found.expected, found.band_basis, found.judgement) == (
        ExpectedBy.PIECEWISE,
        BandBasis.PRIMARY,
        JudgedBy.PERSON,
    )
    assert (found.tight_units, found.unproven, found.external_review_when) == ((), (), ())
    assert found.missing_marks == {}
    assert found.comparisons == ()


def test_what_is_said_is_taken() -> None:
    found = parse_profile(
        "x",
        {
            **BASE,
            "missing_marks": {"future": "…"},
            "tight_units": ["%"],
            "decimals": 3,
            "cap": "1.5",
            "no_round_up": False,
            "rounding": "down",
            "print_as": "percent",
            "ratio_of": "progress",
            "expected": "linear-from-baseline",
            "tolerance": "0.05",
            "band_basis": "primary",
            "judgement": "computed",
        },
    )
    assert found.mark_of(Missing.FUTURE) == "…"
    assert found.mark_of(Missing.NOT_SET) == "—"
    assert (found.tight_units, found.unproven, found.external_review_when) == (("%",), ("cap",), ("C",))
    assert (found.decimals, found.cap, found.no_round_up) == (3, Decimal("1.5"), False)
    assert (found.rounding, found.print_as, found.ratio_of) == (
        Rounding.DOWN,
        PrintAs.PERCENT,
        RatioOf.PROGRESS,
    )
    assert (found.expected, found.tolerance, found.judgement) == (
        ExpectedBy.FROM_BASELINE,
        Decimal("0.05"),
        JudgedBy.RULE,
    )
    assert [(band.grade, band.at_least) for band in found.bands] == [
        ("A", Decimal(1)),
        ("C", Decimal("0.7")),
        ("D", Decimal(0)),
    ]


@pytest.mark.parametrize(
    ("text", "code", "cell"),
    [
        ("[]", "not_a_mapping", "profiles.yaml"),
        ("", "not_a_mapping", "profiles.yaml"),
        ("other: {}", "key_missing", "profiles"),
        ("profiles: []", "not_a_mapping", "profiles"),
        ("profiles: {mie: 5}", "not_a_mapping", "mie"),
        ("profiles: {mie: {}}", "key_missing", "mie.method"),
    ],
)
def test_files_that_are_none(text: str, code: str, cell: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_profiles(text)
    assert (caught.value.code, caught.value.cell) == (code, cell)


def test_the_delivered_profiles() -> None:
    found = profiles()
    assert {code: profile.method for code, profile in found.items()} == {
        "mie-2020": Method.RATIO,
        "ibaraki-kpi": Method.RATIO_TO_EXPECTED,
        "shizuoka": Method.RATIO_TO_EXPECTED,
        "nagayo": Method.COMPARE_BASELINE,
        "sano": Method.POINTS,
        "monitor-only": Method.NONE,
    }
    assert [code for code, profile in found.items() if profile.monitor_only] == ["monitor-only"]
    assert found["sano"].grades == ("7", "6", "5", "4", "3", "2", "1")
    assert found["nagayo"].grades == ("S", "A", "B", "C")
    assert [entry.test for entry in found["nagayo"].comparisons] == [
        Test.TARGET_MET,
        Test.BETTER,
        Test.WITHIN,
        Test.OTHERWISE,
    ]
    assert {"A", "D", "cap"} <= set(found["mie-2020"].unproven)
    assert not {"B", "C"} & set(found["mie-2020"].unproven)


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    file = Path(settings.BASE_DIR) / "seeds" / "policy" / "profiles.yaml"
    copy = tmp_path / "profiles.yaml"
    copy.write_bytes(file.read_bytes())
    assert load_profiles(copy) == profiles()

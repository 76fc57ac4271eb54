"""The measurement is measured: made-up scans repeat, say the truth, and mistakes are counted as mistakes."""

import dataclasses
import io
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pylopdf_fonts_jp
import pytest
from django.conf import settings
from PIL import Image

from kencho.foundation.checkdigits import find_my_numbers, is_legal_entity_number
from kencho.intake import form_maps, testing
from kencho.intake.engine.shapes import TICKED, Field, Kind, Part, Rect
from kencho.procedures.models import ProcedureVersion
from scripts.accuracy import damage, fill, forms, hands, making, metrics, report, values
from scripts.accuracy.making import Expected, Options
from scripts.accuracy.metrics import Figures, Outcome
from scripts.accuracy.values import Person, Written

GOTHIC = Path(pylopdf_fonts_jp.__file__).parent / "NotoSansJP-Regular.otf"
# 一 and 1, drawn in the way of KanjiVG.
STROKES = {
    "一": "M11,54.25c3.19,0.62,6.25,0.75,9.73,0.5c20.64-1.5,50.39-5.12,68.58-5.24",
    "1": "M54,14S54,60,54,95",
}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """What the packages would give, in small."""
    names = tmp_path / "names"
    names.mkdir()
    (names / "last_name_org.csv").write_text("山本,100,やまもと,yamamoto\n一志,1,いちし,ichishi\n", "utf-8")
    (names / "first_name_man_opti.csv").write_text("けんいち,kenichi,健一,賢一\n", "utf-8")
    (names / "first_name_woman_opti.csv").write_text("はなこ,hanako,花子\n", "utf-8")
    strokes = tmp_path / "strokes"
    strokes.mkdir()
    for char, path in STROKES.items():
        (strokes / f"{ord(char):05x}.svg").write_text(f'<path id="s1" d="{path}"/>', "utf-8")
    digits = tmp_path / "digits"
    digits.mkdir()
    return tmp_path


def person(cache: Path, seed: int = 1) -> Person:
    return Person(random.Random(seed), lambda text: True, cache)


def field(kind: Kind, key: str = "x", **more: Any) -> Field:
    parts = more.pop("parts", (Part("", Rect(60, 50, 100, 9)),))
    return Field(
        key=key, label=more.pop("label", "件名"), kind=kind, page=1, parts=parts, is_required=True, **more
    )


def cells(count: int, prefix: str = "") -> tuple[Part, ...]:
    return tuple(Part(f"{prefix}{index}", Rect(60 + 6.2 * index, 50, 6.2, 8)) for index in range(count))


def legacy(cache: Path, seed: int, **more: Any) -> Options:
    return Options(
        seed, layouts="legacy", cache=cache, **{"classes": ("gothic", "mincho"), "pages": 2, **more}
    )


def test_a_seed_gives_the_same_scans_and_another_gives_others(cache: Path) -> None:
    first, again = (list(making.sheets(legacy(cache, 7))) for _n in range(2))
    assert [each.jpeg for each in first] == [each.jpeg for each in again]
    assert [each.written for each in first] == [each.written for each in again]
    other = next(making.sheets(legacy(cache, 8)))
    assert other.jpeg != first[0].jpeg
    assert other.written != first[0].written


def test_the_forms_of_a_seed_are_told_beforehand(cache: Path) -> None:
    options = legacy(cache, 7, pages=6)
    told = making.templates_of(options)
    used = {each.template.id: each.template for each in making.sheets(options)}
    assert len(told) == making.LEGACY_FORMS
    assert all(told[name] == template for name, template in used.items())
    blanks = {name: Image.open(io.BytesIO(data)).size for name, data in making.originals_of(options).items()}
    assert blanks == dict.fromkeys(told, forms.A4)


def test_the_printed_form_of_a_procedure_is_filled_in(cache: Path) -> None:
    options = Options(7, 1, ("gothic",), forms=Path(settings.BASE_DIR) / "seeds" / "procedures", cache=cache)
    form = forms.print_out(options.forms / "library-card.yaml").form()
    hand = hands.Typeface("gothic", GOTHIC)
    filled = fill.fill(form, fill.Pen(hand, random.Random(3), 4, 0, "tick"), person(cache))
    assert set(filled.written) == {each.key for each in form.template.fields}
    for each in form.template.fields:
        page, blank = filled.pages[each.page - 1], form.blanks[each.page - 1]
        darker = any(_ink(page, part.rect) > _ink(blank, part.rect) for part in each.parts)
        assert darker == (filled.written[each.key].truth is not None), each.key


def _ink(page: Any, rect: Rect) -> int:
    x, y, right, bottom = (
        round(v * forms.MM) for v in (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)
    )
    return int((255 - page[y:bottom, x:right].astype(int)).sum())


def test_backs_and_strangers_are_told_apart(cache: Path) -> None:
    found = list(making.sheets(legacy(cache, 7, pages=25), strays=True))
    assert sum(each.expected is Expected.FORM for each in found) == 25
    assert {each.expected for each in found} == set(Expected)
    assert all(not each.fields() for each in found if each.expected is not Expected.FORM)


def test_a_name_and_an_address_hold_together(cache: Path) -> None:
    for seed in range(30):
        somebody = person(cache, seed)
        parts = {
            name: values.written(field(kind, f"applicant.{name}", group="applicant"), somebody, 10).truth
            for name, kind in (
                ("family", Kind.NAME),
                ("given_kana", Kind.NAME_KANA),
                ("family_kana", Kind.NAME_KANA),
            )
        }
        assert (parts["family"], parts["given_kana"]) == (
            somebody.name("applicant")[0],
            somebody.name("applicant")[3],
        )
        assert all(
            each == "" or "ァ" <= each[0] <= "ヶ" for each in (parts["family_kana"], parts["given_kana"])
        )
        code = values.written(field(Kind.POSTAL_CODE, "home.postal_code", group="home"), somebody, 8).truth
        address = values.written(field(Kind.ADDRESS, "home.address", group="home"), somebody, 60).truth
        assert somebody.place("home")[0] == code
        assert somebody.place("home")[2] in address


@pytest.mark.parametrize(
    ("kind", "is_good"),
    [
        (Kind.LEGAL_ENTITY_NUMBER, is_legal_entity_number),
        (Kind.INDIVIDUAL_NUMBER, lambda text: len(find_my_numbers(text)) == 1),
        (Kind.TELEPHONE, lambda text: text.isdigit() and text[0] == "0" and len(text) in {9, 10, 11}),
        (Kind.EMAIL, lambda text: text.count("@") == 1 and "." in text.split("@")[1]),
        (Kind.MONEY, lambda value: 1000 <= value <= 20_000),
        (Kind.INTEGER, lambda value: 1000 <= value <= 20_000),
    ],
)
def test_values_are_of_their_kind(kind: Kind, is_good: Callable[[Any], bool], cache: Path) -> None:
    made = [
        values.written(field(kind, minimum="1000", maximum="20000"), person(cache, seed), 20)
        for seed in range(40)
    ]
    given = [each.truth for each in made if each.truth is not None]
    assert len(given) > 30
    assert all(map(is_good, given))


def test_what_a_hand_cannot_draw_is_not_asked_of_it(cache: Path) -> None:
    hand = hands.Strokes("hand", cache / "strokes", hands.Style.of(random.Random(1), hasty=False))
    assert hand.can("一1-@")
    assert not hand.can("二")
    somebody = Person(random.Random(1), hand.can, cache)
    shown = [values.written(field(Kind.TELEPHONE), somebody, 20).shown for _n in range(5)]
    assert all(hand.can(each) for each in shown)


def test_a_written_character_never_looks_the_same_twice(cache: Path) -> None:
    hand = hands.Strokes("hand", cache / "strokes", hands.Style.of(random.Random(1), hasty=True))
    rng = random.Random(2)
    one, other = (hand.line("一", 60, rng) for _n in range(2))
    assert one.max() > 0.9
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_missing_glyphs_of_a_font_are_noticed() -> None:
    face = hands.Typeface("gothic", GOTHIC)
    assert face.can("漢字かな 1")
    assert not face.can("漢\U00012000")


def test_a_date_is_ticked_and_written_into_its_cells(cache: Path) -> None:
    eras = (Part("era:平成", Rect(60, 40, 4.4, 4.4)), Part("era:昭和", Rect(80, 40, 4.4, 4.4)))
    parts = (*eras, *cells(2, "year"), *(Part(f"month{n}", Rect(90 + 6.2 * n, 50, 6.2, 8)) for n in range(2)))
    sheet = np.zeros(forms.A4[::-1], np.float32)
    pen = fill.Pen(hands.Typeface("gothic", GOTHIC), random.Random(1), 4, 0, "fill")
    fill.mark(sheet, field(Kind.BIRTH_DATE, parts=parts), Written("1980-12-03"), pen)

    def inked(part: Part) -> bool:
        rect = part.rect
        rows = slice(round(rect.y * forms.MM), round((rect.y + rect.height) * forms.MM))
        return bool(
            sheet[rows, round(rect.x * forms.MM) : round((rect.x + rect.width) * forms.MM)].max() > 0.5
        )

    assert [inked(part) for part in parts] == [False, True, True, True, True, True]


def test_damage_turns_the_page_and_tells_its_resolution(cache: Path) -> None:
    page = forms.empty_page()
    page[300:400, 200:1200] = 0
    fate = dataclasses.replace(damage.damage(random.Random(1), dpi=200), turned=90, level=1)
    data = damage.scan(page, fate, random.Random(1))
    with Image.open(io.BytesIO(data)) as picture:
        assert tuple(round(each) for each in picture.info["dpi"]) == (200, 200)
        assert picture.size == (2339, 1653)
        grey = np.asarray(picture)
    # Turned by 90° against the clock, what stood at the top left stands at the bottom left.
    assert grey[-800:, :400].min() < 120 < grey[:400, -400:].min()


@pytest.mark.parametrize(
    ("kind", "truth", "read", "same"),
    [
        (Kind.TEXT, "ＡＢＣ 12－3", "ABC12-3", True),
        (Kind.TEXT, "土", "士", False),
        (Kind.MONEY, 1200, "1,200円", True),
        (Kind.MONEY, 1200, 12000, False),
        (Kind.TELEPHONE, "0592242028", "059-224-2028", True),
        (Kind.DATE, "2024-05-01", "2024-05-01", True),
        (Kind.DATE, "2024-05-01", "2024-05-07", False),
        (Kind.CHOICES, ["a", "b"], ["b", "a"], True),
        (Kind.CHOICES, ["a", "b"], ["a"], False),
        (Kind.CONSENT, True, True, True),
        (Kind.CONSENT, True, None, False),
        (Kind.TEXT, None, "", True),
        (Kind.TEXT, None, "一", False),
        (Kind.ADDRESS, "津市広明町13番地", "三重県津市広明町13番地", True),
        (Kind.ADDRESS, "津市広明町13番地", "愛知県津島市広明町13番地", False),
        (Kind.ADDRESS, "三重県津市広明町13", {"prefecture": "三重県", "city": "津市", "town": "広明町", "street": "13"}, True),
    ],
)  # fmt: skip
def test_comparison(kind: Kind, truth: Any, read: Any, same: bool) -> None:
    assert metrics.is_same(kind, Written(truth), read) is same


def outcome(**more: Any) -> Outcome:
    base = Outcome(
        sheet="1-001-1", writing="gothic", hand="NotoSansJP-Regular", dpi=300, level=1, real_digits=False, key="x", label="x",
        kind=Kind.TEXT, truth="一二三四", shown="一二三四", value="一二三四", raw="", score=0.9, reasons=(), candidates=(),
        crop=(0, 0, 0, 0), is_exact=True, passes=True, always_check=False, edits=0, length=4,
    )  # fmt: skip
    return dataclasses.replace(base, **more)


def test_figures_count_what_passed_although_it_was_wrong() -> None:
    figures = Figures.of(
        [
            outcome(),
            outcome(always_check=True),
            outcome(is_exact=False, edits=1),
            outcome(is_exact=False, edits=2, passes=False),
            outcome(truth=None, value=None),
            outcome(truth=None, value="一", is_exact=False, edits=0, length=0),
        ]
    )
    assert (figures.fields, figures.exact, figures.passed, figures.passed_right) == (5, 2, 4, 2)
    assert figures.passed_with_check == 3
    assert figures.error_rate == 3 / 16


def test_wilson_is_the_published_interval() -> None:
    low, high = metrics.wilson(419, 422)
    assert (round(low, 3), round(high, 3)) == (0.979, 0.998)
    assert metrics.wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("wrong", "met"), [(0, True), (1, True), (2, False)])
def test_the_verdict_follows_the_goals(wrong: int, met: bool, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [outcome() for _n in range(200 - wrong)] + [
        outcome(is_exact=False, edits=1) for _n in range(wrong)
    ]
    assert verdict(outcomes, every_page_right(100)) is met
    printed = capsys.readouterr().out.splitlines()
    assert f'"met": {str(met).lower()}' in printed[-1]
    assert sum(line.startswith("MISSED") for line in printed) == (0 if met else 1)


def every_page_right(count: int) -> report.Pages:
    return report.Pages(Counter(form=count), Counter(form=count), Counter())


def verdict(outcomes: list[Outcome], pages: report.Pages) -> bool:
    cost = report.Cost(pages=10, cpu_seconds=1.0, slowest=1.1, peak_mb=500, wall_seconds=10, workers=2)
    return report.print_report(outcomes, pages, cost, [], seed=1)


@pytest.mark.parametrize(("wrong", "met"), [(1, True), (2, False)])
def test_wrong_ticks_miss_a_goal(wrong: int, met: bool) -> None:
    ticks = [outcome(kind=Kind.CHOICE, is_exact=each >= wrong, passes=False) for each in range(100)]
    assert verdict([*(outcome() for _n in range(200)), *ticks], every_page_right(100)) is met


@pytest.mark.parametrize(("right", "met"), [(98, True), (97, False), (0, False)])
def test_refused_and_mistaken_pages_miss_a_goal(right: int, met: bool) -> None:
    pages = report.Pages(
        Counter(form=right), Counter(form=90, back=6, stranger=4), Counter(unknown_form=90 - right)
    )
    assert verdict([outcome() for _n in range(200)], pages) is met


def test_the_measurement_without_a_seed_is_not_one_of_the_tuning_seeds() -> None:
    makefile = (Path(settings.BASE_DIR) / "Makefile").read_text("utf-8")
    found = re.search(r"scripts[.]accuracy --seed [$][(]or [$][(]SEED[)],([0-9]+)[)]", makefile)
    assert found
    assert int(found[1]) >= 1000


def test_ticks_are_drawn_in_and_around_their_box() -> None:
    rect = Rect(100, 100, 4.4, 4.4)
    rng = random.Random(5)
    for style in sorted(set(fill.TICK_STYLES)):
        sheet = np.zeros(forms.A4[::-1], np.float32)
        fill.tick(sheet, rect, fill.Pen(hands.Typeface("gothic", GOTHIC), rng, 4, 0, style))
        found = cv2.boundingRect((sheet > 0.5).astype(np.uint8))
        left, top, width, height = (each / forms.MM for each in found)
        assert width > 0.8, style
        assert 96 < left < left + width < 109, style
        assert 96 < top < top + height < 109, style


def test_a_scan_for_tests_shows_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = forms.print_out(Path(settings.BASE_DIR) / "seeds" / "procedures" / "library-card.yaml")
    monkeypatch.setattr(form_maps, "template_of", lambda version: printed.template)
    monkeypatch.setattr(form_maps, "printed", lambda version: printed.pdf)
    version = ProcedureVersion()
    key = next(each.key for each in printed.template.fields if each.kind is Kind.NAME)
    empty = testing.filled_pages(version, {}, seed=1)
    written = testing.filled_pages(version, {key: "山本"}, seed=1)
    assert len(written) == len(empty) == printed.template.pages
    assert [one != other for one, other in zip(written, empty, strict=True)].count(True) == 1
    assert testing.filled_scan(version, {key: "山本"}, seed=1)[:5] == b"%PDF-"
    with pytest.raises(KeyError):
        testing.filled_pages(version, {"no.such.box": "山本"}, seed=1)


def test_ticked_kinds_need_no_hand(cache: Path) -> None:
    options = (("a", "甲"), ("b", "乙"))
    for kind in TICKED:
        made = values.written(field(kind, options=options, parts=cells(2)), person(cache), 2)
        assert made.shown == ""

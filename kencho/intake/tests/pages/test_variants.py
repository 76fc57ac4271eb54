"""異体字: which shapes are offered, and that a shape that is put in is the one that was chosen."""

from pathlib import Path

import pylopdf_fonts_jp
import pytest

from kencho.foundation.typesetting._fonts import read_coverage
from kencho.intake import variants
from kencho.procedures.definition._text import clean

SERIF = Path(pylopdf_fonts_jp.__file__).parent / "NotoSerifJP-Regular.otf"


def texts(character: str) -> list[str]:
    return [shape.text for shape in variants.shapes_of(character)]


@pytest.mark.parametrize(
    ("letter", "shape"),
    [
        ("崎", "﨑"),
        ("﨑", "崎"),
        ("高", "髙"),
        ("辺", "邉"),
        ("邊", "辺"),
        ("斉", "齋"),
        ("真", "眞"),
        ("隆", "\uf9dc"),
        ("神", "\ufa19"),
        ("葛", "葛\U000e0100"),
        ("邉", "邉\U000e010e"),
    ],
)
def test_common_shapes_are_offered(letter: str, shape: str) -> None:
    assert shape in texts(letter)
    assert letter not in texts(letter)


def test_every_sequence_of_the_table_has_a_glyph_in_the_font_that_prints() -> None:
    known = read_coverage(SERIF).sequences
    listed = [each.text for shapes in variants._sequences().values() for each in shapes]
    assert len(listed) > 40
    assert [each for each in listed if each not in known] == []


def test_a_letter_keeps_its_selector() -> None:
    name = "渡邉\U000e0102葛"
    assert variants.letters_of(name) == ["渡", "邉\U000e0102", "葛"]
    assert [(each.index, each.letter) for each in variants.choices_in(name)] == [
        (1, "邉\U000e0102"),
        (2, "葛"),
    ]
    assert variants.replaced(name, 1, "邊") == "渡邊葛"
    assert variants.replaced("渡辺", 1, "邉\U000e0100") == "渡邉\U000e0100"


def test_nothing_else_can_be_put_in() -> None:
    assert variants.replaced("渡辺", 1, "高") == "渡辺"
    assert variants.replaced("渡辺", 7, "邉") == "渡辺"
    assert variants.replaced("", 0, "邉") == ""


def test_answers_keep_every_offered_shape_as_it_is() -> None:
    offered = {shape for shapes in variants.table().values() for shape, _note in shapes}
    assert len(offered) > 500
    assert [shape for shape in offered if clean(shape) != shape] == []


def test_the_table_of_the_page_says_the_same() -> None:
    table = variants.table()
    assert [shape for shape, _note in table["辺"]] == texts("辺")
    assert all(note for shapes in table.values() for _shape, note in shapes)

"""The page this app is measured by: our text of the imported sheet against the source's sentences and table figures."""

import unicodedata
from pathlib import Path

import pytest
import yaml

from kencho.organization.testing import Cast
from kencho.policy import queries
from kencho.policy.plain import as_text
from kencho.policy.testing import IMPORTED_AT, import_measure406, measure406_text

SOURCE = Path(__file__).parents[1] / "data" / "measure406_source.txt"


def faults() -> list[tuple[str, str, int]]:
    """The faults of the scan that the data lists: what it reads, what the page says, how often."""
    listed = yaml.safe_load(measure406_text())["source"]["faults"]
    return [(each["found"], each["read_as"], each["count"]) for each in listed if each["kind"] == "ocr"]


def squeezed(text: str) -> str:
    """Without blanks and without the rules of tables, whose width says nothing."""
    lines = [line for line in text.splitlines() if set(line) - set("|- ")]
    return "".join("".join(line.split()) for line in lines)


def source() -> str:
    """The source with the listed faults read as they are meant."""
    text = SOURCE.read_text(encoding="utf-8")
    for found, meant, times in faults():
        assert text.count(found) == times, found
        text = text.replace(found, meant)
    return text


def test_no_character_differs(cast: Cast) -> None:
    measure = import_measure406(cast.body)
    ours = as_text(queries.sheet_of(measure, 2021, at=IMPORTED_AT))
    heading, _, rest = ours.partition("\n\n")
    # The scan has no heading of the measure: the data lists that too.
    assert heading == "施策406 スマート自治体の推進"
    assert squeezed(rest) == squeezed(source())


def test_the_frozen_revision_says_the_same(cast: Cast) -> None:
    measure = import_measure406(cast.body)
    revision = queries.latest_revision(measure, 2021)
    assert revision is not None
    assert squeezed(as_text(queries.sheet_of_revision(revision))).endswith(squeezed(source()))


def test_every_sentence_of_the_source_is_there(cast: Cast) -> None:
    ours = squeezed(as_text(queries.sheet_of(import_measure406(cast.body), 2021, at=IMPORTED_AT)))
    sentences = [part for part in squeezed(source()).split("。") if part]
    assert len(sentences) > 20
    assert [part for part in sentences if part not in ours] == []


@pytest.mark.parametrize(
    "figure", ["10.0%", "20.0%", "60.0%", "60 所属", "95 所属", "167 所属", "22,299 件", "22,400 件"]
)
def test_figures_stand_as_in_the_source(cast: Cast, figure: str) -> None:
    assert figure in as_text(queries.sheet_of(import_measure406(cast.body), 2021, at=IMPORTED_AT))


def test_the_data_is_not_a_copy_of_itself() -> None:
    """The comparison would notice one changed character."""
    assert squeezed(source()) != squeezed(source().replace("取り組みます", "取り組むます", 1))
    assert unicodedata.is_normalized("NFC", source())

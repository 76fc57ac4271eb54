"""Every code of the three engines has its sentence."""

import subprocess
import sys

import pytest

from kencho.catalog.gate import KINDS, Finding
from kencho.catalog.quality import PARTS, REMEDIES, Facts, score
from kencho.catalog.quality.facts import RULES
from kencho.catalog.standards.validators import CODES
from kencho.catalog.wording import gate, quality, standards

PARAMS = {
    "beside": "住所",
    "k": 5,
    "traits": ["性別", "年齢"],
    "sheet": "Sheet1",
    "places": [3, 4],
    "tried": 20,
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_findings(kind: str) -> None:
    data = Finding(kind, "stop", "列", 3, params=PARAMS).to_data()
    assert gate.kind_label(kind) != kind
    assert "%" not in gate.kind_sentence(data)
    assert gate.remedy_sentence(data["remedy"]) != data["remedy"]
    assert len(gate.kind_sentence({**data, "params": {**PARAMS, "at_least": True}})) > len(
        gate.kind_sentence(data)
    )


def test_losses() -> None:
    assert set(REMEDIES.values()) == set(quality.REMEDIES)
    assert set(PARTS) == set(quality.PARTS)
    worst = Facts(left={"1-3": 4}, rules={"1-10": 1}, standard="aed", standard_share=0.5, has_title=False)
    sentences = [quality.loss_sentence(each.to_data()) for each in score(worst).losses]
    assert any("50％" in each for each in sentences)
    assert any("4か所" in each for each in sentences)
    coded = {code for code in REMEDIES if code.partition("_")[2] not in RULES}
    assert coded == set(quality.LOSSES)


def test_problems() -> None:
    assert set(standards.PROBLEMS) == {*CODES, "required_empty"}
    assert "2個のセル" in standards.problem_sentence({"column": "緯度", "count": 2, "code": "outside_japan"})
    assert standards.reason_label("synonym") != "synonym"


def test_importing_the_engines_is_light() -> None:
    script = (
        "import sys; import kencho.catalog.gate.generalising, kencho.catalog.gate.suppression, kencho.catalog.gate.jobs\n"
        "import kencho.catalog.quality, kencho.catalog.standards.jobs\n"
        "print([name for name in ('polars', 'duckdb', 'scipy', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

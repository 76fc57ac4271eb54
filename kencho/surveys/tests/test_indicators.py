"""The official cycle feeds the main indicator of the policy sheet."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, Reading, indicators
from kencho.foundation.registry import datasets
from kencho.organization.testing import FIRST_DAY
from kencho.surveys import services
from kencho.surveys.models import Cycle
from kencho.surveys.tests.people import (
    CLOSES,
    MAIN,
    SYSTEM,
    YEAR,
    Office,
    answer,
    close,
    everybody_answers,
    open_cycle,
)

PARAMETERS = {
    "program": ("smart-government-staff-survey",),
    "question": (MAIN,),
    "positive_options": ("strongly_felt", "somewhat_felt"),
}
FELT = {"10101": 6, "10102": 6, "10201": 9, "10202": 5}


def asked(
    office: Office,
    year: FiscalYear = YEAR,
    as_of: datetime = CLOSES + timedelta(days=1),
    **more: tuple[str, ...],
) -> Asked:
    return Asked.whole(year, body=office.body.code, as_of=as_of, parameters={**PARAMETERS, **more})


def read(code: str, question: Asked) -> Reading:
    return indicators.get(f"surveys.{code}").read(question)


@pytest.fixture
def counted(office: Office) -> Cycle:
    """A closed and published cycle in which all answered."""
    cycle = open_cycle(office)
    everybody_answers(office, cycle, FELT)
    return services.publish_cycle(cycle=close(cycle), by=SYSTEM, at=CLOSES)


def test_share_and_rate(office: Office, counted: Cycle) -> None:
    share = read("positive_share", asked(office))
    assert (share.numerator, share.denominator) == (Decimal(26), Decimal(53))
    assert indicators.get("surveys.positive_share").value(share) == Decimal(2600) / 53
    assert {str(a): b for a, b in share.notes}["回答"] == "53"
    rate = read("response_rate", asked(office))
    assert (rate.numerator, rate.denominator) == (Decimal(53), Decimal(counted.eligible))


def test_only_the_official_cycle_of_the_year_once_it_was_closed(office: Office, counted: Cycle) -> None:
    assert read("positive_share", asked(office, YEAR.previous)).numerator is None
    assert read("positive_share", asked(office, as_of=CLOSES - timedelta(seconds=1))).numerator is None
    assert read("positive_share", asked(office).month(FIRST_DAY)).numerator is None
    assert read("positive_share", asked(office).month(CLOSES.date())).numerator == 26
    other = Asked.whole(YEAR, body="242012", as_of=CLOSES, parameters=PARAMETERS)
    assert read("positive_share", other).numerator is None
    Cycle.objects.update(is_official=False)
    assert read("positive_share", asked(office)).numerator is None


def test_the_evidence_is_the_sealed_batch(office: Office, counted: Cycle) -> None:
    spec = indicators.get("surveys.positive_share")
    assert spec.rows is not None
    (row,) = spec.rows(asked(office))
    assert (row.counts, row.of) == (Decimal(26), Decimal(53))
    assert row.version == counted.batch.ballots_root
    assert "職員" not in row.id


def test_divisions_that_are_kept_back_are_not_measured(office: Office, counted: Cycle) -> None:
    spec = indicators.get("surveys.positive_share")
    assert spec.by_unit is not None
    found = {each.code: each.reading.numerator for each in spec.by_unit(asked(office))}
    assert (found["10201"], found["10202"]) == (Decimal(9), Decimal(5))
    # The small divisions of the whole body were silent: one department is kept back with them, and all in it.
    assert found["10101"] is None
    assert "10103" not in found


def test_other_options_than_the_questionnaire_counts(office: Office, counted: Cycle) -> None:
    # Nobody answered "strongly_felt": it stands together with the other positive option and is not shown alone.
    assert read("positive_share", asked(office, positive_options=("strongly_felt",))).numerator is None
    unknown = read("positive_share", asked(office, question=("gone",)))
    assert unknown.numerator is None
    assert unknown.doubts


def test_too_few_answers_are_not_measured(office: Office) -> None:
    cycle = open_cycle(office)
    for person in office.staff["10103"]:
        answer(cycle, person)
    services.publish_cycle(cycle=close(cycle), by=SYSTEM, at=CLOSES)
    found = read("positive_share", asked(office))
    assert found.numerator is None
    assert found.doubts


def test_what_is_not_public_yet_stays_with_its_owner(office: Office) -> None:
    """Indicators show on public pages."""
    cycle = open_cycle(office)
    everybody_answers(office, cycle, FELT)
    close(cycle)
    spec = indicators.get("surveys.positive_share")
    assert spec.rows is not None
    assert spec.by_unit is not None
    assert read("positive_share", asked(office)).numerator is None
    assert read("response_rate", asked(office)).numerator is None
    assert list(spec.rows(asked(office))) == []
    assert list(spec.by_unit(asked(office))) == []
    services.publish_cycle(cycle=cycle, by=SYSTEM, at=CLOSES + timedelta(hours=1))
    assert read("positive_share", asked(office, as_of=CLOSES)).numerator is None
    assert read("positive_share", asked(office)).numerator == 26


def test_choices_of_a_binding_are_those_of_the_body(office: Office) -> None:
    spec = indicators.get("surveys.positive_share")
    choices = {p.code: {code for code, _label in p.choices(office.body.code)} for p in spec.parameters}
    for code, values in PARAMETERS.items():
        assert set(values) <= choices[code]
    assert not any(p.choices("242012") for p in spec.parameters)


def test_open_data_holds_no_number_below_k(office: Office, counted: Cycle) -> None:
    rows = list(datasets.get("surveys.results").rows(office.body.code))
    numbers = [row[-1] for row in rows if row[-1] != "x"]
    assert numbers
    assert min(numbers) >= counted.k
    assert not list(datasets.get("surveys.results").rows("242012"))

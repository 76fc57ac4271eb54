"""Rule FY: the vectors of the policy sheet against the platform's own fiscal year."""

import pytest

from kencho.foundation.fiscal import FiscalYear, FiscalYearError, parse_headers
from kencho.policy.tests.rules.vectors import Row, instant, rows


@pytest.mark.parametrize("row", rows("fy", "moment"))
def test_moments(row: Row) -> None:
    assert FiscalYear.of(instant(row["moment"])) == FiscalYear(row["year"])


@pytest.mark.parametrize("row", rows("fy", "label"))
def test_labels(row: Row) -> None:
    assert FiscalYear(row["year"]).label == row["label"]
    assert FiscalYear.parse(row["label"]) == FiscalYear(row["year"])


@pytest.mark.parametrize("row", rows("fy", "alias"))
def test_aliases(row: Row) -> None:
    assert FiscalYear.parse(row["alias"]) == FiscalYear(row["year"])


@pytest.mark.parametrize("row", rows("fy", "refused"))
def test_refused(row: Row) -> None:
    with pytest.raises(FiscalYearError) as caught:
        FiscalYear.parse(row["refused"])
    assert caught.value.code == row["code"]


@pytest.mark.parametrize("row", rows("fy", "headers"))
def test_headers(row: Row) -> None:
    assert [year and year.start_year for year in parse_headers(row["headers"])] == row["years"]

"""Rule STAT: what may become of a figure, and what never happens to a confirmed one."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from kencho.audit.models import Entry as AuditEntry
from kencho.foundation.actors import Actor
from kencho.foundation.clock import JST
from kencho.organization.testing import Cast, actor
from kencho.policy import queries, services
from kencho.policy.models import Actual, AppendOnlyError, DriftReport, Indicator, PolicyNode
from kencho.policy.rules import Missing
from kencho.policy.testing import SETUP, Fact, Ledger
from kencho.policy.tests.conftest import NOW

IN_YEAR = datetime(2020, 11, 20, 9, 0, tzinfo=JST)
AFTER = datetime(2021, 5, 31, 17, 0, tzinfo=JST)
MUCH_LATER = datetime(2021, 12, 1, 9, 0, tzinfo=JST)


def fact(sign: str, known: datetime = IN_YEAR) -> Fact:
    return Fact(sign, date(2020, 6, 1), known)


def freeze(indicator: Indicator, status: str, at: datetime, *, reason: str = "") -> Actual:
    return services.freeze_actual(
        indicator=indicator, year=2020, status=status, reason=reason, by=SETUP, at=at
    )


def current(indicator: Indicator) -> Actual:
    return queries.series_of_indicator(indicator, NOW).actuals[2020]


def test_from_estimate_to_confirmed(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    estimate = freeze(received, "provisional", IN_YEAR)
    assert (estimate.value, estimate.status, estimate.as_of) == (Decimal(1), "provisional", IN_YEAR)
    ledger.add(fact("b", AFTER))
    assert freeze(received, "provisional", AFTER).value == 2
    confirmed = services.confirm_actual(indicator=received, year=2020, by=SETUP, at=MUCH_LATER)
    assert (confirmed.value, confirmed.status, confirmed.as_of) == (Decimal(2), "confirmed", AFTER)
    assert confirmed.snapshot is not None
    assert [row.status for row in queries.history_of(received, 2020)][:3] == [
        "confirmed",
        "provisional",
        "provisional",
    ]


def test_an_estimate_of_a_part_of_the_year_is_not_confirmed(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    freeze(received, "provisional", IN_YEAR)
    with pytest.raises(services.UnableToRecord) as refused:
        services.confirm_actual(indicator=received, year=2020, by=SETUP, at=AFTER)
    assert refused.value.code == "counted_early"
    assert "令和2年度" in refused.value.message


def test_a_running_year_is_not_confirmed(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    with pytest.raises(services.UnableToRecord) as refused:
        freeze(received, "confirmed", IN_YEAR)
    assert refused.value.code == "cutoff_not_passed"


def test_a_late_event_goes_to_the_drift_report(
    received: Indicator, ledger: Ledger, measure: PolicyNode
) -> None:
    ledger.add(fact("a"))
    freeze(received, "confirmed", AFTER)
    ledger.add(fact("late", MUCH_LATER))
    assert current(received).value == 1
    live = queries.sheet_of(measure, 2021, at=NOW, live=True).secondary[1].years[1].actual
    assert (live.text, live.status) == ("1 件", "confirmed")
    made = services.report_drift(body=measure.plan.body, by=SETUP, at=NOW)
    assert [(each.value, each.added, each.removed, each.rows) for each in made] == [
        (Decimal(2), 1, 0, [["added", "late"]])
    ]
    # The same difference is told once.
    assert services.report_drift(body=measure.plan.body, by=SETUP, at=NOW) == []
    ledger.erase("a")
    assert services.report_drift(body=measure.plan.body, by=SETUP, at=NOW)[0].removed == 1
    assert DriftReport.objects.count() == 2
    assert current(received).value == 1


def test_without_late_events_there_is_no_report(
    received: Indicator, ledger: Ledger, measure: PolicyNode
) -> None:
    ledger.add(fact("a"))
    freeze(received, "confirmed", AFTER)
    assert services.report_drift(body=measure.plan.body, by=SETUP, at=NOW) == []


def test_a_correction_needs_its_reason(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    freeze(received, "confirmed", AFTER)
    with pytest.raises(services.UnableToRecord) as refused:
        services.correct_actual(indicator=received, year=2020, value=Decimal(5), reason=" ", by=SETUP, at=NOW)
    assert refused.value.code == "reason_missing"
    corrected = services.correct_actual(
        indicator=received, year=2020, value=Decimal(5), reason="転記の誤り", by=SETUP, at=NOW
    )
    assert (corrected.value, corrected.status, corrected.snapshot) == (Decimal(5), "corrected", None)


def test_a_restatement_may_count_anew(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    first = freeze(received, "confirmed", AFTER)
    ledger.add(fact("late", MUCH_LATER))
    restated = services.restate_actual(
        indicator=received, year=2020, value=None, reason="統計の改定", by=SETUP, at=NOW
    )
    assert (restated.value, restated.status) == (Decimal(2), "restated")
    assert restated.snapshot is not None
    assert restated.snapshot.supersedes == first.snapshot
    assert services.report_drift(body=received.node.plan.body, by=SETUP, at=NOW) == []


@pytest.mark.parametrize("status", ["provisional", "confirmed"])
def test_a_confirmed_figure_never_goes_back(received: Indicator, ledger: Ledger, status: str) -> None:
    ledger.add(fact("a"))
    freeze(received, "confirmed", AFTER)
    with pytest.raises(services.UnableToRecord) as refused:
        freeze(received, status, NOW)
    assert refused.value.code == "status_not_allowed"


def test_only_confirmed_figures_are_corrected(received: Indicator, ledger: Ledger) -> None:
    with pytest.raises(services.UnableToRecord):
        services.correct_actual(
            indicator=received, year=2020, value=Decimal(5), reason="理由", by=SETUP, at=NOW
        )


def test_a_doubt_keeps_it_provisional(received: Indicator, ledger: Ledger) -> None:
    """A unit that was split: somebody must say which successor used it."""
    ledger.add(fact("a"))
    ledger.doubts = ("人事課は二つに分かれました。後継の所属を選んでください。",)
    assert freeze(received, "provisional", AFTER).value == 1
    with pytest.raises(services.UnableToRecord) as refused:
        services.confirm_actual(indicator=received, year=2020, by=SETUP, at=NOW)
    assert "人事課" in refused.value.message
    with pytest.raises(services.UnableToRecord):
        freeze(received, "confirmed", AFTER)
    ledger.doubts = ()
    freeze(received, "provisional", AFTER)
    assert services.confirm_actual(indicator=received, year=2020, by=SETUP, at=NOW).status == "confirmed"


def test_a_refused_confirmation_leaves_no_snapshot(received: Indicator, ledger: Ledger) -> None:
    with pytest.raises(services.UnableToRecord):
        freeze(received, "confirmed", IN_YEAR)
    assert not received.snapshots.exists()


def test_an_indicator_that_is_not_bound_cannot_be_frozen(received: Indicator, ledger: Ledger) -> None:
    received.definitions.update(binding_code="")
    with pytest.raises(services.UnableToRecord) as refused:
        freeze(received, "provisional", AFTER)
    assert "手で記録" in refused.value.message


def test_by_hand(felt: Indicator, planner: Actor) -> None:
    entry = services.Entry(2020, Decimal("12.5"), "confirmed", AFTER)
    made = services.record_actual(indicator=felt, entry=entry, by=planner, at=AFTER)
    assert (made.value, made.recorded_by) == (Decimal("12.5"), "担当 一郎")
    done = AuditEntry.objects.filter(action="policy.indicator.record_actual").last()
    assert done is not None
    assert done.details["value"] == "12.5"
    wrong = services.Entry(2021, Decimal("12.55"), "provisional", AFTER)
    with pytest.raises(services.UnableToRecord) as refused:
        services.record_actual(indicator=felt, entry=wrong, by=planner, at=AFTER)
    assert "1桁" in refused.value.message


def test_a_reason_instead_of_a_value(felt: Indicator, planner: Actor) -> None:
    entry = services.Entry(2021, Missing.SUPPRESSED, "provisional", AFTER)
    made = services.record_actual(indicator=felt, entry=entry, by=planner, at=AFTER)
    assert (made.value, made.missing) == (None, "suppressed")
    gone = services.Entry(2021, Missing.NOT_APPLICABLE, "confirmed", NOW)
    with pytest.raises(services.UnableToRecord) as refused:
        services.record_actual(indicator=felt, entry=gone, by=planner, at=NOW)
    assert refused.value.code == "value_missing"


def test_strangers_record_nothing(received: Indicator, cast: Cast) -> None:
    entry = services.Entry(2020, Decimal(1), "provisional", AFTER)
    for stranger in (cast.clerk, cast.chief, cast.other_body_clerk, cast.org_admin):
        with pytest.raises(PermissionDenied):
            services.record_actual(indicator=received, entry=entry, by=actor(stranger), at=AFTER)


def test_history_is_not_rewritten(received: Indicator, ledger: Ledger) -> None:
    ledger.add(fact("a"))
    row = freeze(received, "provisional", AFTER)
    row.value = Decimal(9)
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()

"""The first page of the desk: its figures are those of the lists behind them."""

from datetime import date

from kencho.applications import inbox
from kencho.applications.models import Application, Status
from kencho.applications.queries import calendar_of
from kencho.applications.testing import AT, apply, publish
from kencho.organization.testing import Cast, desk, grant
from kencho.portal.desk import today_of

DAY = date(2026, 7, 1)


def test_figures_agree_with_the_tabs_of_the_inbox_also_for_those_who_may_see_more(cast: Cast) -> None:
    version = publish(cast, routes=False)
    for seed, status in enumerate((Status.SUBMITTED, Status.IN_REVIEW, Status.IN_REVIEW)):
        made = apply(version, seed=seed, at=AT)
        Application.objects.filter(pk=made.pk).update(status=status)
    for who in (cast.clerk, cast.other_division_clerk):
        grant(who, "auditor", "system_admin")
        place = desk(who, DAY)
        figures = {str(each.label): each.value for each in today_of(place).division}
        tabs = inbox.counts(place.division, calendar_of(place.body.pk, AT), DAY)
        assert figures["受付を待つ申請"] == tabs[Status.SUBMITTED].number
        assert figures["審査中"] == tabs[Status.IN_REVIEW].number
    assert figures["審査中"] == 0

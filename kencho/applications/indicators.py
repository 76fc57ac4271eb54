"""What applications can tell the policy sheet."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kencho.applications import figures
from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.registry import Measure, indicator

PERCENT = 100


@indicator(
    "applications.received",
    title=_("電子申請の受付件数"),
    unit=_("件"),
    measure=Measure.FLOW,
    explanation=_(
        "その年度に、県の電子計算機に備えられたファイルに記録された（到達した）オンラインの申請・届出の件数。"
        "後で取り下げられたものは含め、下書きと試験のものは含めない。補正は同じ一件、二重の送信も一件と数える。"
    ),
)
def received(year: FiscalYear, *, body: str) -> Decimal:
    """Applications that arrived online in the year (rule BIND)."""
    return Decimal(figures.received_online(year, body))


@indicator(
    "applications.online_share",
    title=_("申請のオンライン利用率"),
    unit=_("％"),
    measure=Measure.RATIO,
    explanation=_("その年度に到達した申請・届出のうち、オンラインで届いたものの割合。"),
)
def online_share(year: FiscalYear, *, body: str) -> Decimal:
    """Online applications in percent of all; 0 when nothing arrived."""
    online, everything = figures.online_share(year, body)
    return (Decimal(online) * PERCENT / everything).quantize(figures.TENTH) if everything else Decimal(0)


@indicator(
    "applications.handling_days",
    title=_("申請の平均処理日数"),
    unit=_("日"),
    measure=Measure.RATIO,
    explanation=_(
        "その年度に決定した申請の、到達の翌日から決定の日までの開庁日数の平均。補正を待つ間は数えない。"
    ),
)
def handling_days(year: FiscalYear, *, body: str) -> Decimal:
    """Mean business days from arrival to decision."""
    return figures.handling(year, body).mean_days


@indicator(
    "applications.in_time_share",
    title=_("標準処理期間内に決定した割合"),
    unit=_("％"),
    measure=Measure.RATIO,
    explanation=_("その年度に決定した、標準処理期間のある申請のうち、期間の満了日までに決定したものの割合。"),
)
def in_time_share(year: FiscalYear, *, body: str) -> Decimal:
    """Decided within the standard processing period, in percent; 0 when nothing was decided."""
    found = figures.handling(year, body)
    return (
        (Decimal(found.in_time) * PERCENT / found.with_period).quantize(figures.TENTH)
        if found.with_period
        else Decimal(0)
    )


@indicator(
    "applications.overdue",
    title=_("標準処理期間を過ぎた未決定の申請"),
    unit=_("件"),
    measure=Measure.STOCK,
    explanation=_(
        "標準処理期間の満了日を過ぎて、まだ決定していない申請の件数。過ぎた年度については、いま残っているものだけを数える。"
    ),
)
def overdue(year: FiscalYear, *, body: str) -> Decimal:
    """Open applications past their period: today, for a past year on its last day."""
    today = clock.day_of(clock.now())
    return Decimal(figures.overdue_on(body, min(today, year.last_day)))

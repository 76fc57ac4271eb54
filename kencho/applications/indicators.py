"""What applications can tell the policy sheet."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kencho.applications import figures
from kencho.applications.models import Channel
from kencho.foundation.indicators import Asked, Measure, Parameter, Reading, indicator
from kencho.foundation.registry import Text
from kencho.procedures.models import Procedure

PERCENT = 100


def _channels(body: str) -> Sequence[tuple[str, Text]]:
    return [(value, label) for value, label in Channel.choices if value in figures.ONLINE]


def _procedures(body: str) -> Sequence[tuple[str, Text]]:
    return list(Procedure.objects.filter(body__code=body).order_by("code").values_list("code", "title"))


CHANNELS = Parameter(
    "channels",
    _("受付経路"),
    _channels,
    is_multiple=True,
    is_required=True,
    default=tuple(channel.value for channel in figures.ONLINE),
)
PROCEDURES = Parameter("procedures", _("手続（選ばないときはすべて）"), _procedures, is_multiple=True)


@indicator(
    "applications.received",
    title=_("電子申請の受付件数"),
    unit=_("件"),
    measure=Measure.FLOW,
    parameters=(CHANNELS, PROCEDURES),
    rows=figures.received_rows,
    by_unit=figures.received_by_unit,
    explanation=_(
        "その年度に、県の電子計算機に備えられたファイルに記録された（到達した）オンラインの申請・届出の件数。"
        "後で取り下げられたものは含め、下書きと試験のものは含めない。補正は同じ一件、二重の送信も一件と数える。"
    ),
)
def received(asked: Asked) -> Reading:
    """Applications that arrived online (rule BIND)."""
    return Reading(Decimal(figures.received_online(asked).count()))


@indicator(
    "applications.online_share",
    title=_("申請のオンライン利用率"),
    unit=_("％"),
    measure=Measure.RATIO,
    decimals=1,
    factor=PERCENT,
    parameters=(PROCEDURES,),
    explanation=_("その年度に到達した申請・届出のうち、オンラインで届いたものの割合。"),
)
def online_share(asked: Asked) -> Reading:
    """Online applications of all; nothing arrived is not measured."""
    online, everything = figures.online_share(asked)
    return Reading(Decimal(online), Decimal(everything))


@indicator(
    "applications.handling_days",
    title=_("申請の平均処理日数"),
    unit=_("日"),
    measure=Measure.MEAN,
    decimals=1,
    explanation=_(
        "その年度に決定した申請の、到達の翌日から決定の日までの開庁日数の平均。補正を待つ間は数えない。"
    ),
)
def handling_days(asked: Asked) -> Reading:
    """Business days from arrival to decision, over the decided applications."""
    found = figures.handling(asked)
    return Reading(Decimal(found.days), Decimal(found.decided))


@indicator(
    "applications.in_time_share",
    title=_("標準処理期間内に決定した割合"),
    unit=_("％"),
    measure=Measure.RATIO,
    decimals=1,
    factor=PERCENT,
    explanation=_("その年度に決定した、標準処理期間のある申請のうち、期間の満了日までに決定したものの割合。"),
)
def in_time_share(asked: Asked) -> Reading:
    """Decided within the standard processing period, of all decided that have one."""
    found = figures.handling(asked)
    return Reading(Decimal(found.in_time), Decimal(found.with_period))


@indicator(
    "applications.overdue",
    title=_("標準処理期間を過ぎた未決定の申請"),
    unit=_("件"),
    measure=Measure.STOCK,
    explanation=_(
        "標準処理期間の満了日を過ぎて、まだ決定していない申請の件数。過ぎた年度については、いま残っているものだけを数える。"
    ),
)
def overdue(asked: Asked) -> Reading:
    """Open applications past their period on the last day asked for."""
    return Reading(Decimal(figures.overdue_on(asked.body, asked.last_day)))

"""What approvals can tell the policy sheet."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kencho.approvals import queries
from kencho.foundation.indicators import Asked, Measure, Reading, indicator


@indicator(
    "approvals.granted",
    title=_("電子決裁した件数"),
    unit=_("件"),
    measure=Measure.FLOW,
    explanation=_("決裁が済んだ案件を、決裁した日の年度で数える。"),
)
def granted(asked: Asked) -> Reading:
    """Cases decided in the days asked for."""
    return Reading(Decimal(queries.granted_in(asked)))


@indicator(
    "approvals.days_to_grant",
    title=_("起案から決裁までの平均日数"),
    unit=_("日"),
    measure=Measure.MEAN,
    decimals=1,
    explanation=_(
        "決裁が済んだ案件の、初めの起案から決裁までの日数（24時間を1日とする）の平均。差戻しの間も含む。"
    ),
)
def days_to_grant(asked: Asked) -> Reading:
    """Days from the first draft to the decision, over the cases decided."""
    return queries.days_to_grant(asked)

"""What reforms can tell the policy sheet: hours saved, measured and not claimed."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from kencho.foundation.indicators import Asked, Measure, Parameter, Reading, indicator
from kencho.foundation.registry import Text
from kencho.reforms import queries
from kencho.reforms.models import ReformCase


def _solutions(body: str) -> Sequence[tuple[str, Text]]:
    return list(ReformCase.Solution.choices)


def _reforms(body: str) -> Sequence[tuple[str, Text]]:
    rows = ReformCase.objects.filter(body__code=body).order_by("code")
    return list(rows.values_list("code", "title"))


SOLUTION = Parameter("solution", _("方法"), _solutions, is_multiple=True)
REFORM = Parameter("reform", _("業務の見直し"), _reforms, is_multiple=True)


@indicator(
    "reforms.hours_saved",
    title=_("業務の見直しで減った時間"),
    unit=_("時間"),
    measure=Measure.FLOW,
    decimals=1,
    parameters=(SOLUTION, REFORM),
    rows=queries.evidence_rows,
    by_unit=queries.hours_by_unit,
    explanation=_(
        "完了した一件ごとに、測定した基準の平均から人がかけた時間を引いた分（0より小さくはしない）を足し、"
        "維持管理と誤りの手直しにかけた時間を差し引く。運転の回数ではなく完了した件を数えるので、"
        "何も処理しなかった運転は0時間。基準は10件以上の実測だけで、見積りは使わない。"
        "実測の基準がない業務は「測定していない」とし、0とはしない。差引きがマイナスのときは、マイナスのまま示す。"
    ),
)
def hours_saved(asked: Asked) -> Reading:
    """Rule HRS over the reforms chosen; without a choice over all of the body."""
    return queries.hours_reading(asked)

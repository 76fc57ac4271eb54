"""What telework can tell the policy sheet: divisions and unit-days, never persons."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kencho.foundation.indicators import Asked, Measure, Parameter, Reading, indicator
from kencho.foundation.registry import Text
from kencho.workplace import queries
from kencho.workplace.models import Kind


def _kinds(body: str) -> Sequence[tuple[str, Text]]:
    return list(Kind.choices)


KINDS = Parameter("kinds", _("働き方"), _kinds, is_multiple=True, is_required=True, default=queries.COUNTED)


@indicator(
    "workplace.telework_divisions",
    title=_("テレワークを利用した所属数"),
    unit=_("所属"),
    measure=Measure.DISTINCT,
    parameters=(KINDS,),
    rows=queries.evidence_rows,
    by_unit=queries.divisions_by_unit,
    explanation=_(
        "その期間に、確定したテレワークの実績が一日でもある、異なる所属の数。利用した時点の所属で数える。"
        "統合や名称変更があったときは後継の所属として一つに数え、後継のない廃止はその年度に数える。"
        "分割は、引き継ぐ所属が決まるまで見込みとする。月ごとの数は足し合わせられない。"
    ),
)
def telework_divisions(asked: Asked) -> Reading:
    """Distinct divisions at the moment of use (rule BIND)."""
    return queries.divisions_reading(asked)


@indicator(
    "workplace.telework_days",
    title=_("テレワークを利用した延べ日数（所属・働き方別）"),
    unit=_("日"),
    measure=Measure.FLOW,
    parameters=(KINDS,),
    rows=queries.day_rows,
    by_unit=queries.days_by_unit,
    explanation=_("確定したテレワークの実績がある、所属と日と働き方の組の数。何人が利用したかは数えない。"),
)
def telework_days(asked: Asked) -> Reading:
    """Unit-days: division, day and kind."""
    return Reading(Decimal(queries.unit_days(asked, queries.kinds_of(asked)).count()))

"""What approvals can tell the policy sheet."""

from decimal import Decimal

from kencho.approvals import queries
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.registry import Measure, indicator


@indicator(
    "approvals.granted",
    title="電子決裁した件数",
    unit="件",
    measure=Measure.FLOW,
    explanation="決裁が済んだ案件を、決裁した日の年度で数える。",
)
def granted(year: FiscalYear, *, body: str) -> Decimal:
    """Cases decided in the year."""
    return Decimal(queries.granted_in(year, body=body))


@indicator(
    "approvals.days_to_grant",
    title="起案から決裁までの平均日数",
    unit="日",
    measure=Measure.RATIO,
    explanation="決裁が済んだ案件の、初めの起案から決裁までの日数（24時間を1日とする）の平均。差戻しの間も含む。",
)
def days_to_grant(year: FiscalYear, *, body: str) -> Decimal:
    """Mean days from the first draft to the decision."""
    return queries.mean_days_to_grant(year, body=body)

"""What intake can tell the policy sheet: pages, how many went through untouched, and how many errors leaked."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kencho.foundation.indicators import Asked, Measure, Reading, indicator
from kencho.intake import queries


@indicator(
    "intake.pages_read",
    title=_("読み取った紙のページ数"),
    unit=_("ページ"),
    measure=Measure.FLOW,
    explanation=_("その期間に読み取ったページの数。白紙と、読み取れなかったページは数えない。"),
)
def pages_read(asked: Asked) -> Reading:
    """Pages that were read."""
    return Reading(Decimal(queries.pages_read(asked).count()))


@indicator(
    "intake.untouched_share",
    title=_("誰も直さずに登録できた紙の割合"),
    unit=_("%"),
    measure=Measure.RATIO,
    decimals=1,
    factor=100,
    rows=queries.evidence_of_sheets,
    explanation=_(
        "その期間に紙から登録した申請のうち、読み取りに疑いがなく、職員の確認なしで登録したものの割合。"
        "抜取り検査のために見たものは、確認なしに数える。"
    ),
)
def untouched_share(asked: Asked) -> Reading:
    """Registered sheets that nobody had to look at."""
    found = queries.registered(asked)
    return queries.share_of(found.filter(is_untouched=True).count(), found.count())


@indicator(
    "intake.leak_rate",
    title=_("確認なしで採用した項目の誤りの割合"),
    unit=_("%"),
    measure=Measure.RATIO,
    decimals=2,
    factor=100,
    rows=queries.evidence_of_audits,
    explanation=_(
        "その期間に、確認なしで採用した項目から無作為に抜き取り、値を見せずに職員が読んだもののうち、"
        "読み取りが誤っていたものの割合。"
    ),
)
def leak_rate(asked: Asked) -> Reading:
    """Wrong fields among those that were drawn from the passed ones."""
    found = queries.audits(asked)
    return queries.share_of(found.filter(was_right=False).count(), found.count())

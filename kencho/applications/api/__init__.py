"""Applications for programs: applying and following without an account, and the work of the desk with a token.

Every write goes through the services that the pages use, so rules and permissions cannot differ.
"""

from django.utils.translation import gettext_lazy as _
from ninja import Router

from kencho.applications import services
from kencho.applications.api import _acts, _desk, _public
from kencho.foundation.api import Refusals

__all__ = ["REFUSALS", "router"]

router = Router()
for part in (_public.router, _desk.router, _acts.router):
    router.add_router("", part)

REFUSALS: Refusals = {
    services.UnableToMove: (409, "wrong_state", _("この申請は、いまこの操作ができる状態ではありません。")),
    services.UnableToAmend: (409, "wrong_state", _("この申請は、いまは補正を受け付けていません。")),
    services.UnableToRequestAmendment: (
        409,
        "unable_to_request_amendment",
        _("審査中の申請に、これからの期限で、直すところを一つ以上挙げて補正を求めてください。"),
    ),
    services.UnableToAssign: (409, "unable_to_assign", _("担当の所属で働く職員だけを担当者にできます。")),
    services.UnableToTransfer: (409, "unable_to_transfer", _("この所属には移せません。")),
    services.GroundsMissing: (422, "grounds_missing", _("理由を書いてください（行政手続法第8条）。")),
    services.UnknownDecision: (422, "unknown_decision", _("この手続に、この種類の決定はありません。")),
    services.UnknownStandard: (422, "unknown_standard", _("この手続に、この審査基準はありません。")),
    services.ReceptionClosed: (409, "reception_closed", _("この手続は、いまは受付期間ではありません。")),
}

"""Why a service refuses: a code for programs, a Japanese sentence for people."""

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.foundation.refusals import Refusal
from kencho.procedures.definition import FieldError


class Reason(models.TextChoices):
    """Reasons of refusal; the label is shown to the user."""

    EMPTY = "empty", _("ファイルが空です。中身のあるファイルを選んでください。")
    TOO_LARGE = "too_large", _("ファイルが大きすぎます。いくつかに分けて取り込んでください。")
    KIND = "kind", _("PDF、TIFF、JPEG、PNG のファイルを選んでください。")
    UNSAFE = "unsafe", _("安全を確かめられないため、取り込めません。")
    NOT_YET = "not_yet", _("収受印の日は、今日か、それより前の日にしてください。")
    NOT_PAPER = "not_paper", _("届いた方法は、郵送か窓口を選んでください。")
    OTHER_DIVISION = "other_division", _("この所属が受け持つ手続を選んでください。")
    WRONG_STATE = "wrong_state", _("いまの状態では、この操作はできません。画面を開き直してください。")
    ORIGINAL_GONE = (
        "original_gone",
        _("スキャンの原本を消した後なので、読み直せません。もう一度スキャンしてください。"),
    )
    HELD = "held", _("ほかの職員が確認しています。")
    NOT_HELD = "not_held", _("確認の時間が切れました。もう一度開いてください。")
    SAME_CLERK = "same_clerk", _("二人目の入力は、一人目とは別の職員がしてください。")
    NOT_OF_SHEET = "not_of_sheet", _("この一件の項目ではありません。画面を開き直してください。")
    OTHER_FORM = "other_form", _("同じ束の、同じ様式の一件を選んでください。")
    NO_SUCH_DOCUMENT = "no_such_document", _("この手続の添付書類を選んでください。")
    PAGE_TAKEN = "page_taken", _("その一件には、このページがすでにあります。")
    REASON_NEEDED = "reason_needed", _("理由を書いてください。")
    LEFT = "left", _("まだ確認していない項目があります。")
    BAD_ANSWERS = "bad_answers", _("このままでは登録できません。印の付いた項目を確かめてください。")
    CLOSED = "closed", _("収受印の日は、この手続の受付期間ではありません。")
    HANDED_OVER = "handed_over", _("この一件は、手入力に移っています。紙の申請の入力から続けてください。")
    UNUSABLE_LAYOUT = "unusable_layout", _("様式の枠に直すところがあります。")
    UNKNOWN_FIELD = "unknown_field", _("手続にない項目の枠があります。")
    GENERATED = "generated", _("Kenchoが印刷した様式の枠は変えられません。手続の定義から作られます。")
    NO_PAPER_FORM = "no_paper_form", _("この手続の様式は印刷できません。")
    BAD_PLACE = "bad_place", _("場所を正しく入力してください。")
    PLACE_TAKEN = "place_taken", _("この場所は、ほかの取込み口で使っています。")
    NO_SECRET = (
        "no_secret",
        _("このサーバーに、暗証の環境変数も、それを指す秘密のファイルもありません。名前を確かめてください。"),
    )
    BAD_SHARE = "bad_share", _("抜取り検査の割合は、2%以上100%以下にしてください。")
    BAD_THRESHOLD = "bad_threshold", _("しきい値は、0以上1以下にしてください。")


class UnableTo(Refusal[Reason]):
    """Base of all refusals of this app."""


class UnableToRegister(UnableTo):
    """The sheet cannot become an application yet; ``errors`` are what the procedure says against the answers."""

    def __init__(self, reason: Reason, detail: str = "", errors: Sequence[FieldError] = ()) -> None:
        super().__init__(reason, detail)
        self.errors = tuple(errors)

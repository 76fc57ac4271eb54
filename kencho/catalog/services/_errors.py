"""Why a service refuses: a code for programs and a Japanese sentence for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.foundation.refusals import Refusal


class Reason(models.TextChoices):
    """Reasons of refusal; the label is shown to the user."""

    NOT_ALLOWED = "not_allowed", _("この操作はできません。")
    OTHER_BODY = "other_body", _("ほかの団体のものです。")
    CODE_TAKEN = (
        "code_taken",
        _("このコードは、ほかのデータセットで使われています。別のコードにしてください。"),
    )
    BAD_CODE = "bad_code", _("コードは、半角の英小文字・数字・ハイフンで書いてください。")
    NO_TITLE = "no_title", _("名称を書いてください。")
    HARVESTED = "harvested", _("収集したデータセットは、収集元で直してください。")
    WRONG_STATE = "wrong_state", _("今の状態では、この操作はできません。ページを読み込み直してください。")
    EMPTY_FILE = "empty_file", _("ファイルが空です。中身のあるファイルを選んでください。")
    TOO_LARGE = "too_large", _("ファイルが大きすぎます。")
    WRONG_PART = "wrong_part", _("送られた続きの位置が合いません。受け取った所から送り直してください。")
    UNKNOWN_TABLE = "unknown_table", _("その表は、このファイルにありません。")
    UNKNOWN_CHANGE = "unknown_change", _("その直しは、このファイルにありません。")
    NO_REASON = "no_reason", _("理由を書いてください。")
    GATE = "gate", _("個人情報の疑いが残っています。直すか、責任者の判断を記録してください。")
    INVALID = "invalid", _("検査で見つかった誤りが残っています。ファイルを直して、もう一度置いてください。")
    NO_APPROVAL = "no_approval", _("決裁を求められません。")
    INCOMPLETE = "incomplete", _("公開に要る項目が空いています。")
    PAST = "past", _("公開する日時は、今より後にしてください。")
    ALREADY_LIVE = "already_live", _("この内容は、すでに公開しています。")
    SOURCE_TAKEN = "source_taken", _("この場所は、すでに収集元に登録されています。")
    UNKNOWN_VIEW = "unknown_view", _("そのもとの表はありません。")


class UnableTo(Refusal[Reason]):
    """Base of all refusals of this app."""


class UnableToRegister(UnableTo):
    """A dataset cannot be registered or changed so."""


class UnableToPrepare(UnableTo):
    """A file cannot be taken, or its preparation cannot go on."""


class UnableToPublish(UnableTo):
    """A version cannot go on, to approval or to the public."""


class UnableToWithdraw(UnableTo):
    """There is nothing to withdraw, or no reason was given."""

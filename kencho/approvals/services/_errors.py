"""Why a service refuses: a code for programs, a Japanese sentence for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kencho.foundation.refusals import Refusal


class Reason(models.TextChoices):
    """Reasons of refusal; the label is shown to the user."""

    NOT_STAFF = "not_staff", _("職員として操作してください。")
    OTHER_BODY = "other_body", _("ほかの団体の案件です。")
    EMPTY_TITLE = "empty_title", _("件名を入力してください。")
    EMPTY_REASON = "empty_reason", _("理由を入力してください。")
    EMPTY_TEXT = "empty_text", _("コメントを入力してください。")
    NO_MATTER = "no_matter", _("この事案の種類は登録されていません。")
    NO_ROUTE = "no_route", _("この回付経路は使えません。")
    NO_DECIDER = "no_decider", _("決裁する人が決まりません。専決の定めと配置を確認してください。")
    NO_CONCURRER = "no_concurrer", _("合議先に在任者がいません。配置を確認してください。")
    OWN_DRAFT = "own_draft", _("起案者が決裁者になるため、回付できません。ほかの職員が起案してください。")
    ALREADY_PENDING = "already_pending", _("同じ対象の案件が、すでに決裁待ちです。")
    NOT_PENDING = "not_pending", _("この案件は、いま決裁待ちではありません。")
    NOT_YOUR_TURN = "not_your_turn", _("いま、あなたが確認する段階ではありません。")
    CHANGED = (
        "changed",
        _("表示していた内容が古くなっています。新しい内容を確認してから、もう一度操作してください。"),
    )
    DAMAGED = "damaged", _("保存されている文書が、起案のときと一致しません。管理者に連絡してください。")
    NOT_DRAFTER = "not_drafter", _("起案者だけができる操作です。")
    NOT_RESUBMITTABLE = (
        "not_resubmittable",
        _("差し戻された案件か、引き戻した案件だけ、もう一度回付できます。"),
    )
    TOO_LATE = "too_late", _("次の人がすでに確認したため、取り消せません。")
    NOTHING_TO_REVIEW = "nothing_to_review", _("後閲する案件ではありません。")
    WRONG_PERIOD = "wrong_period", _("最後の日は、最初の日と同じか後の日にしてください。")
    PAST = "past", _("過ぎた日だけの不在は登録できません。")
    OVERLAP = "overlap", _("同じ期間の登録がすでにあります。")
    WRONG_DEPUTY = "wrong_deputy", _("代理する人には、同じ団体のほかの職員を選んでください。")
    ALREADY_ENDED = "already_ended", _("すでに終わっています。")
    NO_STEPS = "no_steps", _("決裁の段階を、最後に一つだけ置いてください。")
    NO_POST = "no_post", _("この職は登録されていません。")
    WRONG_AMOUNTS = "wrong_amounts", _("金額の上限は下限より大きくしてください。")
    RULE_OVERLAP = "rule_overlap", _("同じ範囲を決める定めがすでにあります。先にそれを終わらせてください。")


class UnableTo(Refusal[Reason]):  # named like its children, after what the office was unable to do
    """Base of all refusals of this app."""

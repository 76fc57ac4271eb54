"""Why a service refuses: a code for programs, one Japanese sentence for people, and the cell it is about."""

from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.policy.rules import RuleError

MESSAGES: dict[str, Promise] = {
    "approval_needed": _("決裁を受けた版だけを公表できます。"),
    "beyond_plan": _("計画の期間（%(first)s年度～%(last)s年度）の外の年度です。"),
    "code_taken": _("この番号は、すでに使われています。"),
    "counted_early": _("%(cell)sの途中で数えた値です。年度が終わってから、もう一度数えてください。"),
    "decimals": _("小数点以下は%(decimals)s桁までにしてください。"),
    "doubtful": _("確かめることが残っているため、確定できません：%(doubts)s"),
    "empty": _("「%(cell)s」を入力してください。"),
    "has_figures": _(
        "実績値を記録した目標項目の単位・桁数・向き・数え方は変えられません。新しい目標項目を作ってください。"
    ),
    "in_use": _("ほかから使われているため、消せません。"),
    "negative_amount": _("「%(cell)s」に負の数は書けません。"),
    "no_definition": _("この目標項目には、まだ定義がありません。"),
    "no_revision": _("もとになる版がありません。"),
    "not_a_measure": _("シートを作れるのは施策だけです。"),
    "not_declared": _("結び付けた指標「%(cell)s」は、この環境では使えません。"),
    "not_finite": _("「%(cell)s」は数ではありません。"),
    "not_later": _("新しい定義は、いまの定義の始まり（%(year)s年度）より後の年度からにしてください。"),
    "not_measured": _("まだ数えられないため、記録できません：%(why)s"),
    "not_open": _("この版は、いまは決裁に回せません。"),
    "not_recorded": _("この年度の実績値は、まだ記録されていません。"),
    "not_staff": _("職員として操作してください。"),
    "other_measure": _("ほかの施策の行です。"),
    "parameter_missing": _("条件「%(parameter)s」を選んでください。"),
    "parameter_single": _("条件「%(parameter)s」は一つだけ選んでください。"),
    "parameter_unknown": _("この指標に、条件「%(parameter)s」はありません。"),
    "parameter_value": _("条件「%(parameter)s」の「%(value)s」は選べません。"),
    "same": _("いまの値と同じです。"),
    "rows_differ": _("行の合計が値と合いません。"),
    "unbound": _("%(why)s"),
    "unknown_grade": _("この評価の方法に、進展度「%(grade)s」はありません。"),
    "unknown_profile": _("評価の方法「%(profile)s」はありません。"),
    "unit_of_other_body": _("ほかの団体の組織です。"),
    "wrong_level": _("「%(parent)s」の下に「%(child)s」は置けません。"),
    "wrong_period": _("最後の年度は、最初の年度と同じか後にしてください。"),
}


LABELS: dict[str, Promise] = {
    "amount_thousand_yen": _("金額（千円）"),
    "code": _("番号"),
    "name": _("名称"),
    "number": _("補正の号数"),
    "reason": _("理由"),
    "text": _("本文"),
}
"""Fields in words, where a refusal names the field."""


class UnableTo(Exception):  # named like its children, after what the office was unable to do
    """Base of all refusals of this app. ``cell`` names the field or cell of the sheet."""

    def __init__(self, code: str, cell: str = "", **params: object) -> None:
        super().__init__(code, cell)
        self.code = code
        self.cell = cell
        self._params = params
        self._said = ""

    @classmethod
    def by_rule(cls, wrong: RuleError) -> Self:
        """The same refusal in the words of the rule that was broken."""
        made = cls(wrong.code, wrong.cell)
        made._said = wrong.message
        return made

    @property
    def message(self) -> str:
        """One sentence for the user."""
        if self._said:
            return self._said
        return str(MESSAGES[self.code]) % {"cell": LABELS.get(self.cell, self.cell), **self._params}


class UnableToEditPlan(UnableTo):
    """The plan or node would contradict itself."""


class UnableToEditSheet(UnableTo):
    """A line of the sheet would contradict the rest."""


class UnableToDefine(UnableTo):
    """The indicator or its definition would contradict what is recorded."""


class UnableToBind(UnableTo):
    """The indicator is not declared, or a parameter is not one of its choices."""


class UnableToSetTarget(UnableTo):
    """The target or baseline cannot be taken."""


class UnableToRecord(UnableTo):
    """The actual cannot take this value or status."""


class UnableToJudge(UnableTo):
    """The judgement lacks a reason, or the plan is only watched."""


class UnableToRevise(UnableTo):
    """The revision cannot be made, submitted or published."""

"""What each rule says when a cell cannot be worked with: a code and one Japanese sentence that names the cell."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: Final[Mapping[str, Promise]] = {
    # values
    "not_a_number": _("「%(cell)s」が数として読めません。数字だけを書いてください。"),
    "bad_decimals": _("「%(cell)s」の小数点以下の桁数は、0以上の整数にしてください。"),
    # targets and achievement
    "range_needed": _("「%(cell)s」は範囲で目標を定める指標です。下限と上限を入れてください。"),
    "number_needed": _("「%(cell)s」は一つの数で目標を定める指標です。範囲は使えません。"),
    "reversed_range": _("「%(cell)s」の下限（%(low)s）が上限（%(high)s）を超えています。"),
    "target_missing": _("「%(cell)s」に目標値がないので、目標達成状況は出ません。"),
    "target_zero": _(
        "「%(cell)s」の目標値が0です。上向きの指標では割り算ができないため、現状値からの進みで計ります。"
    ),
    "target_negative": _("「%(cell)s」の目標値が負の数です。現状値からの進みで計ります。"),
    "target_reversed": _(
        "「%(cell)s」の目標値（%(target)s）は、比べる値（%(reference)s）より後退しています。向きを確かめてください。"
    ),
    "final_target_missing": _("「%(cell)s」に最終年度の目標値がありません。"),
    "wrong_total": _(
        "「%(cell)s」の合計が合いません。書かれた値は%(stated)s、内訳の合計は%(computed)sです。"
    ),
    # aggregation
    "months_do_not_add": _("「%(cell)s」は重なりを除いて数える指標です。月の値を足すことはできません。"),
    "units_overlap": _(
        "「%(cell)s」は重なりを除いて数える指標です。所属の間の重なりが分からないので足せません。"
    ),
    "ratio_needs_parts": _(
        "「%(cell)s」は割合です。割合どうしは平均できません。分子と分母から計算してください。"
    ),
    "mean_needs_weights": _("「%(cell)s」は平均です。平均どうしをまとめるには、それぞれの件数が要ります。"),
    "weight_negative": _("「%(cell)s」の件数が負の数です。"),
    "weights_differ": _("「%(cell)s」の平均の数（%(parts)s）と件数の数（%(weights)s）が違います。"),
    "not_a_part": _("「%(cell)s」は一年分の値です。年度の途中の値としては扱えません。"),
    "not_a_month": _("「%(cell)s」の月（%(month)s）は1から12までにしてください。"),
    "months_reversed": _("「%(cell)s」の期間は、年度の中で始まりが終わりより後になっています。"),
    # expected values
    "baseline_not_before": _(
        "「%(cell)s」の現状値の年度（%(year)s）は、最初の目標値の年度より前にしてください。"
    ),
    # budgets
    "stage_number": _("「%(cell)s」の補正予算は、何号かを1以上の数で書いてください。"),
    "stage_has_no_number": _("「%(cell)s」の予算の段階には号数を付けられません。"),
    "amount_negative": _("「%(cell)s」の予算額が負の数です。"),
    "predecessor_unknown": _("「%(cell)s」の前身とされた事業「%(predecessor)s」が前年度にありません。"),
    # judgements
    "unknown_grade": _("「%(cell)s」の進展度「%(grade)s」は、この評価方法にはありません。"),
    "rationale_missing": _("「%(cell)s」の判断理由を書いてください。"),
    "difference_reason_missing": _(
        "「%(cell)s」の進展度が目安（%(suggested)s）と違います。違えた理由を書いてください。"
    ),
    "judgement_off": _("「%(cell)s」の計画は推移を見るだけのもので、進展度を付けません。"),
    # status of an actual, revisions of a sheet
    "status_not_allowed": _("「%(cell)s」を%(before)sから%(after)sにすることはできません。"),
    "as_of_missing": _("「%(cell)s」の見込値には、いつ時点の値かが要ります。"),
    "cutoff_not_passed": _("「%(cell)s」は締切りの前なので、確定できません。"),
    "not_signed": _("「%(cell)s」を確定した人の署名がありません。"),
    "reason_missing": _("「%(cell)s」を改めた理由を書いてください。"),
    "value_missing": _("「%(cell)s」の値がないので、確定できません。"),
    "trigger_not_allowed": _("「%(cell)s」は%(stage)sの段階なので、「%(trigger)s」はできません。"),
    "author_missing": _("「%(cell)s」を改めた人の名前がありません。"),
    "nothing_changed": _("「%(cell)s」は前と同じ内容です。改訂はできません。"),
    "revision_goes_back": _("「%(cell)s」の改訂の日時が、前の改訂より前です。"),
    "old_value_differs": _("「%(cell)s」の改訂前の値が、今の記録と違います。"),
    "version_not_later": _(
        "「%(cell)s」の新しい定義は、今の定義の始まり（%(year)s）より後の年度から始めてください。"
    ),
    # bindings
    "unknown_option": _("「%(cell)s」の回答の選択肢「%(option)s」は、設問にありません。"),
    "negative_count": _("「%(cell)s」の数（%(count)s）が負の数です。"),
    "more_than_returned": _(
        "「%(cell)s」の回答の数（%(count)s）が、回収数（%(returned)s）より多くなっています。"
    ),
    "more_than_eligible": _(
        "「%(cell)s」の回収数（%(returned)s）が、対象者数（%(eligible)s）より多くなっています。"
    ),
    "successors_circle": _("「%(cell)s」の後継の所属が、元の所属に戻っています。"),
    # profiles
    "not_a_mapping": _("「%(cell)s」は「項目: 値」の形で書いてください。"),
    "key_missing": _("「%(cell)s」がありません。"),
    "key_unknown": _("「%(cell)s」という項目はありません。"),
    "not_text": _("「%(cell)s」は文字で書いてください。"),
    "not_a_flag": _("「%(cell)s」は true か false で書いてください。"),
    "not_an_integer": _("「%(cell)s」は0以上の整数で書いてください。"),
    "not_a_list": _("「%(cell)s」は並びで書いてください。"),
    "not_a_decimal_text": _('「%(cell)s」は引用符で囲んだ数（例: "0.85"）で書いてください。'),
    "word_unknown": _("「%(cell)s」の「%(word)s」は使えません。使えるのは、%(words)s です。"),
    "bands_empty": _("「%(cell)s」に区分がありません。"),
    "bands_not_descending": _(
        "「%(cell)s」の下限（%(edge)s）は、一つ上の区分の下限（%(above)s）より小さくしてください。"
    ),
    "bands_open_below": _('「%(cell)s」は一番下の区分なので、下限を "0" にしてください。'),
    "last_test_open": _("「%(cell)s」は一番下の区分なので、otherwise にしてください。"),
    "test_after_otherwise": _("「%(cell)s」は一番下の区分ではないので、otherwise にはできません。"),
    "grade_unknown": _("「%(cell)s」の「%(grade)s」という区分はありません。"),
    "cap_below_one": _("「%(cell)s」の上限は1以上にしてください。"),
    "tolerance_negative": _("「%(cell)s」の幅は0以上にしてください。"),
    "unproven_unknown": _("「%(cell)s」の「%(name)s」は、この評価方法の項目にも区分にもありません。"),
}

"""What is done in this app, in words, for the audit log: one sentence for each code."""

from django.utils.translation import gettext_lazy as _

from kencho.audit import sentences

ACTS: dict[str, dict[str, sentences.Sentence]] = {
    "workplace.telework_rule": {
        "save": _("テレワークの定めを登録した"),
        "export": _("テレワークの定めを書き出した"),
    },
    "workplace.telework_plan": {
        "save": _("テレワークの計画を保存した"),
        "submit": _("テレワークの計画の承認を求めた"),
        "approve": _("テレワークの計画を承認した"),
        "refuse": _("テレワークの計画を承認しなかった"),
        "cancel_day": _("テレワークの日を取りやめた"),
        "release": _("異動の後のテレワークの計画を戻した"),
    },
    "workplace.telework_session": {
        "start": _("テレワークの開始を報告した"),
        "confirm": _("テレワークの実績を確定した"),
        "correct": _("テレワークの実績を訂正した"),
        "cancel": _("テレワークの実績を取り消した"),
    },
    "workplace.telework_log": {
        "erase": _("保存期間の過ぎたテレワークの記録を消した"),
        "export": _("所属のテレワークの記録を書き出した"),
        "export_unit_days": _("テレワークを利用した所属と日を書き出した"),
    },
    "workplace.split_decision": {"decide": _("分割された所属のテレワークの扱いを決めた")},
    "workplace.satellite_office": {"save": _("サテライトオフィスを登録した")},
    "workplace.satellite_desk": {"save": _("サテライトオフィスの席を登録した")},
    "workplace.desk_booking": {
        "book": _("サテライトオフィスの席を予約した"),
        "cancel": _("サテライトオフィスの席の予約を取り消した"),
    },
}

for subject, verbs in ACTS.items():
    for verb, sentence in verbs.items():
        sentences.register(f"{subject}.{verb}", sentence)

"""What is done in this app, in words, for the audit log: one sentence for each code."""

from django.utils.translation import gettext_lazy as _

from kencho.audit import sentences

ACTS: dict[str, dict[str, sentences.Sentence]] = {
    "catalog.dataset": {
        "register": _("データセットを登録した"),
        "change": _("データセットの説明を変えた"),
        "withdraw": _("データセットの公開をやめた"),
        "remind": _("データセットの更新の期限を知らせた"),
    },
    "catalog.resource": {"add": _("データセットに表を加えた")},
    "catalog.preparation": {
        "begin": _("公開の準備を始めた"),
        "propose": _("表の整え方の案を作った"),
        "fail": _("ファイルを読み取れなかった"),
        "choose": _("表の整え方を決めた"),
        "drop": _("公開の準備をやめた"),
    },
    "catalog.harvest_source": {
        "save": _("オープンデータの収集元を登録した"),
        "pause": _("オープンデータの収集を止めた"),
        "resume": _("オープンデータの収集を再開した"),
        "harvest": _("ほかの目録からデータセットを収集した"),
    },
    "catalog.work_view": {
        "declare": _("業務からの公開を定めた"),
        "request_approval": _("業務からの公開の決裁を求めた"),
        "approve": _("業務からの公開が決裁された"),
        "return": _("業務からの公開の決裁が戻された"),
        "stop": _("業務からの公開の更新をやめた"),
        "stop_at_gate": _("業務からの公開が、個人情報の確認で止まった"),
    },
    "catalog.version": {
        "make": _("データの版を作った"),
        "override_gate": _("個人情報の確認を責任者が通した"),
        "request_publication": _("データの公開の決裁を求めた"),
        "approve": _("データの公開が決裁された"),
        "return": _("データの公開の決裁が戻された"),
        "publish": _("データを公開した"),
        "withdraw": _("公開したデータの版を取り下げた"),
        "drop": _("データの版を使わないことにした"),
    },
    "catalog.request": {
        "receive": _("データの要望を受け付けた"),
        "answer": _("データの要望に答えた"),
    },
    "catalog.feedback": {
        "receive": _("データへの意見を受け付けた"),
        "answer": _("データへの意見に答えた"),
    },
    "catalog.showcase": {
        "propose": _("データの活用事例を受け付けた"),
        "show": _("データの活用事例を載せた"),
        "hide": _("データの活用事例を載せないことにした"),
    },
}

for subject, verbs in ACTS.items():
    for verb, sentence in verbs.items():
        sentences.register(f"{subject}.{verb}", sentence)

"""What is done in this app, in words, for the audit log: one sentence for each code."""

from django.utils.translation import gettext_lazy as _

from kencho.audit import sentences

ACTS: dict[str, dict[str, sentences.Sentence]] = {
    "intake.batch": {
        "receive": _("スキャンを取り込んだ"),
        "refuse": _("スキャンを取り込めなかった"),
        "read": _("スキャンを読み終えた"),
        "name_procedure": _("スキャンの手続を決めた"),
        "erase_original": _("スキャンの原本を消した"),
    },
    "intake.page": {
        "read_again": _("ページをもう一度読ませた"),
        "set_aside": _("ページを除いた"),
        "move": _("ページをほかの一件に移した"),
        "enclose": _("ページを添付書類にした"),
        "erase": _("ページの画像を消した"),
    },
    "intake.sheet": {
        "accept_pages": _("ページの並びを確かめた"),
        "verify": _("読み取った項目を確認した"),
        "discard": _("読み取った一件を取り消した"),
        "register": _("紙の申請を登録した"),
        "hand_over": _("紙の申請を手入力に移した"),
        "erase": _("読み取った内容を消した"),
    },
    "intake.form_template": {
        "generate": _("様式の地図を作った"),
        "draw": _("様式の枠を描いた"),
        "change": _("様式の枠を直した"),
        "activate": _("様式を使い始めた"),
        "retire": _("様式の使用をやめた"),
    },
    "intake.paper_rule": {
        "set": _("紙の申請で二人で入力する項目を決めた"),
    },
    "intake.inlet": {
        "save": _("スキャンの取込み口を登録した"),
    },
    "intake.calibration": {
        "fit": _("確認の結果からしきい値を求めた"),
        "set": _("しきい値を定めた"),
    },
}

for subject, verbs in ACTS.items():
    for verb, sentence in verbs.items():
        sentences.register(f"{subject}.{verb}", sentence)

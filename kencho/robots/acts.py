"""What is done in this app, in words, for the audit log: one sentence for each code."""

from django.utils.translation import gettext_lazy as _

from kencho.audit import sentences

ACTS: dict[str, dict[str, sentences.Sentence]] = {
    "robots.target": {
        "register": _("ロボットの相手のシステムを登録した"),
        "change": _("ロボットの相手のシステムを変更した"),
        "stop": _("相手のシステムへのロボットをすべて止めた"),
        "resume": _("相手のシステムへのロボットを再開した"),
    },
    "robots.version": {
        "find": _("ロボットの新しい版を見つけた"),
        "request_approval": _("ロボットの版の承認を求めた"),
        "approve": _("ロボットの版が承認された"),
        "return": _("ロボットの版の承認が戻された"),
        "retire": _("ロボットの版の使用をやめた"),
    },
    "robots.robot": {
        "register": _("ロボットを登録した"),
        "change": _("ロボットの設定を変更した"),
        "use_version": _("ロボットの使う版を決めた"),
        "bind_reform": _("ロボットを業務の見直しに結び付けた"),
        "pause": _("ロボットを一時停止した"),
        "resume": _("ロボットの一時停止を解いた"),
    },
    "robots.run": {
        "start": _("ロボットの運転を始めた"),
        "stop": _("ロボットの運転を止めた"),
        "end": _("ロボットの運転が終わった"),
        "lose": _("途絶えたロボットの運転を閉じた"),
    },
    "robots.item": {
        "import": _("ロボットの入力を取り込んだ"),
        "done": _("ロボットが一件を登録した"),
        "retry": _("ロボットの一件をやり直しに戻した"),
        "set_aside": _("ロボットの一件を職員が引き取った"),
        "finish_by_hand": _("ロボットの一件を手で済ませた"),
        "note": _("ロボットの一件に書き込んだ"),
        "erase": _("保存期間の過ぎたロボットの入力を消した"),
    },
    "robots.difference": {"close": _("台帳の照合の差を解消した")},
}

for subject, verbs in ACTS.items():
    for verb, sentence in verbs.items():
        sentences.register(f"{subject}.{verb}", sentence)

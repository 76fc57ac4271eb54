"""What was done, in words: one sentence for each code of an act. A test fails when an act in the code has none."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.foundation.registry import Registry

Sentence = str | Promise
sentences: Registry[Sentence] = Registry("audit.sentences")


def register(code: str, sentence: Sentence) -> None:
    """Give an act its sentence; raises AlreadyRegistered."""
    sentences.register(code, sentence)


def of(code: str) -> str:
    """The sentence of an act; the code itself when it has none (an act of an older version)."""
    try:
        return str(sentences.get(code))
    except KeyError:
        return code


def codes() -> list[str]:
    """All acts that have a sentence."""
    return sorted(sentences.keys())


ACTS: dict[str, dict[str, Sentence]] = {
    "accounts.api_token": {
        "issue": _("APIの鍵を発行した"),
        "revoke": _("APIの鍵を無効にした"),
    },
    "accounts.user": {
        "add_factor": _("二つ目の本人確認の方法を加えた"),
        "change_email": _("メールアドレスを変えた"),
        "change_password": _("パスワードを変えた"),
        "change_provider": _("外部のサインインとのつながりを変えた"),
        "create": _("利用者を登録した"),
        "erase": _("利用者の登録を消した"),
        "remove_factor": _("二つ目の本人確認の方法を外した"),
        "sign_in": _("サインインした"),
        "sign_out": _("サインアウトした"),
        "update_profile": _("利用者の情報を変えた"),
    },
    "applications": {
        "export": _("申請の一覧を書き出した"),
        "import": _("申請の一覧を取り込んだ"),
    },
    "applications.application": {
        "accept": _("申請を受け付けた"),
        "amend": _("補正された申請を受け取った"),
        "answer_checklist": _("審査の確認項目に答えた"),
        "assign": _("申請の担当者を決めた"),
        "complete": _("申請の処理を終えた"),
        "decide": _("申請に対する処分を決めた"),
        "draft_decision": _("処分の案を作った"),
        "enter": _("窓口や紙の申請を職員が入力した"),
        "erase": _("保存期間が過ぎた申請の個人情報を消した"),
        "export": _("申請の一覧を書き出した"),
        "file_scan": _("申請に紙の原本を綴じた"),
        "import": _("ほかのシステムの申請を取り込んだ"),
        "issue": _("通知書を出した"),
        "refuse": _("申請を却下した"),
        "remark": _("申請にメモを書いた"),
        "request_amendment": _("補正を求めた"),
        "review": _("申請の審査を始めた"),
        "submit": _("申請が出された"),
        "submit_for_approval": _("処分の案を決裁に回した"),
        "take_back_from_approval": _("処分の案を決裁から戻した"),
        "transfer": _("申請をほかの所属へ移した"),
        "withdraw": _("申請が取り下げられた"),
    },
    "applications.draft": {"erase": _("保存期限が過ぎた下書きを消した")},
    "applications.hold": {
        "end": _("申請の消去の差止めを解いた"),
        "place": _("申請の消去を差し止めた"),
    },
    "applications.notice": {"fetch": _("通知書が受け取られた")},
    "approvals.absence": {
        "end": _("不在の登録を終えた"),
        "register": _("不在を登録した"),
    },
    "approvals.matter": {"save": _("決裁の事案の種類を保存した")},
    "approvals.request": {
        "approve": _("決裁案件を承認した"),
        "erase": _("保存期間が過ぎた決裁案件の文書を消した"),
        "decide": _("決裁した"),
        "discard": _("決裁案件を廃案にした"),
        "pull_back": _("決裁案件を引き戻した"),
        "remark": _("決裁案件にコメントした"),
        "request": _("起案して決裁に回した"),
        "review": _("代決された案件を後閲した"),
        "send_back": _("決裁案件を差し戻した"),
        "take_back": _("承認を取り消した"),
    },
    "approvals.route": {"save": _("回付経路を保存した")},
    "approvals.rule": {
        "end": _("専決の定めを終えた"),
        "set": _("専決の定めを置いた"),
    },
    "audit.log": {
        "export": _("監査記録を書き出した"),
        "verify": _("監査記録に書き換えがないか確かめた"),
    },
    "files.upload": {
        "erase": _("預かったファイルを消した"),
        "hand_in": _("Kenchoが作った書類を綴じた"),
        "quarantine": _("ファイルを預かった"),
        "rebuild": _("預かったファイルを無害化した"),
        "receive": _("ファイルを受け取って無害化した"),
    },
    "notifications.webhook": {
        "change": _("外部への通知先を変えた"),
        "create": _("外部への通知先を作った"),
        "ping": _("外部への通知先を試した"),
        "redeliver": _("外部への通知を送り直した"),
        "rotate": _("外部への通知先の鍵を替えた"),
        "start": _("外部への通知先を動かした"),
        "stop": _("外部への通知先を止めた"),
    },
    "organization.body": {
        "correct": _("団体の情報を直した"),
        "import_staff": _("職員の一覧を取り込んだ"),
        "load": _("組織の定めを読み込んだ"),
        "make_staff": _("見本の職員を作った"),
    },
    "organization.closed_day": {
        "remove": _("休みの日を外した"),
        "set": _("休みの日を決めた"),
    },
    "organization.role_assignment": {
        "grant": _("職員に役割を与えた"),
        "revoke": _("職員の役割を取り消した"),
    },
    "organization.staff_member": {
        "assign_concurrent": _("兼務を命じた"),
        "correct": _("職員の情報を直した"),
        "end_concurrent": _("兼務を解いた"),
        "hire": _("職員を登録した"),
        "open_account": _("職員の利用者登録をした"),
        "reassign": _("人事異動を登録した"),
        "retire": _("職員の退職を登録した"),
    },
    "organization.unit": {
        "begin": _("改組で新しい組織を始めた"),
        "correct": _("組織の情報を直した"),
        "create": _("組織を作った"),
        "end": _("組織を廃止した"),
    },
    "policy.drift": {"report": _("確定した実績値と、いまの行とのずれを見つけた")},
    "policy.indicator": {
        "create": _("目標項目を作った"),
        "define": _("目標項目の定義や数え方を決めた"),
        "edit": _("目標項目を直した"),
        "record_actual": _("実績値を記録した"),
        "set_baseline": _("現状値を決めた"),
        "set_target": _("目標値を決めた"),
    },
    "policy.node": {
        "assign_lead": _("施策などの主担当を決めた"),
        "create": _("政策体系に加えた"),
        "describe": _("めざす姿を書いた"),
        "edit": _("政策体系を直した"),
    },
    "policy.plan": {
        "create": _("計画を作った"),
        "edit": _("計画を直した"),
    },
    "policy.revision": {
        "open": _("施策評価シートの版を作った"),
        "publish": _("施策評価シートを公表した"),
        "submit": _("施策評価シートを決裁に回した"),
        "take_back": _("施策評価シートを決裁から戻した"),
    },
    "policy.sheet": {
        "comment": _("外部有識者の所見や対応を記録した"),
        "judge": _("進展度を判断した"),
        "write": _("施策評価シートの行を書いた"),
    },
    "policy.snapshot": {"take": _("実績の集計と、もとの行を記録した")},
    "procedures.procedure": {"create": _("手続を作った")},
    "procedures.version": {
        "begin": _("手続の新しい版を作り始めた"),
        "discard": _("手続の作りかけの版を捨てた"),
        "publish": _("手続の版を公開した"),
        "reopen": _("手続の版をもう一度直せるようにした"),
        "save": _("手続の版を保存した"),
        "submit": _("手続の版を公開の確認に回した"),
    },
    "records.classification": {"load": _("文書分類を読み込んだ")},
    "records.record": {
        "erase_file": _("保存期間が過ぎた文書のファイルを消した"),
        "issued": _("文書を施行した"),
        "received": _("文書を収受した"),
    },
    "records.seal": {"use": _("電子公印を押した")},
}

for subject, verbs in ACTS.items():
    for verb, sentence in verbs.items():
        register(f"{subject}.{verb}", sentence)

"""The words of the vocabulary in Japanese, as they stand in lists to choose from."""

from django.utils.translation import gettext_lazy as _

TYPES = (
    ("text", _("1行の文字")),
    ("textarea", _("何行かの文字")),
    ("name", _("氏名とフリガナ")),
    ("organization_name", _("団体の名前")),
    ("date", _("日付")),
    ("birth_date", _("生年月日")),
    ("postal_address", _("住所")),
    ("telephone", _("電話番号")),
    ("email", _("メールアドレス")),
    ("legal_entity_number", _("法人番号")),
    ("money", _("金額")),
    ("integer", _("整数")),
    ("decimal", _("小数のある数")),
    ("choice", _("1つ選ぶ（並べる）")),
    ("select", _("1つ選ぶ（一覧から）")),
    ("choices", _("いくつか選ぶ")),
    ("yes_no", _("はい・いいえ")),
    ("consent", _("同意")),
    ("attachment", _("ファイルの添付")),
    ("group", _("繰り返し")),
    ("heading", _("見出し")),
    ("note", _("説明の文")),
    ("calculated", _("計算した値")),
)
PROCEDURE_TYPES = tuple((word, word) for word in ("申請", "届出", "請求", "申込", "報告"))
AUDIENCES = (("both", _("個人と事業者")), ("individual", _("個人")), ("business", _("事業者")))
IDENTITIES = (
    ("none", _("求めない")),
    ("email", _("メールアドレスの確認")),
    ("account", _("アカウントでのサインイン")),
    ("high", _("マイナンバーカードなどによる確認")),
)
COUNTS = (("business", _("開庁日で数える")), ("calendar", _("暦の日で数える")))
KINDS = tuple(
    (kind, kind.upper()) for kind in ("pdf", "jpeg", "png", "docx", "xlsx", "csv", "txt", "zip", "xml")
)
CODELISTS = (
    ("", _("使わない")),
    ("prefectures", _("都道府県")),
    ("mie_municipalities", _("三重県の市町")),
    ("months", _("月")),
    ("legal_entity_kinds", _("法人の種類")),
)
ROLES = (
    ("", _("なし")),
    ("applicant_name", _("申請者の氏名")),
    ("applicant_organization", _("申請者の団体名")),
    ("applicant_legal_entity_number", _("申請者の法人番号")),
    ("applicant_address", _("申請者の住所")),
    ("applicant_telephone", _("申請者の電話番号")),
    ("applicant_email", _("申請者のメールアドレス")),
    ("applicant_birth_date", _("申請者の生年月日")),
    ("agent_name", _("代理人の氏名")),
    ("agent_address", _("代理人の住所")),
    ("agent_telephone", _("代理人の電話番号")),
    ("agent_email", _("代理人のメールアドレス")),
    ("subject_title", _("申請の件名")),
    ("subject_place", _("対象の場所")),
    ("amount", _("金額")),
    ("event_on", _("行う日")),
)
ABOUT = (("", _("申請者のこと")), ("other", _("ほかの人のこと")))

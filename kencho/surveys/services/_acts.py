"""What was done, in words, for the audit log. There is no act of answering: nothing is recorded of it."""

from django.utils.translation import gettext_lazy as _

from kencho.audit import sentences

SENTENCES = {
    "surveys.program.create": _("職員アンケートを作った"),
    "surveys.questionnaire.begin": _("調査票の新しい版を作り始めた"),
    "surveys.questionnaire.save": _("調査票を保存した"),
    "surveys.cycle.create": _("職員アンケートの実施回を作った"),
    "surveys.cycle.approve": _("職員アンケートの実施を決めた"),
    "surveys.cycle.take_back": _("職員アンケートの実施を準備に戻した"),
    "surveys.cycle.open": _("職員アンケートの受付を始めた"),
    "surveys.cycle.remind": _("職員アンケートへの回答を所属全員に呼びかけた"),
    "surveys.cycle.close": _("職員アンケートを締め切り、封印して集計した"),
    "surveys.cycle.publish": _("職員アンケートの結果を公表した"),
    "surveys.cycle.destroy": _("職員アンケートの生の回答を廃棄した"),
    "surveys.text.review": _("職員アンケートの自由記述を確認した"),
}
for code, sentence in SENTENCES.items():
    sentences.register(code, sentence)

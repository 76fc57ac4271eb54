"""What is done in this app, in words, for the audit log: one sentence for each code."""

from django.utils.translation import gettext_lazy as _

from kencho.audit import sentences

ACTS: dict[str, dict[str, sentences.Sentence]] = {
    "reforms.reform_case": {"save": _("業務の見直しを登録した")},
    "reforms.baseline_study": {
        "record": _("基準の測定を登録した"),
        "add_samples": _("基準に測定した件を加えた"),
        "withdraw_sample": _("基準から測定した件を外した"),
        "withdraw": _("基準の測定を取り消した"),
    },
    "reforms.deduction": {
        "record": _("差し引く時間を登録した"),
        "withdraw": _("差し引く時間を取り消した"),
    },
}

for subject, verbs in ACTS.items():
    for verb, sentence in verbs.items():
        sentences.register(f"{subject}.{verb}", sentence)

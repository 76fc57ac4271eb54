"""Conditions of the audit log's page."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from kencho.audit import queries, sentences
from kencho.foundation.clock import JST
from kencho.organization.models import Body

RECENT = timedelta(days=31)
ALL: tuple[str, Any] = ("", _("すべて"))


class _Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def subject_kinds() -> list[tuple[str, Any]]:
    """Kinds of things that acts may be about, by their names in the office."""
    kinds = {code.rpartition(".")[0].partition(".")[0] for code in sentences.codes()}
    return sorted(
        (model._meta.label_lower, model._meta.verbose_name)  # noqa: SLF001  # Django's documented model API
        for config in apps.get_app_configs()
        if config.label in kinds
        for model in config.get_models()
    )


def acts() -> list[tuple[str, str]]:
    """Acts by their sentences."""
    return [(code, sentences.of(code)) for code in sentences.codes()]


class AuditFilter(forms.Form):
    """What to look for in the log."""

    subject = forms.CharField(
        label=_("対象の番号"), required=False, max_length=120, help_text=_("受付番号、文書番号、職員番号など")
    )
    subject_type = forms.ChoiceField(
        label=_("対象の種類"), required=False, choices=lambda: [ALL, *subject_kinds()]
    )
    actor = forms.CharField(
        label=_("行為者"), required=False, max_length=64, help_text=_("職員番号、または利用者の番号")
    )
    action = forms.ChoiceField(label=_("行為"), required=False, choices=lambda: [ALL, *acts()])
    since = _Day(label=_("この日から"), required=False)
    until = _Day(label=_("この日まで"), required=False)

    @property
    def active_count(self) -> int:
        """How many conditions are set."""
        return sum(bool(self.data.get(name)) for name in self.fields)

    def conditions(self, body: Body, now: datetime) -> queries.Conditions:
        """The conditions; without subject, actor and period only what happened lately, because a log is long."""
        given = self.cleaned_data if self.is_valid() else {}
        since, until = given.get("since"), given.get("until")
        actor = given.get("actor", "").strip()
        is_open = not (given.get("subject") or actor or since or until)
        return queries.Conditions(
            subject=given.get("subject", "").strip(),
            subject_type=given.get("subject_type", ""),
            actors=(actor, f"{body.code}:{actor}") if actor else (),
            action=given.get("action", ""),
            since=datetime.combine(since, time.min, JST) if since else now - RECENT if is_open else None,
            until=datetime.combine(until + timedelta(days=1), time.min, JST) if until else None,
        )

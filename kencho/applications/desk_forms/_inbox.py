"""Conditions of the inbox, and what is done with what was ticked there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.applications.desk_forms._fields import (
    Colleague,
    Division,
    ProcedureChoice,
    colleagues_of,
    fill,
    procedures_of,
)
from kencho.applications.models import Status
from kencho.applications.queries import InboxFilter
from kencho.organization import queries as organization
from kencho.organization.models import RoleAssignment
from kencho.organization.queries import Desk

OPEN = "open"
ALL = "all"


class InboxForm(forms.Form):
    """What the inbox shows; everything may be left out, and what makes no sense is left out."""

    words = forms.CharField(label=_("受付番号・氏名"), required=False, max_length=60)
    procedure = ProcedureChoice(label=_("手続"), required=False, empty_label=_("すべて"))
    status = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[(OPEN, _("未完了")), (ALL, _("すべて")), *Status.choices],
    )
    assignee = forms.ChoiceField(label=_("担当者"), required=False)
    due = forms.ChoiceField(
        label=_("標準処理期間"),
        required=False,
        choices=[
            ("", _("すべて")),
            ("overdue", _("超過しているもの")),
            ("soon", _("超過とまもなく満了のもの")),
        ],
    )
    division = Division(label=_("所属"), required=False, empty_label=_("自分の所属"))

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "procedure", procedures_of(desk))
        people = [(each.number, each.name) for each in colleagues_of(desk)]
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("すべて")),
            ("me", _("わたし")),
            ("none", _("担当者なし")),
            *people,
        ]
        if desk.has_role(RoleAssignment.Role.AUDITOR):
            fill(self, "division", organization.divisions_on(desk.body, desk.day).select_related("parent"))
        else:
            del self.fields["division"]

    @property
    def wanted(self) -> InboxFilter:
        """The filter; a condition with an error does not narrow the list."""
        self.is_valid()
        given = self.cleaned_data
        procedure = given.get("procedure")
        status = given.get("status") or OPEN
        return InboxFilter(
            status="" if status == ALL else status,
            procedure_id=procedure.pk if procedure else None,
            assignee=given.get("assignee") or "",
            words=given.get("words") or "",
            due=given.get("due") or "",
        )

    @property
    def active_count(self) -> int:
        """How many conditions besides the tab are set."""
        return sum(
            bool(self.data.get(name)) for name in ("words", "procedure", "assignee", "due", "division")
        )


class BulkAssign(forms.Form):
    """Who is put in charge of all that was ticked."""

    staff = Colleague(label=_("担当者"), required=False, empty_label=_("担当者なし"))

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "staff", colleagues_of(desk))

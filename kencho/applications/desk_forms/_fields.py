"""Fields that several forms of the desk share."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet

from kencho.applications import queries
from kencho.organization import queries as organization
from kencho.organization.models import StaffMember, Unit
from kencho.organization.queries import Desk
from kencho.procedures.models import Procedure

if TYPE_CHECKING:
    StaffChoiceField = forms.ModelChoiceField[StaffMember]
    UnitChoiceField = forms.ModelChoiceField[Unit]
    ProcedureChoiceField = forms.ModelChoiceField[Procedure]
else:
    StaffChoiceField = UnitChoiceField = ProcedureChoiceField = forms.ModelChoiceField

MAX_COUNTED = 1000


class Words(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 3, max_length: int = 2000, **options: Any) -> None:
        super().__init__(
            strip=True, max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **options
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A count of the letters left would only distract where there is room for pages."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        if self.max_length and self.max_length > MAX_COUNTED:
            attrs.pop("maxlength", None)
        return attrs


class Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Colleague(StaffChoiceField):
    """Somebody who works in the desk's division; the value is the staff number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=StaffMember.objects.none(), to_field_name="number", **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.number}）"


class Division(UnitChoiceField):
    """Another division of the body; the value is its id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Unit.objects.none(), **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.parent.name}）" if obj.parent else str(obj.name)


class ProcedureChoice(ProcedureChoiceField):
    """A procedure in the charge of the desk's division; the value is its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Procedure.objects.none(), to_field_name="code", **options)


def colleagues_of(desk: Desk) -> QuerySet[StaffMember]:
    """Everybody who may be put in charge by this desk."""
    return organization.members_of(desk.division, desk.day).order_by("number")


def divisions_for(desk: Desk) -> QuerySet[Unit]:
    """Where this desk may hand an application over to."""
    return queries.divisions_for_transfer(desk).select_related("parent")


def fill(form: forms.Form, name: str, choices: QuerySet[Any]) -> None:
    """Give a field of the form its choices."""
    form.fields[name].queryset = choices  # type: ignore[attr-defined]  # a ModelChoiceField


def procedures_of(desk: Desk) -> QuerySet[Procedure]:
    """Procedures in the charge of the desk's division, those of its predecessors included."""
    division = desk.division
    return Procedure.objects.filter(
        Q(division=division) | Q(division__successor=division, division__valid_to__lte=desk.day),
        body=desk.body,
    ).order_by("title")

"""Browser input for the pages of the organisation."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body, ClosedDay, Post, RoleAssignment, StaffMember, Unit
from kencho.organization.queries import divisions_on, valid_on
from kencho.organization.services import NewUnit, UnitText

LARGEST_IMPORT = 5 * 1024 * 1024
MOST_NEW_UNITS = 8

if TYPE_CHECKING:
    _BodyForm = forms.ModelForm[Body]
    _StaffForm = forms.ModelForm[StaffMember]
    _ClosedDayForm = forms.ModelForm[ClosedDay]
    _UnitChoice = forms.ModelChoiceField[Unit]
else:
    _BodyForm = _StaffForm = _ClosedDayForm = forms.ModelForm
    _UnitChoice = forms.ModelChoiceField


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs or None, format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=DayInput(), **more)


class DaySwitch(forms.Form):
    """As of which day a page is shown."""

    on = day_field(_("基準日"))


class StaffSearch(forms.Form):
    """Conditions of the list of staff."""

    q = forms.CharField(label=_("氏名・カナ・職員番号"), required=False, max_length=60)
    retired = forms.BooleanField(label=_("退職した職員も表示する"), required=False)


class BodyForm(_BodyForm):
    """Entries of a body."""

    class Meta:
        model = Body
        fields = [
            "name",
            "kana",
            "name_en",
            "postal_code",
            "address",
            "office",
            "head_title",
            "accepts_online",
        ]


class UnitAdd(forms.Form):
    """A new unit."""

    on = day_field(_("新設する日"))
    level = forms.ChoiceField(label=_("階層"), choices=())
    parent = forms.ModelChoiceField(label=_("上位の組織"), queryset=Unit.objects.none(), required=False)
    code = forms.CharField(label=_("組織コード"), max_length=20)
    name = forms.CharField(label=_("名称"), max_length=60)
    kana = forms.CharField(label=_("名称カナ"), max_length=100, required=False)
    name_en = forms.CharField(label=_("英語名"), max_length=120, required=False)
    document_symbol = forms.CharField(label=_("文書記号"), max_length=10, required=False)

    def __init__(self, *args: Any, body: Body, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["level"] = forms.ChoiceField(label=_("階層"), choices=Unit.Level.choices)
        parents = Unit.objects.filter(valid_on(day), body=body).exclude(
            level__in=[Unit.Level.SECTION, Unit.Level.EXECUTIVE]
        )
        self.fields["parent"] = UnitChoice(label=_("上位の組織"), queryset=parents, required=False)

    def new_unit(self) -> NewUnit:
        """The typed value for the service."""
        return NewUnit(**{key: value for key, value in self.cleaned_data.items() if key != "on"})


class UnitChoice(_UnitChoice):
    """Units with their codes, because names repeat."""

    def label_from_instance(self, obj: Unit) -> str:
        """Code and name."""
        return f"{obj.code} {obj.name}"


class UnitCorrection(forms.Form):
    """What is corrected without a change of name."""

    kana = forms.CharField(label=_("名称カナ"), max_length=100, required=False)
    name_en = forms.CharField(label=_("英語名"), max_length=120, required=False)
    form = forms.CharField(
        label=_("形態"), help_text=_("課、室、地域機関など"), max_length=20, required=False
    )
    document_symbol = forms.CharField(label=_("文書記号"), max_length=10, required=False)
    telephone = forms.CharField(label=_("電話番号"), max_length=15, required=False)
    email = forms.EmailField(label=_("メールアドレス"), required=False)

    def text(self) -> UnitText:
        """The typed value for the service."""
        return UnitText(**self.cleaned_data)


class UnitRename(forms.Form):
    """A new name or a new place in the organisation, from a day on."""

    on = day_field(
        _("変わる日"), help_text=_("この日から新しい名称になります。前の日までは元の名称のままです。")
    )
    name = forms.CharField(label=_("新しい名称"), max_length=60)
    kana = forms.CharField(label=_("名称カナ"), max_length=100, required=False)
    name_en = forms.CharField(label=_("英語名"), max_length=120, required=False)

    def __init__(self, *args: Any, unit: Unit, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        if unit.level == Unit.Level.DIVISION:
            departments = Unit.objects.filter(
                valid_on(day), body_id=unit.body_id, level=Unit.Level.DEPARTMENT
            )
            self.fields["parent"] = UnitChoice(
                label=_("部局"),
                queryset=departments,
                required=False,
                help_text=_("部局が変わるときだけ選びます。"),
            )


class UnitClose(forms.Form):
    """Closing, with who takes over."""

    on = day_field(_("廃止する日"), help_text=_("この日からなくなります。"))
    successor = UnitChoice(
        label=_("後継の組織"),
        queryset=Unit.objects.none(),
        help_text=_("職員、申請、文書は、廃止する日にこの組織へ移ります。"),
    )

    def __init__(self, *args: Any, unit: Unit, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        others = Unit.objects.filter(valid_on(day), body_id=unit.body_id, level=unit.level).exclude(
            pk=unit.pk
        )
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]  # a ModelChoiceField by its declaration


class ReorganisationStart(forms.Form):
    """Which divisions end, and how many begin."""

    on = day_field(_("組織が変わる日"))
    count = forms.IntegerField(
        label=_("新しくできる所属の数"), min_value=0, max_value=MOST_NEW_UNITS, initial=1
    )
    units = forms.ModelMultipleChoiceField(
        label=_("終わる所属"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, body: Body, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["units"].queryset = divisions_on(body, day).filter(valid_to__isnull=True)  # type: ignore[attr-defined]  # a ModelMultipleChoiceField by its declaration


class Reorganisation(forms.Form):
    """The new divisions, and who takes over from each ending one."""

    def __init__(
        self, *args: Any, body: Body, ending: Sequence[Unit], count: int, on: date, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.ending, self.count = list(ending), count
        departments = Unit.objects.filter(valid_on(on), body=body, level=Unit.Level.DEPARTMENT)
        for number in range(1, count + 1):
            self._add_new(number, departments)
        for unit in self.ending:
            self.fields[f"heir_{unit.pk}"] = forms.CharField(
                label=_("%(name)s の後継の組織コード") % {"name": unit.name},
                max_length=20,
                help_text=_("上の新しい所属か、今ある組織のコード"),
            )

    def _add_new(self, number: int, departments: Any) -> None:
        label = {"n": number}
        self.fields[f"code_{number}"] = forms.CharField(
            label=_("新しい所属%(n)s：組織コード") % label, max_length=20
        )
        self.fields[f"name_{number}"] = forms.CharField(
            label=_("新しい所属%(n)s：名称") % label, max_length=60
        )
        self.fields[f"symbol_{number}"] = forms.CharField(
            label=_("新しい所属%(n)s：文書記号") % label, max_length=10, required=False
        )
        self.fields[f"parent_{number}"] = UnitChoice(
            label=_("新しい所属%(n)s：部局") % label, queryset=departments, required=False
        )

    def beginning(self) -> list[NewUnit]:
        """The new divisions."""
        data = self.cleaned_data
        return [
            NewUnit(
                data[f"code_{n}"],
                data[f"name_{n}"],
                parent=data[f"parent_{n}"],
                document_symbol=data[f"symbol_{n}"],
            )
            for n in range(1, self.count + 1)
        ]

    def successors(self) -> dict[str, str]:
        """Code of the ending division → code of its successor."""
        return {unit.code: self.cleaned_data[f"heir_{unit.pk}"] for unit in self.ending}


class StaffCorrection(_StaffForm):
    """Entries of the register."""

    class Meta:
        model = StaffMember
        fields = ["name", "kana", "email"]


class PlaceForm(forms.Form):
    """A unit and a post from a day on."""

    on = day_field(_("発令日"))

    def __init__(self, *args: Any, body: Body, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"] = UnitChoice(
            label=_("組織"), queryset=Unit.objects.filter(valid_on(day), body=body).order_by("code")
        )
        self.fields["post"] = forms.ModelChoiceField(label=_("職"), queryset=Post.objects.filter(body=body))


class HireForm(PlaceForm):
    """A new staff member."""

    number = forms.CharField(label=_("職員番号"), max_length=12)
    name = forms.CharField(label=_("氏名"), max_length=60)
    kana = forms.CharField(label=_("氏名カナ"), max_length=80, required=False)
    email = forms.EmailField(label=_("メールアドレス"), required=False)
    field_order = ["number", "name", "kana", "email", "on", "unit", "post"]


class ConcurrentForm(PlaceForm):
    """A further post for a period."""

    until = day_field(_("終わる日（この日を含まない）"), required=False)
    field_order = ["unit", "post", "on", "until"]


class DayForm(forms.Form):
    """Only a day."""

    on = day_field(_("日付"), help_text=_("この日から効力がなくなります。"))


class RoleForm(forms.Form):
    """A power for a period."""

    role = forms.ChoiceField(label=_("役割"), choices=RoleAssignment.Role.choices)
    on = day_field(_("始まる日"))
    until = day_field(_("終わる日（この日を含まない）"), required=False)


class ClosedDayForm(_ClosedDayForm):
    """A day against the general rule."""

    class Meta:
        model = ClosedDay
        fields = ["day", "name", "is_open"]
        widgets = {"day": DayInput()}


class StaffImport(forms.Form):
    """The table of staff and the day from which it holds."""

    on = day_field(_("発令日"), help_text=_("この日の名簿になるように、違いだけを反映します。"))
    file = forms.FileField(
        label=_("名簿のファイル"), help_text=_("CSV（UTF-8 か Shift_JIS）または Excel（xlsx）")
    )

    def clean_file(self) -> Any:
        """No larger than 5 MB: ten thousand people need less than one."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_IMPORT:
            raise forms.ValidationError(_("ファイルが大きすぎます（5MBまで）。"))
        return file


class StaffImportApply(forms.Form):
    """The table again, with the digest of the differences that were shown."""

    on = forms.DateField(widget=forms.HiddenInput)
    table = forms.CharField(widget=forms.HiddenInput, max_length=LARGEST_IMPORT)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class PostSwitch(forms.Form):
    """In which of several posts one acts."""

    assignment = forms.ChoiceField(label=_("職"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["assignment"].choices = list(choices)  # type: ignore[attr-defined]  # a ChoiceField by its declaration

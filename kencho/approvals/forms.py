"""Browser input → typed values, one form for one service."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.approvals import queries
from kencho.approvals.models import Matter, Place, StepRole
from kencho.organization.models import Post, StaffMember
from kencho.organization.queries import Desk

MAX_COMMENT = 2000
if TYPE_CHECKING:
    StaffChoiceField = forms.ModelChoiceField[StaffMember]
else:
    StaffChoiceField = forms.ModelChoiceField


class _Words(forms.CharField):
    """Several lines of text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            strip=True, max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 3}), **options
        )


class _Day(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Approve(forms.Form):
    """For ``services.approve``; the digest says which document was on the screen."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    comment = _Words(label=_("意見"), required=False, help_text=_("起案者とほかの確認者に見えます。"))


class SendBack(forms.Form):
    """For ``services.send_back``."""

    reason = _Words(
        label=_("差し戻す理由"), help_text=_("起案者が直せるように、直してほしいところを書いてください。")
    )


class NewRemark(forms.Form):
    """For ``services.remark``."""

    text = _Words(label=_("コメント"), help_text=_("案件の進み方は変わりません。"))


class PullBack(forms.Form):
    """For ``services.pull_back``."""

    reason = _Words(label=_("引き戻す理由"), required=False)


class Resubmit(forms.Form):
    """For ``services.resubmit`` without a changed document."""

    note = _Words(label=_("確認者への説明"), required=False, help_text=_("直したところ、質問への答えなど。"))


class Discard(forms.Form):
    """For ``services.discard``."""

    reason = _Words(label=_("廃案にする理由"))


class InboxFilter(forms.Form):
    """Conditions of the inbox."""

    box = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(label=_("件名"), required=False, max_length=100)
    matter = forms.ModelChoiceField(
        label=_("事案の種類"),
        queryset=Matter.objects.none(),
        required=False,
        empty_label=_("すべて"),
        to_field_name="code",
    )

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = queries.matters_of(desk.body)  # type: ignore[attr-defined]  # a ModelChoiceField


class _StaffChoice(StaffChoiceField):
    """Choose a colleague by name; the value is the staff number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=StaffMember.objects.none(), to_field_name="number", **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.number}）"


class NewAbsence(forms.Form):
    """For ``services.register_absence``."""

    staff = _StaffChoice(label=_("不在の人"), empty_label=None)
    first_day = _Day(label=_("最初の日"))
    last_day = _Day(label=_("最後の日"), help_text=_("この日も不在に含みます。"))
    deputy = _StaffChoice(
        label=_("代理する人"),
        required=False,
        empty_label=_("決めない"),
        help_text=_(
            "不在の間、回ってきた案件をすべて代わりに確認します。決めないときは、専決の定めによる代決だけができます。"
        ),
    )
    reason = forms.CharField(label=_("理由"), required=False, max_length=100, help_text=_("例：出張、休暇"))

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_enter, colleagues, by_number = queries.absence_choices(desk)
        for name, choices in (("staff", may_enter), ("deputy", colleagues)):
            self.fields[name].queryset = choices  # type: ignore[attr-defined]  # a ModelChoiceField
            if by_number:
                # The whole body would make a list of thousands.
                self.fields[name].widget = forms.TextInput(attrs={"placeholder": _("職員番号")})
        self.fields["staff"].initial = desk.staff.number


class RouteBasics(forms.Form):
    """For ``services.save_route``: all but the steps."""

    code = forms.SlugField(
        label=_("コード"), max_length=40, help_text=_("半角の英小文字、数字、_ だけ。後から変えられません。")
    )
    name = forms.CharField(label=_("名称"), max_length=60)
    matter = forms.ModelChoiceField(
        label=_("事案の種類"), queryset=Matter.objects.none(), to_field_name="code"
    )
    is_default = forms.BooleanField(label=_("この種類の標準の経路にする"), required=False)
    is_active = forms.BooleanField(label=_("この経路を使う"), required=False, initial=True)

    def __init__(self, desk: Desk, *args: Any, existing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = queries.matters_of(desk.body)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["code"].disabled = existing


class RouteStepRow(forms.Form):
    """One step of a route."""

    order = forms.IntegerField(label=_("順番"), min_value=1, max_value=50)
    role = forms.ChoiceField(label=_("役割"), choices=StepRole.choices)
    post = forms.ModelChoiceField(
        label=_("職"),
        queryset=Post.objects.none(),
        required=False,
        empty_label=_("専決の定めによる"),
        to_field_name="code",
    )
    place = forms.ChoiceField(label=_("場所"), choices=Place.choices, required=False)
    unit_code = forms.CharField(label=_("組織コード"), required=False, max_length=20)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = Post.objects.filter(body=desk.body)  # type: ignore[attr-defined]  # a ModelChoiceField


RouteSteps = forms.formset_factory(RouteStepRow, extra=2, can_delete=True, max_num=30, validate_max=True)


class NewRule(forms.Form):
    """For ``services.set_rule``."""

    matter = forms.ModelChoiceField(
        label=_("事案の種類"), queryset=Matter.objects.none(), to_field_name="code"
    )
    over_yen = forms.IntegerField(label=_("この額（円）を超える"), required=False, min_value=0)
    up_to_yen = forms.IntegerField(
        label=_("この額（円）以下"),
        required=False,
        min_value=0,
        help_text=_("金額で分けないときは、どちらも空けておきます。"),
    )
    post = forms.ModelChoiceField(label=_("決裁する職"), queryset=Post.objects.none(), to_field_name="code")
    substitutes = forms.ModelMultipleChoiceField(
        label=_("不在のとき代決できる職"),
        queryset=Post.objects.none(),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("上の職から順に代決します。"),
    )
    deferred_review = forms.BooleanField(label=_("代決の後に後閲する"), required=False)
    allows_own_draft = forms.BooleanField(label=_("自分の起案を決裁できる"), required=False)
    division_codes = forms.CharField(
        label=_("限定する所属のコード"),
        required=False,
        max_length=200,
        help_text=_("いくつかあるときは空白で区切ります。空けておくと、すべての所属に当てはまります。"),
    )
    basis = forms.CharField(
        label=_("根拠"), required=False, max_length=100, help_text=_("例：事務決裁規程第5条")
    )
    valid_from = _Day(label=_("有効開始日"))

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(body=desk.body)
        self.fields["matter"].queryset = queries.matters_of(desk.body)  # type: ignore[attr-defined]  # a ModelChoiceField
        for name in ("post", "substitutes"):
            self.fields[name].queryset = posts  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_division_codes(self) -> list[str]:
        """Codes divided by blanks."""
        return str(self.cleaned_data["division_codes"]).split()


class EndRule(forms.Form):
    """For ``services.end_rule``."""

    on = _Day(label=_("効力をなくす日"), help_text=_("この日から当てはまらなくなります。"))

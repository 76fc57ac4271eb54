"""Browser input → typed values, one form for one service; and the pages of a questionnaire."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear, FiscalYearError
from kencho.surveys.definition import MAX_TEXT, Condition, Definition, Kind, Option, Question
from kencho.surveys.models import TextState
from kencho.surveys.models._cycles import SMALLEST_K
from kencho.surveys.services import CycleTerms

LARGEST_FILE = 200_000
MOST_OPTIONS = 12


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs or None, format="%Y-%m-%d")


class AnswerPage(forms.Form):
    """One page of a questionnaire, made from its questions."""

    def __init__(self, questions: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.code] = _field(question)


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.text,
        "help_text": question.hint,
        "required": question.required,
    }
    if question.is_text:
        return forms.CharField(
            max_length=question.max_length, widget=forms.Textarea(attrs={"rows": 4}), **common
        )
    choices = [(option.code, option.label) for option in question.options]
    wrong = {"required": _("選んでください。"), "invalid_choice": _("選択肢から選んでください。")}
    if question.kind == Kind.MULTI:
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=wrong, **common
        )
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=wrong, **common)


class ReceiptCheck(forms.Form):
    """Looking for one's own ballot among those counted."""

    code = forms.CharField(
        label=_("控えの番号"),
        max_length=40,
        help_text=_("回答した後に表示された、4文字ずつ4組の番号です。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input--medium"}),
    )


class NewProgram(forms.Form):
    """For ``services.create_program``."""

    code = forms.SlugField(
        label=_("コード"), max_length=60, help_text=_("半角の英小文字、数字、- だけ。後から変えられません。")
    )
    name = forms.CharField(label=_("名称"), max_length=80)
    purpose = forms.CharField(
        label=_("目的"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class QuestionnaireHead(forms.Form):
    """The words at the beginning of a questionnaire."""

    title = forms.CharField(label=_("題名"), max_length=100)
    intro = forms.CharField(
        label=_("はじめの説明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class QuestionnaireFile(forms.Form):
    """A questionnaire as a YAML file."""

    file = forms.FileField(label=_("YAMLファイル"), max_length=200)

    def clean_file(self) -> str:
        """The text of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("ファイルが大きすぎます。"))
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise forms.ValidationError(_("文字コードをUTF-8にしてください。")) from wrong
        return text


class QuestionForm(forms.Form):
    """One question; its options stand beside it in ``OptionRows``."""

    code = forms.CharField(
        label=_("コード"),
        max_length=40,
        help_text=_("英小文字で始め、英小文字・数字・_ だけ。年をまたいで比べるときは、同じコードにします。"),
    )
    kind = forms.ChoiceField(label=_("種類"), choices=Kind.choices)
    text = forms.CharField(label=_("設問の文"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    hint = forms.CharField(label=_("説明"), max_length=400, required=False)
    page = forms.IntegerField(label=_("ページ"), min_value=1, max_value=12, initial=1)
    required = forms.BooleanField(label=_("必ず答えてもらう"), required=False, initial=True)
    when_question = forms.ChoiceField(
        label=_("表示する条件の設問"),
        required=False,
        help_text=_("前のページの設問で、決まった答えを選んだ人にだけ尋ねるとき。"),
    )
    when_any_of = forms.CharField(
        label=_("その設問の選択肢のコード"),
        required=False,
        max_length=200,
        help_text=_("コンマで区切ります。"),
    )
    max_length = forms.IntegerField(
        label=_("自由記述の長さ（文字）"), min_value=1, max_value=MAX_TEXT, initial=MAX_TEXT
    )

    def __init__(self, others: Iterable[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", str(_("いつも表示する")))]
        choices += [(each.code, each.text) for each in others if not each.is_text]
        self.fields["when_question"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def question(self, options: Sequence[Mapping[str, Any]]) -> Question:
        """The question that was entered."""
        data = self.cleaned_data
        given = [row for row in options if row.get("label")]
        is_text = data["kind"] == Kind.TEXT
        named = [
            Option(row.get("code") or f"option_{number}", row["label"])
            for number, row in enumerate(given, start=1)
        ]
        when = None
        if data["when_question"]:
            codes = tuple(word.strip() for word in data["when_any_of"].replace("、", ",").split(","))
            when = Condition(data["when_question"], tuple(code for code in codes if code))
        return Question(
            code=data["code"],
            kind=Kind(data["kind"]),
            text=data["text"],
            hint=data["hint"],
            page=data["page"],
            required=data["required"],
            options=() if is_text else tuple(named),
            positive=()
            if is_text
            else tuple(option.code for option, row in zip(named, given, strict=True) if row.get("positive")),
            when=when,
            max_length=data["max_length"],
        )

    @staticmethod
    def initial_of(question: Question) -> dict[str, Any]:
        """The entries for a question that exists."""
        return {
            "code": question.code,
            "kind": question.kind,
            "text": question.text,
            "hint": question.hint,
            "page": question.page,
            "required": question.required,
            "when_question": question.when.question if question.when else "",
            "when_any_of": ", ".join(question.when.any_of) if question.when else "",
            "max_length": question.max_length,
        }


class OptionRow(forms.Form):
    """One option of a question."""

    label = forms.CharField(label=_("選択肢"), max_length=100, required=False)
    code = forms.CharField(label=_("コード"), max_length=40, required=False)
    positive = forms.BooleanField(label=_("肯定的"), required=False)


OptionRows = forms.formset_factory(OptionRow, extra=4, max_num=MOST_OPTIONS, absolute_max=MOST_OPTIONS)


class NewCycle(forms.Form):
    """For ``services.create_cycle``."""

    year = forms.CharField(label=_("年度"), max_length=20, help_text=_("例：令和8年度"))
    title = forms.CharField(label=_("題名"), max_length=100)
    version = forms.TypedChoiceField(label=_("調査票"), coerce=int)
    opens_on = forms.DateField(
        label=_("受付開始"),
        widget=DayInput(),
        help_text=_("この日の9時に始まります。この日の配置で対象者が決まります。"),
    )
    closes_on = forms.DateField(
        label=_("受付締切"), widget=DayInput(), help_text=_("この日の17時に締め切ります。")
    )
    is_official = forms.BooleanField(
        label=_("年度の正式な回にする"),
        required=False,
        initial=True,
        help_text=_("政策の指標のもとになります。年度に一つだけです。"),
    )
    k = forms.IntegerField(
        label=_("公表する最小の人数"),
        min_value=SMALLEST_K,
        max_value=100,
        initial=5,
        help_text=_("これより少ない人数は、どの集計にも出ません。開始した後は変えられません。"),
    )
    k_text = forms.IntegerField(
        label=_("自由記述を公表する最小の件数"), min_value=SMALLEST_K, max_value=100, initial=10
    )
    days_kept = forms.IntegerField(
        label=_("締切後に生の回答を残す日数"), min_value=0, max_value=400, initial=90
    )
    cuts = forms.MultipleChoiceField(
        label=_("クロス集計"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("この設問の答えで分けた集計も作ります。後から加えることはできません。"),
    )

    def __init__(
        self, versions: Sequence[tuple[int, str]], questions: Sequence[Question], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["cuts"].choices = [(each.code, each.text) for each in questions]  # type: ignore[attr-defined]  # as above

    def clean_year(self) -> FiscalYear:
        """The fiscal year."""
        try:
            return FiscalYear.parse(self.cleaned_data["year"])
        except FiscalYearError as wrong:
            raise forms.ValidationError(wrong.message) from wrong

    @property
    def terms(self) -> CycleTerms:
        """What was entered."""
        data = self.cleaned_data
        return CycleTerms(
            fiscal_year=data["year"],
            title=data["title"],
            opens_at=datetime.combine(data["opens_on"], time(9), clock.JST),
            closes_at=datetime.combine(data["closes_on"], time(17), clock.JST),
            is_official=data["is_official"],
            k=data["k"],
            k_text=data["k_text"],
            days_kept=data["days_kept"],
            cuts=tuple(data["cuts"]),
        )


class Remind(forms.Form):
    """For ``services.remind``."""

    below = forms.IntegerField(
        label=_("回答率がこれに満たない所属に呼びかける（％）"), min_value=1, max_value=100, initial=60
    )


class ReviewText(forms.Form):
    """For ``services.review_text``."""

    text = forms.UUIDField(widget=forms.HiddenInput)
    wording = forms.CharField(
        label=_("公表する文"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("人や所属が分かる言葉は、〇〇などに置きかえてください。"),
    )
    state = forms.ChoiceField(choices=[(s.value, s.label) for s in TextState if s != TextState.WAITING])


def cut_questions(definition: Definition) -> list[Question]:
    """Questions whose answers divide people into groups."""
    return [each for each in definition.closed if each.kind in (Kind.SINGLE, Kind.SCALE)]

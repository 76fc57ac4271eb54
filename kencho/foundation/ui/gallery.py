"""Sample values for the gallery of all components in all states, which the accessibility tests walk through."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from kencho.foundation import ui

_AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
# Typed loosely: a label stays lazy, so that it follows the language of the reader.
_DATE: dict[str, Any] = {"type": "date", "aria-label": _("日付")}
_TIME: dict[str, Any] = {"type": "time", "aria-label": _("時刻")}
_STEP_NAMES = (_("手続の確認"), _("申請者"), _("添付書類"), _("内容の確認"), _("送信"))


class SampleForm(forms.Form):
    """Every kind of input that Django draws."""

    name = forms.CharField(label=_("氏名"), help_text=_("姓と名の間に空白を入れてください。"), max_length=60)
    email = forms.EmailField(label=_("メールアドレス"), required=False)
    postal_code = forms.CharField(
        label=_("郵便番号"),
        widget=forms.TextInput(attrs={"class": "input--short", "autocomplete": "postal-code"}),
    )
    born_on = forms.DateField(label=_("生年月日"), widget=forms.DateInput(attrs={"type": "date"}))
    count = forms.IntegerField(label=_("人数"), min_value=1, max_value=99)
    city = forms.ChoiceField(
        label=_("市町"), choices=[("", _("選んでください")), ("24201", _("津市")), ("24202", _("四日市市"))]
    )
    reply = forms.ChoiceField(
        label=_("通知の受け取り方"),
        help_text=_("許可の通知をどのように受け取るかを選びます。"),
        choices=[("online", _("オンライン")), ("post", _("郵送")), ("counter", _("窓口"))],
        widget=forms.RadioSelect,
    )
    documents = forms.MultipleChoiceField(
        label=_("添付する書類"),
        required=False,
        choices=[("map", _("位置図")), ("plan", _("平面図")), ("photo", _("写真"))],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_("申請の理由"), widget=forms.Textarea(attrs={"rows": 4}), max_length=400)
    photo = forms.FileField(
        label=_("現場の写真"),
        required=False,
        help_text=_("JPEGまたはPDF、10MBまで"),
        widget=forms.ClearableFileInput(
            attrs={"data-max-bytes": "10485760", "accept": "image/jpeg,application/pdf"}
        ),
    )
    from_at = forms.SplitDateTimeField(
        label=_("使用を始める日時"),
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_attrs=_DATE,
            time_attrs=_TIME,
        ),
    )
    fixed = forms.CharField(
        label=_("手続の名前"), initial=_("道路占用許可申請"), disabled=True, required=False
    )
    agree = forms.BooleanField(label=_("記載した内容に間違いがないことを確認しました"))


class FilterForm(forms.Form):
    """Conditions of a list."""

    words = forms.CharField(label=_("ことば"), required=False)
    state = forms.ChoiceField(
        label=_("状態"), required=False, choices=[("", _("すべて")), ("in_review", _("審査中"))]
    )


def samples() -> dict[str, Any]:
    """One value for each component and state."""
    waiting = ui.Status(_("補正待ち"), ui.Kind.WARNING)
    return {
        "form": SimpleLazyObject(lambda: SampleForm(prefix="empty")),
        "wrong_form": SimpleLazyObject(lambda: SampleForm({"wrong-count": "200"}, prefix="wrong")),
        "filter_form": FilterForm(prefix="filter"),
        "statuses": [
            ui.Status(_("下書き")),
            ui.Status(_("審査中"), ui.Kind.INFO),
            ui.Status(_("許可"), ui.Kind.SUCCESS),
            waiting,
            ui.Status(_("期限超過"), ui.Kind.DANGER),
        ],
        "steps": ui.Steps(
            [ui.Step(name, url="#steps" if at < 2 else "") for at, name in enumerate(_STEP_NAMES)], 3
        ),
        "facts": [
            ui.Fact(_("受付番号"), "R8-000123"),
            ui.Fact(_("申請者"), _("三重 花子"), change_url="#facts"),
            ui.Fact(_("状態"), status=waiting),
            ui.Fact(_("備考")),
        ],
        "table": _table(waiting),
        "pager": ui.Pager(previous_url="#table", next_url="#table", shown=50, total=12345),
        "last_pager": ui.Pager(previous_url="#table", shown=12),
        "tabs": [
            ui.Tab(_("未着手"), "#table", count=12, current=True),
            ui.Tab(_("審査中"), "#table", count=38),
            ui.Tab(_("完了"), "#table"),
        ],
        "timeline": [
            ui.TimelineEntry(_("申請が届きました"), _AT, _("三重 花子"), kind=ui.Kind.INFO),
            ui.TimelineEntry(
                _("補正を求めました"), _AT, _("道路管理課"), _("位置図が読めません。"), ui.Kind.WARNING
            ),
            ui.TimelineEntry(_("許可しました"), _AT, _("道路管理課長"), kind=ui.Kind.SUCCESS),
            ui.TimelineEntry(_("通知書を発行します")),
        ],
        "checklist": [
            ui.ChecklistItem(_("申請者の本人確認"), ui.CheckState.DONE, _("マイナンバーカードの署名を確認")),
            ui.ChecklistItem(
                _("位置図"), ui.CheckState.PROBLEM, _("縮尺が書かれていません"), url="#checklist"
            ),
            ui.ChecklistItem(_("占用料の計算")),
        ],
        "files": [
            ui.FileItem(
                _("位置図.pdf"), "#review", 482_113, status=ui.Status(_("検査済み"), ui.Kind.SUCCESS)
            ),
            ui.FileItem(_("現場写真.jpg"), "#review", 2_911_004, _("4月1日に差し替え"), is_image=True),
            ui.FileItem(_("見取図.xlsx"), "", 18_220, status=ui.Status(_("検査中"), ui.Kind.INFO)),
        ],
        "stats": [
            ui.Stat(_("今日届いた申請"), 24, _("件"), _("昨日より3件多い"), url="#stats"),
            ui.Stat(_("期限を過ぎた申請"), 2, _("件"), kind=ui.Kind.DANGER),
            ui.Stat(_("期限内に処理した割合"), "98.4", "%", _("目標 95%"), kind=ui.Kind.SUCCESS),
        ],
        "progress": ui.Progress(
            _("通知書の作成"), 128, 300, _("128件目を作成しています"), refresh_url="#progress"
        ),
        "unknown_progress": ui.Progress(
            _("ファイルの検査"), 0, None, _("順番を待っています"), refresh_url="#progress"
        ),
        "finished_progress": ui.Progress(_("CSVの書き出し"), 300, 300, _("終わりました"), finished=True),
    }


def _table(waiting: ui.Status) -> ui.Table:
    return ui.Table(
        caption=_("未処理の申請"),
        columns=[
            ui.Column(_("受付番号"), sort_url="#table", sorted="descending"),
            ui.Column(_("手続"), sort_url="#table"),
            ui.Column(_("状態")),
            ui.Column(_("受付日")),
            ui.Column(_("残り日数"), number=True),
        ],
        rows=[
            ui.Row(
                [
                    ui.Cell("R8-000123", url="#table"),
                    ui.Cell(_("道路占用許可申請")),
                    ui.Cell(status=waiting),
                    ui.Cell(_("令和8年4月1日"), datetime="2026-04-01"),
                    ui.Cell(3),
                ],
                attention=True,
            ),
            ui.Row(
                [
                    ui.Cell("R8-000122", url="#table"),
                    ui.Cell(_("屋外広告物許可申請（更新）")),
                    ui.Cell(status=ui.Status(_("審査中"), ui.Kind.INFO)),
                    ui.Cell(_("令和8年3月31日"), datetime="2026-03-31"),
                    ui.Cell(12),
                ]
            ),
        ],
    )

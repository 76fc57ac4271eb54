"""Browser input → typed values, one form for one service."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.foundation.csvfile import Limits
from kencho.organization.models import Unit
from kencho.robots.models import Robot, RobotItem, RobotVersion, Target

MOST_BYTES = Limits().max_bytes
Choices = Iterable[tuple[str, Any]]


class TargetEntry(forms.Form):
    """For ``services.register_target`` and ``services.change_target``; the code of one that exists stays."""

    code = forms.SlugField(
        label=_("コード"),
        max_length=60,
        help_text=_("半角の英小文字と数字とハイフン。あとから変えられません。"),
    )
    name = forms.CharField(label=_("名称"), max_length=120)
    base_url = forms.URLField(
        label=_("入口のURL"),
        max_length=300,
        assume_scheme="https",
        help_text=_("ロボットはこの相手のほかへはつながりません。"),
    )
    is_real = forms.BooleanField(
        label=_("本番のシステム"),
        required=False,
        initial=True,
        help_text=_("本番には、承認された版のロボットだけが入力できます。"),
    )
    account_ref = forms.CharField(label=_("利用者名の参照名"), max_length=80, required=False)
    credential_ref = forms.CharField(
        label=_("暗証の参照名"),
        max_length=80,
        required=False,
        help_text=_(
            "例：LEDGER_PASSWORD。サーバーでは、団体コードの付いた環境変数か秘密のファイルを探します"
            "（登録したあとの画面に、その名前が出ます）。暗証そのものは、ここに書かないでください。"
        ),
    )

    def __init__(self, *args: Any, target: Target | None = None, **more: Any) -> None:
        if target is not None:
            names = ("name", "base_url", "is_real", "account_ref", "credential_ref")
            more["initial"] = {name: getattr(target, name) for name in names}
        super().__init__(*args, **more)
        if target is not None:
            del self.fields["code"]


class Stop(forms.Form):
    """For ``services.stop_target``."""

    reason = forms.CharField(
        label=_("止める理由"),
        max_length=200,
        help_text=_("例：相手の画面が変わった、二重に登録されている、相手の保守"),
    )


class _Settings(forms.Form):
    """What may be changed of a robot."""

    title = forms.CharField(label=_("名称"), max_length=120)
    start = forms.ChoiceField(label=_("始め方"), choices=Robot.Start.choices)
    procedure_code = forms.ChoiceField(
        label=_("手続"),
        required=False,
        help_text=_("始め方が「出来事」か「決まった時刻」のとき、どの手続の決定した申請を扱うか。"),
    )
    daily_at = forms.TimeField(
        label=_("毎日の時刻"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("始め方が「決まった時刻」のときに入れます。"),
    )
    is_dry_run = forms.BooleanField(
        label=_("いつも試しにする"),
        required=False,
        help_text=_("画面への入力まで行い、登録の手前で止めます。"),
    )

    def __init__(self, *args: Any, procedures: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["procedure_code"] = forms.ChoiceField(
            label=self.fields["procedure_code"].label,
            help_text=self.fields["procedure_code"].help_text,
            required=False,
            choices=[("", _("所属のすべての手続")), *procedures],
        )


class RobotChange(_Settings):
    """For ``services.change_robot``."""

    def __init__(self, *args: Any, robot: Robot, procedures: Choices, **more: Any) -> None:
        known = list(procedures)
        # What was set stays, even when the procedure is no longer there.
        if robot.procedure_code and robot.procedure_code not in dict(known):
            known.append((robot.procedure_code, robot.procedure_code))
        more["procedures"] = known
        names = ("title", "start", "procedure_code", "daily_at", "is_dry_run")
        more["initial"] = {name: getattr(robot, name) for name in names}
        super().__init__(*args, **more)


class RobotEntry(_Settings):
    """For ``services.register_robot``."""

    code = forms.SlugField(
        label=_("コード"),
        max_length=60,
        help_text=_("半角の英小文字と数字とハイフン。あとから変えられません。"),
    )
    field_order = ("code", "title", "package", "target", "division", "start", "procedure_code")

    def __init__(
        self,
        *args: Any,
        packages: Choices,
        targets: Iterable[Target],
        divisions: Iterable[Unit],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["package"] = forms.ChoiceField(label=_("パッケージ"), choices=list(packages))
        self.fields["target"] = forms.ChoiceField(
            label=_("相手のシステム"), choices=[(str(each.pk), each.name) for each in targets]
        )
        self.fields["division"] = forms.ChoiceField(
            label=_("所属"),
            choices=[(str(each.pk), f"{each.code} {each.name}") for each in divisions],
            help_text=_("この所属の職員が、運転と失敗の始末をします。"),
        )
        self.order_fields(self.field_order)


class UseVersion(forms.Form):
    """For ``services.use_version``."""

    def __init__(self, *args: Any, versions: Iterable[RobotVersion], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["version"] = forms.ChoiceField(
            label=_("使う版"),
            choices=[
                (str(each.pk), f"{each.version}（{each.digest[:8]}、{each.get_state_display()}）")
                for each in versions
            ],
        )


class ItemFilter(forms.Form):
    """Conditions of the list of items."""

    state = forms.ChoiceField(
        label=_("状態"), required=False, choices=[("", _("すべて")), *RobotItem.State.choices]
    )
    words = forms.CharField(label=_("鍵・受付番号"), required=False, max_length=60)

    @property
    def active_count(self) -> int:
        """How many conditions are set."""
        return sum(bool(self.data.get(name)) for name in self.fields)

    @property
    def conditions(self) -> dict[str, str]:
        """The conditions; nothing for what cannot be read."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("state", "words")}


class Finish(forms.Form):
    """For ``services.finish_by_hand``."""

    receipt = forms.CharField(label=_("相手の受付番号"), max_length=80, required=False)
    human_minutes = forms.DecimalField(
        label=_("かけた分数"),
        max_digits=7,
        decimal_places=2,
        min_value=0,
        help_text=_("この件に人がかけた時間。減った時間の計算で差し引きます。"),
    )
    note = forms.CharField(label=_("書き込み"), max_length=200, required=False)


class Note(forms.Form):
    """A remark, without personal data."""

    note = forms.CharField(
        label=_("書き込み"),
        max_length=200,
        required=False,
        help_text=_("個人の情報は書かないでください。"),
    )


class Import(forms.Form):
    """For ``services.import_items``."""

    file = forms.FileField(label=_("CSVファイル"))

    def clean_file(self) -> bytes:
        """The content."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます。"))
        content: bytes = file.read()
        return content


class Request(forms.Form):
    """For ``services.request_version_approval``."""

    reason = forms.CharField(
        label=_("使う理由・前の版との違い"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )

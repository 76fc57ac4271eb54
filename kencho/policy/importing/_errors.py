"""What is wrong or remarkable in a file: one sentence for each cell, named as the file writes it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Promise] = {
    "achievement": _(
        "目標達成状況「%(stated)s」が、実績値と目標値から計算した値「%(computed)s」と違います。"
    ),
    "alias": _("「%(text)s」は%(year)s年度（%(label)s）の別の書き方ではありません。"),
    "as_of": _("日付（%(date)s）が、見出しの年度の末日（%(expected)s）と違います。"),
    "baseline_year": _("現状値の年度（%(year)s）は、計画の最初の年度（%(first)s）より前にしてください。"),
    "both": _("値と、値がない理由の両方があります。どちらか一つにしてください。"),
    "calendar": _("年度は4月1日に始まり、Asia/Tokyo の日付で数えます。"),
    "change": _("増減「%(stated)s」が、金額から計算した値「%(computed)s」と違います。"),
    "decimals": _("小数点以下は%(decimals)s桁までにしてください。"),
    "display": _("印刷する形「%(stated)s」が、値の形「%(computed)s」と違います。"),
    "duplicate": _("「%(value)s」が二度書かれています。"),
    "era": _("和暦「%(stated)s」が違います。%(year)s年度は「%(label)s」です。"),
    "era_unreadable": _("%(why)s"),
    "final": _("最終年度は%(year)s年度です。"),
    "interpolated": _("期待値「%(stated)s」が、目標値から引いた線の値「%(computed)s」と違います。"),
    "level": _("読み込めるのは施策（measure）のシートだけです。"),
    "link": _("「%(value)s」は、このファイルにありません。"),
    "link_back": _("%(here)sは%(there)sを指していますが、%(there)sは%(here)sを指していません。"),
    "mark": _("「%(stated)s」は%(number)s番の記号ではありません。「%(expected)s」です。"),
    "missing": _("この項目がありません。"),
    "neither": _("値がないときは、その理由を書いてください。"),
    "not_a_date": _("日付（例: 2024-03-31）で書いてください。"),
    "not_a_decimal": _('引用符で囲んだ数（例: "10.0"）で書いてください。'),
    "not_a_list": _("並びで書いてください。"),
    "not_a_mapping": _("「項目: 値」の形で書いてください。"),
    "not_an_integer": _("整数で書いてください。"),
    "not_text": _("文字で書いてください。"),
    "not_true_false": _("true か false で書いてください。"),
    "no_primary": _("主指標（role: primary）がありません。"),
    "plan_years": _("計画の最後の年度が、最初の年度より前です。"),
    "profile": _("評価の方法「%(value)s」はありません。"),
    "schema": _("この形式（%(value)s）は読み込めません。"),
    "sheet_year": _("シートの年度（%(year)s）が、計画の期間（%(first)s～%(last)s）の外です。"),
    "source_unknown": _(
        "数え方「%(value)s」を、使える指標に置き換えられません。手で記録する目標項目として取り込みます。"
    ),
    "target_year": _("%(year)s年度は、計画の期間（%(first)s～%(last)s）の外です。"),
    "total": _("合計「%(stated)s」が、主な事業の計「%(computed)s」と違います。"),
    "unbound": _("結び付けた指標「%(value)s」は、この環境では使えません。取り込んで、未接続と表示します。"),
    "unreadable": _("YAMLとして読めません（%(line)s行目）。"),
    "word": _("「%(value)s」は使えません。使えるのは、%(words)s です。"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one cell (``indicators[1].cells[0].value``); ``said`` are the words of a rule, if it has some."""

    cell: str
    code: str
    params: tuple[tuple[str, str], ...] = ()
    said: str = ""

    @property
    def message(self) -> str:
        """The sentence."""
        return self.said or str(MESSAGES[self.code]) % dict(self.params)

    def __str__(self) -> str:
        return f"{self.cell}: {self.message}"


class Wrong(Exception):
    """One cell that cannot be taken."""

    def __init__(self, cell: str, code: str, **params: object) -> None:
        super().__init__(cell, code)
        self.finding = Finding(cell, code, tuple((name, str(value)) for name, value in params.items()))


class UnableToImport(Exception):
    """The file contradicts itself or cannot be read; ``findings`` name every cell that is wrong."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(str(each) for each in findings))
        self.findings = tuple(findings)


@dataclass
class Findings:
    """Collects what is wrong, so that one run names it all."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Note a wrong cell and go on with the next part."""
        try:
            yield
        except Wrong as wrong:
            self.errors.append(wrong.finding)

    def raise_any(self) -> None:
        """Raise UnableToImport when something is wrong."""
        if self.errors:
            raise UnableToImport(self.errors)

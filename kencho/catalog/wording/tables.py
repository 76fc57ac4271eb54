"""Why a file or a query is refused, and what was found in its cells, in words that say what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Promise] = {
    "empty_file": _("ファイルに中身がありません。表の入ったファイルを置いてください。"),
    "empty": _("ファイルに表がありません。表の入ったファイルを置いてください。"),
    "unknown_kind": _("この種類のファイルは読めません。ExcelかCSVで保存し直してください。"),
    "unknown_format": _("この種類のファイルは読めません。ExcelかCSVで保存し直してください。"),
    "too_large": _("ファイルが大きすぎます（上限 %(limit)s）。分けて置いてください。"),
    "too_many_columns": _("列が多すぎます（上限 %(limit)s列）。要らない列を除いてください。"),
    "too_many_rows": _("行が多すぎます（上限 %(limit)s行）。CSVで保存し直すか、分けて置いてください。"),
    "too_many_cells": _("セルが多すぎます（上限 %(limit)s）。CSVで保存し直すか、分けて置いてください。"),
    "cell_too_long": _("%(line)s行目に、長すぎるセルがあります（上限 %(limit)s文字）。"),
    "unknown_encoding": _("文字コードが分かりません。UTF-8のCSVかExcelで保存し直してください。"),
    "undecodable": _("%(line)s行目に、%(encoding)sとして読めない文字があります。保存し直してください。"),
    "mixed_encodings": _(
        "%(line)s行目から文字コードが変わっています（%(encoding)sと%(other)s）。一つの文字コードで保存し直してください。"
    ),
    "nul_character": _("%(line)s行目に、表に使えない文字（NUL）があります。"),
    "bad_quoting": _('%(line)s行目の引用符（"）の使い方が正しくありません。'),
    "unclosed_quote": _('%(line)s行目で始まった引用符（"）が閉じていません。'),
    "no_header": _("列の名前の行が見つかりません。"),
    "broken_file": _("ファイルが壊れています。もとのソフトで開き、保存し直してください。"),
    "corrupt": _("ファイルが壊れています。もとのソフトで開き、保存し直してください。"),
    "password": _("パスワードのかかったファイルは読めません。外してから置いてください。"),
    "password_protected": _("パスワードのかかったファイルは読めません。外してから置いてください。"),
    "zip_bomb": _("広げると大きくなりすぎるファイルです。保存し直してください。"),
    "no_such_sheet": _("シート「%(sheet)s」がありません。"),
    "no_geometry": _("地図の情報が見つかりません。"),
    "unknown_table": _("選んだ表が、このファイルにありません。"),
    "not_a_table": _("表として読めません。列の名前が一行目にある形で保存し直してください。"),
    "bad_schema": _("データ項目の定義が正しくありません。"),
    "bad_pattern": _("「%(column)s」の書き方の定めが正しくありません。"),
    "too_many_rows_for_xlsx": _("行が多すぎて、Excelにできません（上限 %(limit)s行）。CSVをお使いください。"),
    "cell_too_long_for_xlsx": _("長すぎるセルがあり、Excelにできません。CSVをお使いください。"),
    "no_coordinates": _("緯度・経度の列がないため、GeoJSONにできません。"),
    "timed_out": _("時間内（%(seconds)s秒）に終わりませんでした。ファイルを分けて置いてください。"),
    "too_much_memory": _("大きすぎて処理できません。CSVで保存し直すか、分けて置いてください。"),
    "crashed": _("読み取り中に止まりました。ファイルを保存し直して、もう一度置いてください。"),
    "stopped": _("途中でやめました。"),
    "unknown_column": _("「%(column)s」という列はありません。"),
    "bad_operator": _("「%(operator)s」という条件は使えません。"),
    "bad_value": _("「%(column)s」に「%(value)s」は指定できません。"),
    "bad_key": _("続きの印が正しくありません。はじめから読み直してください。"),
    "bad_limit": _("一度に読める行数は1から%(limit)sまでです。"),
    "too_many_filters": _("条件は%(limit)s個までです。"),
    "too_long": _("長すぎます（上限 %(limit)s文字）。"),
    "query_timed_out": _("%(seconds)s秒以内に答えられませんでした。条件を絞ってください。"),
    "query_too_large": _("答えが大きすぎます。条件を絞ってください。"),
    "sql_refused": _("このSQLは使えません。data だけを読む一つのSELECTを書いてください。"),
    "sql_error": _("SQLに誤りがあります：%(message)s"),
    "busy": _("混み合っています。しばらくしてから、もう一度お試しください。"),
    "no_such_row": _("%(number)s行目はありません。"),
}
OTHER = _("処理できませんでした（%(code)s）。")
FINDINGS: dict[str, Promise] = {
    "type": _("「%(column)s」に、型に合わない値が%(count)s件あります。"),
    "full_width_digits": _("「%(column)s」に、全角の数字が%(count)s件あります。半角にしてください。"),
    "wareki": _("「%(column)s」に、和暦が%(count)s件あります。西暦にしてください。"),
    "required": _("「%(column)s」に、空のセルが%(count)s件あります。"),
    "unique": _("「%(column)s」に、同じ値が%(count)s件あります。"),
    "minimum": _("「%(column)s」に、小さすぎる値が%(count)s件あります。"),
    "maximum": _("「%(column)s」に、大きすぎる値が%(count)s件あります。"),
    "min_length": _("「%(column)s」に、短すぎる値が%(count)s件あります。"),
    "max_length": _("「%(column)s」に、長すぎる値が%(count)s件あります。"),
    "pattern": _("「%(column)s」に、決まった書き方でない値が%(count)s件あります。"),
    "enum": _("「%(column)s」に、決められた値でないものが%(count)s件あります。"),
    "extra_cell": _("列の名前より多いセルのある行が%(count)s件あります。"),
    "missing_cell": _("セルの足りない行が%(count)s件あります。"),
    "blank_label": _("名前のない列があります。"),
    "duplicate_label": _("「%(column)s」という名前の列が二つ以上あります。"),
    "blank_row": _("空の行が%(count)s件あります。"),
    "primary_key": _("主キーの同じ行が%(count)s件あります。"),
}
OTHER_FINDING = _("「%(column)s」に、確かめる値が%(count)s件あります（%(kind)s）。")


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "―"


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """Why a file or a query was refused; an unknown code is named."""
    return str(REFUSALS.get(code, OTHER)) % _Known({"code": code, **params})


def finding(count: Mapping[str, Any]) -> str:
    """One kind of finding in one column, with how many there are."""
    return str(FINDINGS.get(str(count.get("kind")), OTHER_FINDING)) % _Known(count)

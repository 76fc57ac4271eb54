"""The quality score in words: its parts, what was lost, and what to do about it."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["LOSSES", "PARTS", "REMEDIES", "RULES", "loss_sentence", "part_label", "remedy_sentence"]

PARTS: Final[Mapping[str, Promise | str]] = {
    "source": _("表の書き方（統一ルール）"),
    "standard": _("標準のデータ項目"),
    "metadata": _("説明の充実"),
    "freshness": _("更新"),
    "links": _("リンク"),
    "api": _("プログラムからの使いやすさ"),
}
RULES: Final[Mapping[str, Promise | str]] = {
    "1-1": _("ExcelかCSVにする"),
    "1-2": _("1セルに1データ"),
    "1-3": _("数値は数値だけにする"),
    "1-4": _("セルを結合しない"),
    "1-5": _("見た目のための空白や改行を入れない"),
    "1-6": _("項目名を省略しない"),
    "1-7": _("数式を値にする"),
    "1-8": _("図や画像を使わない"),
    "1-9": _("単位を書く"),
    "1-10": _("機種依存文字を使わない"),
    "1-11": _("年は西暦も書く"),
    "1-12": _("地域のコードか名称を書く"),
    "1-13": _("数値の列に記号を混ぜない"),
    "2-1": _("データを途中で分けない"),
    "2-2": _("1シートに1つの表"),
}
_LEFT: Final = _("「%(rule_name)s」（%(rule)s）に合わないところが、公開する表に%(cells)dか所残っています。")
_BROKEN: Final = _(
    "元のファイルに、「%(rule_name)s」（%(rule)s）に合わないところが%(cells)dか所ありました。公開する表では直してあります。"
)
LOSSES: Final[Mapping[str, Promise | str]] = {
    "finding": _("検査で見つかった誤りが%(cells)dか所残っています。"),
    "source_format": _("元のファイルの形式（%(format)s）は、ほかの人が使いにくい形式です。"),
    "standard_not_chosen": _("標準のデータ項目を選んでいません。"),
    "standard_missing": _("標準で必須の項目が%(count)d個ありません。"),
    "standard_values": _("標準の書き方に合わない値があります（合っている割合は%(percent)s％）。"),
    "standard_names": _("標準と違う名前の列が%(count)d個あります。"),
    "no_title": _("名称がありません。"),
    "no_description": _("説明がありません。"),
    "no_keywords": _("キーワードがありません。"),
    "no_theme": _("分野を選んでいません。"),
    "no_open_license": _("自由に使える利用ルールになっていません。"),
    "no_owner": _("担当の職が決まっていません。"),
    "no_frequency": _("更新頻度を決めていません。"),
    "no_period": _("対象の期間が書かれていません。"),
    "no_contact": _("問い合わせ先がありません。"),
    "undescribed_columns": _("説明のない列が%(count)d個あります。"),
    "columns_without_unit": _("単位の分からない数値の列が%(count)d個あります。"),
    "overdue": _("更新の期限を%(days)d日過ぎています。"),
    "dead_links": _("開けないリンクが%(count)d個あります。"),
    "no_key": _("行を一つに決める番号（ID）の列がありません。"),
    "untyped_columns": _("数値や日付なのに文字として扱われている列が%(count)d個あります。"),
    "unsafe_names": _("プログラムから使いにくい名前の列が%(count)d個あります。"),
    "not_geocoded": _("住所はありますが、緯度と経度がありません。"),
}
REMEDIES: Final[Mapping[str, Promise | str]] = {
    "accept_changes": _("整え方の案を受け入れてください。"),
    "mend_source": _("来年の元のファイルから、この書き方をやめると点が上がります。"),
    "mend_values": _("検査の結果にある値を直してください。"),
    "use_table_format": _("CSVかxlsxで用意してください。"),
    "choose_standard": _("当てはまる標準のデータ項目を選んでください。"),
    "add_required_items": _("必須の項目の列を加えてください。"),
    "rename_columns": _("列の名前を、提案された名前に変えてください。"),
    "fill_title": _("名称を入力してください。"),
    "fill_description": _("何のデータか、どのように集めたかを書いてください。"),
    "fill_keywords": _("探す人が使いそうな言葉を入力してください。"),
    "fill_theme": _("分野を選んでください。"),
    "choose_license": _("CC BY 4.0などの利用ルールを選んでください。"),
    "choose_owner": _("担当の職を選んでください。"),
    "choose_frequency": _("更新頻度を選んでください。"),
    "fill_period": _("いつからいつまでのデータかを入力してください。"),
    "fill_contact": _("所属の問い合わせ先を入力してください。"),
    "describe_columns": _("列の説明を入力してください。"),
    "fill_units": _("数値の列の単位を入力してください。"),
    "publish_new_version": _("新しい版を公開してください。"),
    "mend_links": _("リンク先を直すか、消してください。"),
    "add_id_column": _("重ならない番号の列を加えるか、番号の列を選んでください。"),
    "choose_types": _("列の種類を、数値や日付に変えてください。"),
    "add_coordinates": _("緯度と経度の列を加えてください。"),
}


def part_label(part: str) -> str:
    """The name of a part of the score."""
    return str(PARTS.get(part, part))


def loss_sentence(loss: Mapping[str, Any]) -> str:
    """One sentence for a loss as JSON (`quality.Loss.to_data`)."""
    params = dict(loss.get("params", {}))
    kind, _line, rule = loss["code"].partition("_")
    if rule in RULES:
        return str(_LEFT if kind == "rule" else _BROKEN) % {**params, "rule_name": RULES[rule]}
    if "share" in params:
        params["percent"] = int(100 * params["share"])
    return str(LOSSES[loss["code"]]) % params


def remedy_sentence(code: str) -> str:
    """What to do about it."""
    return str(REMEDIES.get(code, code))

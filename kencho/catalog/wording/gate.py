"""What the personal-data gate found, said to staff: what it is, where, and what to do."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["KINDS", "REMEDIES", "SEVERITIES", "kind_label", "kind_sentence", "remedy_sentence"]

KINDS: Final[Mapping[str, Promise | str]] = {
    "my_number": _("マイナンバー"),
    "my_number_like": _("マイナンバーに似た番号"),
    "personal_name": _("氏名"),
    "private_phone": _("個人の電話番号"),
    "private_email": _("個人のメールアドレス"),
    "home_address": _("自宅の住所"),
    "birth_date": _("生年月日"),
    "birth_address": _("住所と生年月日の組み合わせ"),
    "birth_sex": _("性別と生年月日の組み合わせ"),
    "small_cells": _("少ない人数"),
    "small_group": _("少人数の組み合わせ"),
    "bank_account": _("口座番号"),
    "registered_domicile": _("本籍"),
    "licence_plate": _("自動車のナンバー"),
    "ip_address": _("IPアドレス"),
    "hidden_sheet": _("非表示のシート"),
    "hidden_rows": _("非表示の行"),
    "hidden_columns": _("非表示の列"),
    "comments": _("コメント"),
    "author_properties": _("ファイルの作成者などの情報"),
    "external_links": _("ほかのファイルへのリンク"),
    "embedded_objects": _("貼り付けられた図や画像"),
    "macros": _("マクロ"),
    "defined_names": _("名前の定義"),
    "unexamined": _("細かく確かめていない部分"),
}
SEVERITIES: Final[Mapping[str, Promise | str]] = {
    "stop": _("このままでは公開できません"),
    "warn": _("公開してよいか確かめてください"),
}
_SENTENCES: Final[Mapping[str, Promise | str]] = {
    "my_number": _("「%(column)s」の%(count)d個のセルに、検査用の数字が合うマイナンバーがあります。"),
    "my_number_like": _(
        "「%(column)s」に12桁の番号が並び、うち%(count)d個はマイナンバーとしても数字が合います。別の番号であることを確かめてください。"
    ),
    "personal_name": _("「%(column)s」の%(count)d個のセルに、人の氏名と見られるものがあります。"),
    "private_phone": _("「%(column)s」の%(count)d個のセルに、個人のものと見られる電話番号があります。"),
    "private_email": _("「%(column)s」の%(count)d個のセルに、個人のものと見られるメールアドレスがあります。"),
    "home_address": _("「%(column)s」の%(count)d個のセルに、個人の住所と見られる番地までの記載があります。"),
    "birth_date": _("「%(column)s」の%(count)d個のセルに、生年月日があります。"),
    "birth_address": _(
        "%(count)d行に、「%(column)s」と「%(beside)s」がそろっています。合わせると本人が分かります。"
    ),
    "birth_sex": _(
        "%(count)d行に、「%(column)s」と「%(beside)s」がそろっています。合わせると本人が分かるおそれがあります。"
    ),
    "small_cells": _(
        "「%(column)s」の%(count)d個のセルが、1人以上%(k)d人未満です。だれのことか分かるおそれがあります。"
    ),
    "small_group": _(
        "「%(traits)s」の組み合わせが同じ人が%(k)d人に満たない行が、%(count)d行あります。だれのことか分かるおそれがあります。"
    ),
    "bank_account": _("「%(column)s」の%(count)d個のセルに、口座番号と見られるものがあります。"),
    "registered_domicile": _("「%(column)s」の%(count)d個のセルに、本籍と見られるものがあります。"),
    "licence_plate": _("「%(column)s」の%(count)d個のセルに、自動車のナンバーがあります。"),
    "ip_address": _("「%(column)s」の%(count)d個のセルに、IPアドレスがあります。"),
    "hidden_sheet": _("シート「%(sheet)s」が非表示になっています。"),
    "hidden_rows": _("シート「%(sheet)s」に、非表示の行が%(count)d行あります（%(places)s）。"),
    "hidden_columns": _("シート「%(sheet)s」に、非表示の列が%(count)d列あります（%(places)s）。"),
    "comments": _("シート「%(sheet)s」に、コメントが%(count)d個あります（%(places)s）。"),
    "author_properties": _("元のファイルに、作成者などの名前が%(count)d個残っています。"),
    "external_links": _("元のファイルに、ほかのファイルへのリンクがあります。"),
    "embedded_objects": _("元のファイルに、図や画像が%(count)d個貼り付けられています。"),
    "macros": _("元のファイルに、マクロがあります。"),
    "defined_names": _("元のファイルに、名前の定義が%(count)d個あります。"),
    "unexamined": _("元のファイルが大きいため、コメントや非表示の部分までは確かめていません。"),
}
_AT_LEAST: Final = _("見つかった数が多いため、数え終えていません。実際にはもっと多いことがあります。")
REMEDIES: Final[Mapping[str, Promise | str]] = {
    "drop_column": _("この列を、公開する表から除いてください。"),
    "mask_cells": _("元のファイルで、その部分を消すか伏せ字にして、もう一度置いてください。"),
    "generalise": _("年や市町までなど、粗い書き方に直してください。"),
    "suppress_cells": _(
        "少ない人数を伏せるか、区分をまとめてください。合計から逆算できないことも確かめてください。"
    ),
    "unhide_or_remove": _("元のファイルで再表示して中身を確かめ、要らなければ削除してください。"),
    "remove_comments": _("元のファイルをほかにも配るときは、コメントを削除してください。"),
    "clear_properties": _(
        "元のファイルをほかにも配るときは、「ドキュメント検査」で作成者の情報を消してください。"
    ),
    "remove_links": _("リンクを解除し、値だけを残してください。"),
    "remove_objects": _("図や画像に書かれた内容は公開されません。必要な内容は表のセルに書いてください。"),
    "confirm_public": _("公開してよいものか、担当者が確かめてください。"),
    "use_office_contact": _("職場の代表の連絡先に置き換えるか、消してください。"),
    "save_as_values": _("マクロのない形式（xlsx）で保存し直してください。"),
    "split_file": _("シートを分けて小さくすると、細かいところまで確かめられます。"),
}


def kind_label(kind: str) -> str:
    """The name of a kind of finding."""
    return str(KINDS.get(kind, kind))


def kind_sentence(finding: Mapping[str, Any]) -> str:
    """One sentence for a finding as JSON (`gate.Finding.to_data`)."""
    params = {key: _joined(value) for key, value in finding.get("params", {}).items()}
    found = str(_SENTENCES[finding["kind"]]) % {
        **params,
        "column": finding["column"],
        "count": finding["count"],
    }
    return f"{found}{_AT_LEAST}" if finding.get("params", {}).get("at_least") else found


def remedy_sentence(code: str) -> str:
    """What to do."""
    return str(REMEDIES.get(code, code))


def _joined(value: Any) -> Any:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else value

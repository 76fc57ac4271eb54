"""Lines around a table: what they are (title, unit, date, source, note)."""

import re
from functools import lru_cache
from typing import Final

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.cells.times import read_moment
from kencho.catalog.fixer.cells.units import units_in_line

__all__ = ["is_note", "line_kind"]

_SOURCE: Final = re.compile(
    r"^[(\[〈<【※*]{0,2}(?:資料(?:出所|提供|名)?|出典|出所|データ(?:出典|提供)|引用元?|提供)[)\]〉>】]?(?:元)?[:：;\s].*|^[(\[〈<【]?(?:資料|出典|出所)[)\]】〉>].*|^(?:資料|出典|出所)$"
)
_NOTE: Final = re.compile(
    r"^(?:[※*＊†‡☆★◎]{1,3}[0-9]{0,2}.+|[(\[〈<【]?(?:注|註|備考|注意|注記|脚注|凡例|参考|記号|符号)(?:[0-9]{0,2}|意|記)?[)\]〉>】:.、].*|注[0-9]{1,2}\D.*|(?:注|註|備考|注記)$|注[0-9]{1,2}$"
    r"|[(\[]?(?:作成|更新|問い?合わ?せ先?|連絡先|担当(?:課|部署|者)?|所管(?:課)?|掲載|公表|集計)[^0-9]{0,6}[:：].*|「.{1,4}」(?:は|:|…|－|―|-).{2,}|[(\[][0-9]{1,2}[)\]].{12,}|[xχ*]{1,3}[はは:].+)"
)
_DATE: Final = re.compile(
    r".*(?:現在|時点|調べ|調|作成日|更新日|更新|公表|実績|作成)[)\]]?$|^[(\[]?(?:作成|更新|公表|調査|基準|掲載)(?:年月)?日[:：].*"
)


@lru_cache(maxsize=8192)
def line_kind(text: str) -> str:
    """`unit`, `date`, `source`, `note` or `title` for a line that stands outside the table."""
    word = plain(text)
    if units_in_line(text) is not None:
        return "unit"
    if _SOURCE.match(word):
        return "source"
    if _NOTE.match(word):
        return "note"
    bare = word.strip("()[]【】")
    if len(word) <= 40 and (_DATE.match(word) or ((m := read_moment(bare)) is not None and m.kind != "year")):
        return "date"
    return "title"


@lru_cache(maxsize=8192)
def is_note(text: str) -> bool:
    """Whether a line can only be a note or a source."""
    return line_kind(text) in {"note", "source"}

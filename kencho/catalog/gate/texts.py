"""Personal data that is known by its shape: telephone, mail, account, plate, address on a network, 本籍, birth."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from kencho.catalog.gate.series import TextColumn, tidy

__all__ = ["MOBILE", "Shapes"]

_END: Final = "(?:[^0-9]|$)"
MOBILE: Final = rf"(?:^|[^0-9])(?:\+81[- ]?|0)[6-9]0[-. ()]{{0,2}}[0-9]{{4}}[-. ()]{{0,2}}[0-9]{{4}}{_END}"
LANDLINE: Final = rf"(?:^|[^0-9])0[1-9](?:[-. ()]{{0,2}}[0-9]){{8}}{_END}"
EMAIL: Final = r"[A-Za-z0-9][A-Za-z0-9._%+\-]*@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"
_PRIVATE_HOSTS: Final = (
    r"(?i)@(?:gmail|yahoo|hotmail|outlook|live|msn|icloud|me|mac|aol|docomo|ezweb|au|softbank|i\.softbank|"
    r"[dhtckrnsq]\.vodafone|disney|y-?mobile|ymobile|emnet|willcom-inc|pdx|wcm|uqmobile|rakumail|rakuten|nifty|biglobe|"
    r"[a-z0-9]+\.ocn|ocn|so-net|[a-z0-9]+\.so-net|[a-z0-9]+\.plala|plala|dion|[a-z0-9]+\.dion|jcom|zaq|[a-z0-9]+\.zaq|"
    r"proton|protonmail|tutanota|gmx|zoho|excite|infoseek|goo|auone|za\.ztv|ztv|cty-net|e-net\.or)"
    r"(?:\.(?:ne|co|or))?\.(?:com|jp|me|net|org|de)(?:[^A-Za-z0-9.]|$)"
)
_OFFICE_HOSTS: Final = (
    r"(?i)@[A-Za-z0-9.\-]*(?:\.(?:lg|go|ed|ac|or|co|gr)\.jp|pref\.[a-z]+\.jp|city\.[a-z.\-]+\.jp)"
)
_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4: Final = rf"(?:^|[^0-9.]){_OCTET}(?:\.{_OCTET}){{3}}(?:[^0-9.]|$)"
_IPV6: Final = r"(?i)(?:^|[^0-9a-f:])(?:[0-9a-f]{1,4}:){4,7}(?:[0-9a-f]{1,4}|:)|(?:^|[^0-9a-z:])[0-9a-f]{4}:[0-9a-f:]{2,}::?[0-9a-f]"
_PLATE_KANA: Final = (
    "[あいうえかきくけこさすせそたちつてとなにぬねのはひふほまみむめもやゆよらりるれろわをれ]"
)
_PLATE: Final = (
    r"(?:^|[^一-龠])(?:札幌|函館|旭川|室蘭|釧路|帯広|北見|青森|八戸|弘前|岩手|盛岡|平泉|宮城|仙台|秋田|山形|庄内|福島|会津|郡山|白河|いわき|水戸|土浦|"
    r"つくば|宇都宮|那須|とちぎ|群馬|前橋|高崎|大宮|川口|所沢|川越|熊谷|春日部|越谷|千葉|成田|習志野|市川|船橋|袖ヶ浦|市原|野田|柏|松戸|品川|世田谷|"
    r"練馬|杉並|板橋|足立|江東|葛飾|江戸川|八王子|多摩|横浜|川崎|湘南|相模|山梨|富士山|新潟|長岡|上越|長野|松本|諏訪|南信州|富山|石川|金沢|福井|岐阜|"
    r"飛騨|静岡|浜松|沼津|伊豆|名古屋|豊橋|三河|岡崎|豊田|尾張小牧|一宮|春日井|三重|鈴鹿|四日市|伊勢志摩|滋賀|京都|大阪|なにわ|和泉|堺|神戸|姫路|奈良|"
    r"飛鳥|和歌山|鳥取|島根|出雲|岡山|倉敷|広島|福山|山口|下関|徳島|香川|高松|愛媛|高知|福岡|北九州|久留米|筑豊|佐賀|長崎|佐世保|熊本|大分|宮崎|"
    rf"鹿児島|奄美|沖縄) ?[0-9]{{2,3}} ?{_PLATE_KANA} ?(?:[0-9]{{1,2}}-?[0-9]{{2}}|[・.]{{1,3}} ?[0-9](?:-?[0-9]){{0,2}}){_END}"
)
_ACCOUNT: Final = r"(?:普通|当座|貯蓄|口座(?:番号)?)[預金 :/()No.\-]{0,8}[0-9]{7}(?:[^0-9]|$)|記号[ :]*[0-9]{5}.{0,4}番号[ :]*[0-9]{6,8}"
_DOMICILE: Final = r"本籍[地 :はが]{0,3}.{0,4}(?:北海道|東京都|京都府|大阪府|.{2,3}県)?[^\s。、はがのに]{1,8}[市区町村郡][^。、]{0,12}[0-9番丁]"
_BIRTH: Final = (
    r"(?:(?:明治|大正|昭和|平成|令和|[MTSHR]) ?(?:[0-9]{1,2}|元)[年.\-/] ?[0-9]{1,2}[月.\-/] ?[0-9]{1,2}日?|"
    r"(?:19|20)[0-9]{2}[年.\-/] ?[0-9]{1,2}[月.\-/] ?[0-9]{1,2}日?) ?\(?(?:生|うまれ)(?:まれ)?|"
    r"(?:生年月日|誕生日)[ :は]{1,2}(?:[MTSHR明大昭平令治正和成]{0,2}[0-9]{1,4}|元)[年.\-/]"
)
# One look at a text finds out whether any of the closer looks is worth it.
_DIGITS: Final = (
    r"[0-9０-９](?:[ 　\u00a0\t\-‐‑‒–—―−－ー.．・()（）]{0,3}[0-9０-９]){9}|"
    r"[0-9０-９]{1,3}[.．][0-9０-９]{1,3}[.．][0-9０-９]{1,3}[.．][0-9０-９]|"
    rf"[0-9０-９]{{2,3}}[ 　]?{_PLATE_KANA}[ 　]?[0-9０-９・.]|"
    "(?::[0-9a-fA-F]{1,4}){4}:"
)
_WORDS: Final = (
    "@",
    "＠",
    "普通",
    "当座",
    "貯蓄",
    "口座",
    "記号",
    "本籍",
    "生年月日",
    "誕生日",
    "日生",
    "生まれ",
    "うまれ",
    "生)",
    "生）",
    "::",
)
_BORN: Final = tuple(f"{digit}生" for digit in "0123456789０１２３４５６７８９")
_SHORTEST: Final = 7


@dataclass
class Shapes:
    """Masks over `column.values` for each kind; nothing is computed that is not asked for."""

    column: TextColumn

    @cached_property
    def _suspicious(self) -> pl.Series:
        """Places of the values that any of the shapes could be in."""
        values = self.column.values
        if self.column.longest < _SHORTEST:
            return pl.Series([], dtype=pl.UInt32)
        found = values.str.contains(_DIGITS) | values.str.contains_any([*_WORDS, *_BORN])
        return found.fill_null(value=False).arg_true()

    @cached_property
    def texts(self) -> pl.Series:
        """The suspicious values, tidied."""
        return tidy(self.column.values.gather(self._suspicious))

    def spread_out(self, mask: pl.Series) -> pl.Series:
        """From a mask over `texts` to one over `column.values`."""
        found = pl.repeat(value=False, n=len(self.column.values), eager=True, dtype=pl.Boolean)
        hits = self._suspicious.filter(mask.fill_null(value=False))
        return found.scatter(hits, values=True) if len(hits) else found

    def matching(self, pattern: str) -> pl.Series:
        """Which of `texts` hold the pattern."""
        return self.texts.str.contains(pattern).fill_null(value=False)

    def masks(self) -> Iterator[tuple[str, pl.Series]]:
        """(name of the shape, mask over `texts`) of those that occur."""
        if not len(self._suspicious):
            return
        for name, pattern in PATTERNS.items():
            needs = _NEEDS.get(name)
            if needs and not self.texts.str.contains_any(list(needs)).any():
                continue
            mask = self.matching(pattern)
            if name == "ip":
                mask = mask | self.matching(_IPV6)
            if mask.any():
                yield name, mask

    def example(self, name: str, text: str) -> str:
        """The part of a text that has the shape (still in clear: for masking)."""
        pattern = SEARCHED[name]
        found = pattern.search(text)
        return found[0].strip(" ()（）,、。:;") if found else text


PATTERNS: Final = {
    "mobile": MOBILE,
    "landline": LANDLINE,
    "email": EMAIL,
    "email_private": EMAIL.rsplit("@", 1)[0] + _PRIVATE_HOSTS.replace("(?i)", "(?i:", 1) + ")",
    "email_office": EMAIL.rsplit("@", 1)[0] + _OFFICE_HOSTS.replace("(?i)", "(?i:", 1) + ")",
    "ip": IPV4,
    "plate": _PLATE,
    "account": _ACCOUNT,
    "domicile": _DOMICILE,
    "birth": _BIRTH,
}
_NEEDS: Final = {
    "email": "@",
    "email_private": "@",
    "email_office": "@",
    "ip": ".:",
    "account": ("普通", "当座", "貯蓄", "口座", "記号"),
    "domicile": ("本籍",),
    "birth": ("生", "誕生日", "うまれ"),
}
"""Without any of these a text cannot hold the shape; looking for them is much quicker than the pattern."""
SEARCHED: Final = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}

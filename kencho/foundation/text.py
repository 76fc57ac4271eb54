"""Japanese text for comparing and searching, and 縮退 (falling back to a smaller character set).

What a person typed is stored as it is. Everything here makes a second form of it: for comparing (`fold`),
for full-text search (`bigrams`, `fts_query`) or for a linked system that knows fewer characters (`degrade`).

Sources: Unicode UAX #15 (NFKC), UTS #37 (ideographic variation sequences), JIS X 0213:2012; the pairs of old
and new shapes follow 常用漢字表（平成22年内閣告示第2号, shapes in brackets）, the name variants are those that
registers of families in use show most often.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "VARIANTS",
    "Replaced",
    "bigrams",
    "degrade",
    "degrade_cp932",
    "degrade_jis0213",
    "digits_ascii",
    "fold",
    "fold_name",
    "fts_query",
    "has_ivs",
    "is_katakana_reading",
    "kana_full",
    "strip_ivs",
    "to_hiragana",
    "to_katakana",
]

# Each word is one group: the first character stands for all the others when comparing.
_GROUPS: Final = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 縁緣 艶艷 塩鹽 奥奧 応應 横橫 欧歐 殴毆 黄黃 温溫 穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 拡擴 殻殼 覚覺
学學 岳嶽 楽樂 勧勸 巻卷 寛寬 歓歡 缶罐 観觀 関關 陥陷 顔顏 帰歸 気氣 亀龜 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾 狭狹 郷鄕鄉 暁曉 区區 駆驅 勲勳 径徑 恵惠 掲揭 渓溪
経經 継繼 茎莖 蛍螢 軽輕 鶏鷄雞 芸藝 撃擊 欠缺 倹儉 剣劍劔剱 圏圈 検檢 権權 献獻 県縣 険險 顕顯 験驗 厳嚴 効效 広廣 恒恆 鉱鑛 号號 黒黑 国國囯 済濟 砕碎 剤劑 桜櫻 冊册 雑雜 産產
参參 惨慘 桟棧 蚕蠶 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 舎舍 写寫 釈釋 寿壽 収收 従從 渋澁 獣獸 縦縱 粛肅 処處 叙敍 奨奬 将將 焼燒 称稱 証證 乗乘 剰剩 壌壤 嬢孃 条條
浄淨 畳疊 穣穰 譲讓 醸釀 嘱囑 触觸 寝寢 慎愼 晋晉 真眞 尽盡 図圖 粋粹 酔醉 随隨 髄髓 数數 枢樞 瀬瀨 清淸 声聲 青靑 静靜 摂攝 窃竊 専專 戦戰 浅淺 潜潛 繊纖 践踐 銭錢 禅禪
双雙 捜搜 挿插 曽曾 争爭 荘莊 装裝 騒騷 増增 臓臟 蔵藏 属屬 続續 堕墮 体體 対對 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 単單 担擔 胆膽 団團 弾彈 断斷 遅遲 昼晝 虫蟲 鋳鑄 庁廳 聴聽
勅敕 鎮鎭 逓遞 鉄鐵鐡銕 転轉 点點 伝傳 党黨 盗盜 灯燈 当當 闘鬪 徳德 独獨 読讀 届屆 縄繩 悩惱 脳腦 廃廢 拝拜 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 瓶甁 払拂 仏佛 並竝 変變 弁辨瓣辯
宝寶寳 豊豐 翻飜 褒襃 満滿 黙默 餅餠 弥彌 薬藥 訳譯 予豫 余餘 与與 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 塁壘 涙淚 励勵 礼禮 霊靈 齢齡 恋戀 炉爐 労勞
楼樓 録錄 湾灣 万萬 巌巖 尭堯 槙槇 遥遙 瑶瑤 桧檜 蛎蠣 侭儘 薮藪 篭籠 芦蘆 壷壺 麹麴 鴎鷗 祷禱 莱萊 蒋蔣 騨驒 掴摑 蝋蠟 醤醬 頬頰 噛嚙 繋繫 痩瘦 剥剝 叱𠮟 填塡 麺麵 倶俱
呑吞 嘘噓 屏屛 鹸鹼 妍姸 涜瀆 溌潑 高髙 崎﨑嵜 島嶋嶌 浜濱濵 辺邊邉 斉齊斎齋 吉𠮷 土圡 館舘 桑桒 冨富 柳栁 橋槗 淵渕渊 船舩 峰峯 略畧 群羣 杯盃 煙烟 梅楳 松枩 野埜 庵菴 総總惣 角⻆ 彦彥
教敎 歩步 毎每 歳歲 強强 錬鍊 穂穗 薫薰 脇脅 侠俠 聡聰 凜凛 涼凉 徴徵 戸戶 内內 呂吕 呉吳 渇渴 隣鄰 稲稻 壮壯 状狀 戻戾 歴歷 暦曆 緒緖 巣巢 秋穐 祢禰 諌諫 靭靱 躯軀 顛顚
頚頸 鯵鰺 鴬鶯 讃讚 萌萠 亘亙 穎頴 舗舖 闊濶 熙煕凞 昂昻 昇曻
"""


def _variants() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for group in _GROUPS.split():
        pairs.update(dict.fromkeys(group[1:], group[0]))
    return pairs


VARIANTS: Final = _variants()
"""Variant character → the one that stands for it (髙 → 高). Compatibility ideographs are left to NFKC."""

_IVS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_UNSEEN: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u00ad\u200b-\u200d\u2060\ufeff]")
_IVS_ONLY: Final = re.compile("[\U000e0100-\U000e01ef]")
_HYPHENS: Final = "-‐‑‒–—―−－ーｰ─━╴╶⁃˗﹣﹘﹣ㅡ"
_WAVES: Final = "~〜～∼∿˜"
_KATAKANA: Final = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_HIRAGANA: Final = {low: high for high, low in _KATAKANA.items()}

_FOLD: Final[dict[int, str | int]] = {
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **dict.fromkeys(map(ord, _WAVES), "~"),
    **_KATAKANA,
    # 霞ヶ関, 霞ケ関 and 霞が関 are one place; the small signs stand for か and が, the large one is as common.
    ord("ヵ"): "か",
    ord("ヶ"): "け",
    ord("ゕ"): "か",
    ord("ゖ"): "け",
    **{ord(variant): head for variant, head in VARIANTS.items()},
}

_LONG_VOWEL: Final = re.compile("(?<=[ぁ-ゖ])-+")
_SPACES: Final = re.compile(r"\s+")


def fold(text: str) -> str:
    """The form in which two texts are compared.

    NFKC, lower case, katakana as hiragana, one hyphen, one long vowel mark (after kana), one wave dash, one
    space, no variation selectors or invisible characters, one shape of each character (髙 as 高). Folding
    twice changes nothing more.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold().translate(_FOLD)
    # Case folding and hiragana can stand before a mark that the first pass could not join (İ, ヵ with ゙).
    plain = unicodedata.normalize("NFKC", plain)
    plain = _LONG_VOWEL.sub(lambda found: "ー" * len(found[0]), plain)
    return _SPACES.sub(" ", plain).strip()


def fold_name(text: str) -> str:
    """`fold` without any blanks: 山田 太郎 and 山田太郎 are one name."""
    return fold(text).replace(" ", "")


def to_hiragana(text: str) -> str:
    """Full-width katakana as hiragana; other characters stay."""
    return text.translate(_KATAKANA)


def to_katakana(text: str) -> str:
    """Hiragana as full-width katakana; other characters stay."""
    return text.translate(_HIRAGANA)


_HALF_KANA: Final = re.compile("[\uff61-\uff9f]+")


def kana_full(text: str) -> str:
    """Half-width katakana (with its marks) as full-width: ｶﾞｷﾞ → ガギ. Nothing else is changed."""
    return _HALF_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


_FULL_DIGITS: Final = {0xFF10 + digit: str(digit) for digit in range(10)}


def digits_ascii(text: str) -> str:
    """Full-width digits as ASCII. One character gives one character, so positions stay."""
    return text.translate(_FULL_DIGITS)


_READING: Final = re.compile(r"[ァ-ヶヷ-ヺ][ァ-ヺー]*(?:[ 　・＝][ァ-ヺ][ァ-ヺー]*)*")


def is_katakana_reading(text: str) -> bool:
    """Whether the text is a フリガナ in full-width katakana, its parts parted by one blank, ・ or ＝."""
    return _READING.fullmatch(text) is not None


def has_ivs(text: str) -> bool:
    """Whether the text holds an ideographic variation selector (U+E0100 to U+E01EF, UTS #37)."""
    return _IVS_ONLY.search(text) is not None


def strip_ivs(text: str) -> str:
    """The text without variation selectors."""
    return _IVS.sub("", text)


# Full-text search

# Blanks between Japanese characters are line ends of scanned paper or padding of names, not the ends of words.
_INNER_BLANK: Final = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")


def _runs(folded: str) -> Iterator[str]:
    """The longest stretches of letters and digits; punctuation parts them."""
    start = -1
    for position, character in enumerate(folded):
        if character.isalnum() or unicodedata.category(character)[0] == "M":
            if start < 0:
                start = position
        elif start >= 0:
            yield folded[start:position]
            start = -1
    if start >= 0:
        yield folded[start:]


def bigrams(text: str) -> str:
    """The text as overlapping pairs for an FTS5 table made with `tokenize = 'ascii'` (and `prefix = '1'`).

    都市計画 gives 「都市 市計 計画 画」: the last character stands alone so that one character can be found by
    prefix and no phrase runs on into the next stretch. The ASCII tokenizer takes every other character as a
    letter, so characters newer than SQLite's tables are found too.
    """
    joined = _INNER_BLANK.sub("", fold(text))
    return " ".join(run[i : i + 2] for run in _runs(joined) for i in range(len(run)))


def fts_query(text: str) -> str:
    """The FTS5 expression that finds what was typed in the search box: all words, each as an exact substring.

    Every stretch becomes one phrase of pairs, a single character a prefix. The empty string means that there
    is nothing to search for. Nothing typed can be taken for FTS5 syntax.
    """
    phrases: list[str] = []
    for run in _runs(fold(text)):
        if len(run) == 1:
            phrases.append(f'"{run}" *')
        else:
            phrases.append('"' + " ".join(run[i : i + 2] for i in range(len(run) - 1)) + '"')
    return " AND ".join(dict.fromkeys(phrases))


# 縮退

Repertoire = Literal["euc_jis_2004", "cp932", "shift_jis"]
Kind = Literal["ivs", "equivalent", "variant", "unknown"]

GETA: Final = "〓"
"""Printers' mark for a character that is not at hand."""

# One sign, two code points: which of the two a character set knows depends on its conversion table.
_EQUIVALENT: Final = dict(zip("〜～−－‖∥—―¢￠£￡¬￢¦￤‐‑–", "～〜－−∥‖―—￠¢￡£￢¬￤¦‐‐‐", strict=True))
_EQUIVALENT["\u00a0"] = " "
_CLUSTER: Final = re.compile("(.)([\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Replaced:
    """One replaced character: where it stood (in code points), what it was, what stands there now, and why.

    `ivs`: the variation selector was dropped. `equivalent`: the same sign under another code. `variant`:
    another shape of the same character. `unknown`: no substitute is known, 〓 stands there.
    """

    index: int
    original: str
    replacement: str
    kind: Kind


def degrade(text: str, repertoire: Repertoire) -> tuple[str, list[Replaced]]:
    """The text in the characters that a codec can write, with a list of what had to be replaced."""
    if _encodes(text, repertoire):
        return text, []
    parts: list[str] = []
    replaced: list[Replaced] = []
    for found in _CLUSTER.finditer(text):
        cluster = found[0]
        substitute, kind = _substitute(cluster, repertoire)
        parts.append(substitute)
        if kind is not None:
            replaced.append(Replaced(found.start(), cluster, substitute, kind))
    return "".join(parts), replaced


def degrade_jis0213(text: str) -> tuple[str, list[Replaced]]:
    """縮退 to JIS X 0213, the set that linked national systems and older machines print."""
    return degrade(text, "euc_jis_2004")


def degrade_cp932(text: str) -> tuple[str, list[Replaced]]:
    """縮退 to CP932 (Windows-31J), the set of Japanese Excel's CSV files."""
    return degrade(text, "cp932")


@functools.lru_cache(maxsize=4096)
def _substitute(cluster: str, repertoire: Repertoire) -> tuple[str, Kind | None]:
    if _encodes(cluster, repertoire):
        return cluster, None
    base = _IVS.sub("", cluster)
    if base != cluster and _encodes(base, repertoire):
        return base, "ivs"
    candidates: tuple[tuple[str, Kind], ...] = (
        (_EQUIVALENT.get(base, ""), "equivalent"),
        (unicodedata.normalize("NFC", base), "equivalent"),
        *((other, "variant") for other in _shapes(base)),
        (unicodedata.normalize("NFKC", base), "variant"),
        (unicodedata.normalize("NFD", base)[:1], "variant"),
    )
    for candidate, kind in candidates:
        if candidate and _encodes(candidate, repertoire):
            return candidate, kind
    return GETA, "unknown"


def _shapes(character: str) -> tuple[str, ...]:
    head = VARIANTS.get(character, character)
    return (head, *(variant for variant, other in VARIANTS.items() if other == head))


def _encodes(text: str, repertoire: Repertoire) -> bool:
    try:
        text.encode(repertoire)
    except UnicodeEncodeError:
        return False
    return True

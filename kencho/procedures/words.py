"""Words by which procedures are found: readings, spellings and near words of what people type."""

import re
from collections.abc import Iterable
from typing import Final

from kencho.foundation.text import fold

# Each line is one group: whoever types one of them finds procedures that are described with another.
_GROUPS: Final = """
申請 しんせい 申し込み 申込み 申込 もうしこみ
届出 届け出 届 とどけ とどけで とどけい
許可 きょか 認可 にんか
免許 めんきょ 資格 しかく
登録 とうろく
証明書 証明 しょうめい しょうめいしょ
補助金 ほじょきん 助成金 じょせいきん 支援金 しえんきん 給付金 きゅうふきん
奨学金 しょうがくきん 奨学給付金 就学支援
県営住宅 けんえいじゅうたく 公営住宅 団地
引越し 引っ越し 引越 ひっこし 転居 てんきょ
住所変更 じゅうしょへんこう
自動車税 じどうしゃぜい くるま 車 クルマ
納税 のうぜい 税金 ぜいきん
飲食店 いんしょくてん レストラン カフェ 食堂 しょくどう
営業 えいぎょう 開店 かいてん 開業 かいぎょう
病院 びょういん 診療所 しんりょうじょ クリニック 医院 いいん
介護 かいご ケアマネ ケアマネジャー 介護支援専門員
子ども 子供 こども
高校 高等学校 こうこう
図書館 としょかん 図書 としょ
公文書 こうぶんしょ 行政文書 情報公開 じょうほうこうかい
個人情報 こじんじょうほう
開示 かいじ
道路 どうろ
河川 かせん 川
占用 せんよう
屋外広告 おくがいこうこく 看板 かんばん
産業廃棄物 さんぱい 産廃 さんぎょうはいきぶつ ごみ ゴミ
建設業 けんせつぎょう 工事 こうじ
宅建 たっけん 宅地建物 不動産 ふどうさん
狩猟 しゅりょう 猟 ハンター
温泉 おんせん
後援 こうえん 後援名義
採用 さいよう 職員募集
試験 しけん 受験 じゅけん
講座 こうざ 研修 けんしゅう 教室
変更 へんこう
更新 こうしん
手数料 てすうりょう
"""
_KANJI: Final = r"[㐀-䶿一-鿿豈-﫿々〆ヶ]"
_OKURIGANA: Final = re.compile(f"(?<={_KANJI})[ぁ-ゖ]+")
_KANJI_ONLY: Final = re.compile(_KANJI)


def _groups() -> list[frozenset[str]]:
    return [frozenset(fold(word) for word in line.split()) for line in _GROUPS.split("\n") if line]


_NEAR: Final = _groups()


def bare(word: str) -> str:
    """The folded word without the kana after kanji: 引っ越し, 引越し and 引越 are one; empty below two kanji."""
    plain = _OKURIGANA.sub("", fold(word))
    return plain if len(_KANJI_ONLY.findall(plain)) > 1 else ""


def search_text(texts: Iterable[str]) -> str:
    """Everything under which a procedure is found: its words folded, without okurigana, and their near words."""
    said = [fold(text) for text in texts if text]
    whole = " ".join(said)
    near = sorted(word for group in _NEAR for word in group if any(other in whole for other in group))
    # A word that stands already is not written twice.
    added = [word for word in dict.fromkeys([*map(bare, said), *near]) if word and word not in whole]
    return " ".join([*said, *added])


def score(word: str, title: str) -> int:
    """How near a found word is to the title: 0 begins it, 1 stands in it, 2 stands elsewhere."""
    wanted, head = fold(word), fold(title)
    if head.startswith(wanted):
        return 0
    return 1 if wanted in head or (bare(word) and bare(word) in bare(title)) else 2

"""Small lists for made-up answers. Names are common ones joined at random; nobody is meant."""

from __future__ import annotations

import random

FAMILY = (
    ("山本", "ヤマモト"), ("伊藤", "イトウ"), ("中村", "ナカムラ"), ("加藤", "カトウ"), ("鈴木", "スズキ"),
    ("田中", "タナカ"), ("小林", "コバヤシ"), ("水谷", "ミズタニ"), ("森", "モリ"), ("西村", "ニシムラ"),
    ("前川", "マエガワ"), ("渡邉", "ワタナベ"), ("濵口", "ハマグチ"), ("髙橋", "タカハシ"), ("稲垣", "イナガキ"),
    ("松本", "マツモト"), ("奥村", "オクムラ"), ("辻", "ツジ"), ("服部", "ハットリ"), ("世古", "セコ"),
)  # fmt: skip
GIVEN = (
    ("太郎", "タロウ"), ("花子", "ハナコ"), ("健一", "ケンイチ"), ("美咲", "ミサキ"), ("翔", "ショウ"), ("陽子", "ヨウコ"),
    ("誠", "マコト"), ("由美", "ユミ"), ("大輔", "ダイスケ"), ("さくら", "サクラ"), ("和夫", "カズオ"), ("幸子", "サチコ"),
    ("拓也", "タクヤ"), ("恵", "メグミ"), ("隆", "タカシ"), ("結衣", "ユイ"),
)  # fmt: skip
PLACES = (
    ("5140006", "三重県", "津市", "広明町"), ("5100074", "三重県", "四日市市", "鵜の森"),
    ("5160072", "三重県", "伊勢市", "宮後"), ("5150011", "三重県", "松阪市", "高町"),
    ("5110068", "三重県", "桑名市", "中央町"), ("5130801", "三重県", "鈴鹿市", "神戸"),
    ("5180713", "三重県", "名張市", "平尾"), ("5193616", "三重県", "尾鷲市", "中村町"),
)  # fmt: skip
BUILDINGS = ("", "", "", "コーポみえ101", "県庁前マンション205号室", "ハイツ江戸橋3-B")
COMPANIES = (
    "伊勢湾運輸",
    "鈴鹿機工",
    "松阪農産",
    "志摩水産",
    "北勢建設",
    "東紀州林業",
    "安濃津商事",
    "伊賀食品",
)
MAIL_NAMES = ("taro", "hanako", "mie", "tsu", "suzuka", "iga", "shima", "kuwana")
PHRASES = (
    "現地の状況を確かめるため", "昨年度の実績にもとづく", "地域の行事に使うため", "設備を新しくするため", "事業を広げるため",
    "調査研究のため", "近隣の方への説明は終わっています", "くわしくは添付の書類のとおりです",
)  # fmt: skip
_TITLED = (
    (
        ("件名", "名称", "事業名", "文書"),
        ("令和6年度道路改良工事の設計書", "河川維持管理計画", "農業振興補助事業", "夏まつり"),
    ),
    (("職", "役職"), ("代表取締役", "理事長", "事務局長", "所長")),
    (("理由", "目的"), PHRASES),
    (("場所", "所在"), ("津市広明町13番地", "四日市市新正4丁目", "伊勢市勢田町地内")),
)


def phrase(rng: random.Random, label: str) -> str:
    """A few plausible words for a question with this label."""
    for words, texts in _TITLED:
        if any(word in label for word in words):
            return rng.choice(texts)
    return rng.choice(PHRASES)


def organization(rng: random.Random) -> str:
    """A made-up company; the kind stands before or after the name as in life."""
    name = rng.choice(COMPANIES)
    return rng.choice((f"株式会社{name}", f"{name}株式会社", f"有限会社{name}", f"一般社団法人{name}協会"))


def telephone(rng: random.Random) -> str:
    """A number of the form used in Mie, in a block of subscriber numbers made of zeros."""
    return rng.choice(("059-200-{:04d}", "090-0000-{:04d}", "0598-00-{:04d}")).format(rng.randrange(10_000))

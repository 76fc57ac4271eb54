"""Made-up tables with personal data planted at known places, and clean ones of the standard shapes.

Names come from `seeds/organization/names.yaml` and not from the list that the detectors read.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

from kencho.catalog.standards import all_standards
from kencho.catalog.tests.standards.tables import value

TOWNS: Final = (
    "津市",
    "四日市市",
    "伊勢市",
    "松阪市",
    "桑名市",
    "鈴鹿市",
    "名張市",
    "亀山市",
    "いなべ市",
    "三重郡菰野町",
)
AREAS: Final = (
    "大門",
    "栄町",
    "本町",
    "中央",
    "新町",
    "東丸之内",
    "西古松",
    "桜橋",
    "羽所町",
    "上浜町",
    "大野",
    "高田",
)
REMARKS: Final = (
    "耐震化工事済", "駐車場あり（20台）", "土日祝日は休館", "段差なし・多目的トイレあり", "要予約①", "令和8年度に改修の予定",
    "髙橋文庫を併設", "", "避難所指定～浸水時は2階以上", "松本城の石垣を移した", "山本町内会と共用", "東京都中央区の例による",
    "高田公園の北側", "利用者の声を反映", "市民の皆様へ開放", "お子さん連れ可", "申請者は窓口へ", "平成12年4月1日開設", "3.1.4版", "石川県産の杉",
)  # fmt: skip
FACILITIES: Final = (
    "中央公民館",
    "北部図書館",
    "松阪城跡",
    "山田記念病院",
    "高橋内科クリニック",
    "小林写真館",
    "森の広場",
    "太郎坊会館",
    "西村集会所",
    "渡辺商店前",
    "光公園",
    "原田町第2公園",
)
Cell = tuple[str, int]


@dataclass
class Register:
    """A table and what was planted: kind → cells (column, index of the row from 0)."""

    columns: dict[str, list[Any]]
    title: str = ""
    planted: dict[str, set[Cell]] = field(default_factory=dict)

    def plant(self, kind: str, column: str, rows: range | list[int]) -> None:
        self.planted.setdefault(kind, set()).update((column, row) for row in rows)


@cache
def _names() -> tuple[list[list[str]], list[list[str]]]:
    data = yaml.safe_load(
        (Path(settings.BASE_DIR) / "seeds" / "organization" / "names.yaml").read_text("utf-8")
    )
    return list(data["family_names"]), list(data["given_names"])


def person(rng: random.Random) -> tuple[str, str, str, str]:
    """Family name, given name, and their readings."""
    family, given = _names()
    (a, a_kana), (b, b_kana) = rng.choice(family)[:2], rng.choice(given)[:2]
    return a, b, a_kana, b_kana


def full_name(rng: random.Random) -> str:
    family, given, *_kana = person(rng)
    return family + rng.choice(("", " ", "　")) + given


def _wide(text: str, rng: random.Random) -> str:
    if rng.random() < 0.7:
        return text
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and (c.isdigit() or c == "-") else c for c in text)


def my_number(rng: random.Random) -> str:
    base = [rng.randrange(10) for _place in range(11)]
    total = sum(d * w for d, w in zip(base, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    digits = "".join(map(str, base)) + str(0 if total <= 1 else 11 - total)
    mark = rng.choice(("", "", "-", " ", "　", "‐"))
    return _wide(mark.join((digits[:4], digits[4:8], digits[8:])), rng)


def mobile(rng: random.Random) -> str:
    digits = f"{rng.randrange(10_000):04}", f"{rng.randrange(10_000):04}"
    mark = rng.choice(("-", "-", "", " "))
    return _wide(mark.join((rng.choice(("070", "080", "090")), *digits)), rng)


def landline(rng: random.Random) -> str:
    return f"059-{rng.randint(200, 399)}-{rng.randint(0, 9999):04}"


def email(rng: random.Random) -> str:
    host = rng.choice(
        (
            "gmail.com",
            "yahoo.co.jp",
            "docomo.ne.jp",
            "icloud.com",
            "softbank.ne.jp",
            "outlook.jp",
            "ezweb.ne.jp",
        )
    )
    return f"{rng.choice(('taro', 'hana.ko', 'm_sato'))}{rng.randint(1, 999)}@{host}"


def address(rng: random.Random) -> str:
    house = rng.choice(
        (
            f"{rng.randint(1, 90)}番地{rng.randint(1, 40)}",
            f"{rng.randint(1, 9)}-{rng.randint(1, 30)}-{rng.randint(1, 20)}",
        )
    )
    return rng.choice(("三重県", "")) + rng.choice(TOWNS) + rng.choice(AREAS) + house


def birth(rng: random.Random) -> str:
    year, month, day = rng.randint(1930, 2020), rng.randint(1, 12), rng.randint(1, 28)
    showa = f"昭和{rng.randint(5, 63)}年{month}月{day}日"
    return rng.choice(
        (
            f"{year}-{month:02}-{day:02}",
            f"{year}/{month}/{day}",
            showa,
            f"S{rng.randint(5, 63)}.{month}.{day}",
        )
    )


def plate(rng: random.Random) -> str:
    mark = rng.choice(("", " "))
    serial = f"{rng.randint(10, 99)}-{rng.randint(10, 99)}"
    return f"{rng.choice(('三重', '鈴鹿', '名古屋', '伊勢志摩'))}{mark}{rng.randint(300, 599)}{mark}{rng.choice('あさたなはまらわ')}{mark}{serial}"


def account(rng: random.Random) -> str:
    return f"{rng.choice(('百五銀行津支店', '三十三銀行本店'))}　普通{rng.choice(('', ' ', '預金'))}{rng.randrange(10**7):07}"


def ip(rng: random.Random) -> str:
    return ".".join(str(rng.randint(20, 220)) for _octet in range(4))


def domicile(rng: random.Random) -> str:
    return f"本籍{rng.choice(('', '地', '地：'))}三重県{rng.choice(TOWNS)}{rng.choice(AREAS)}{rng.randint(1, 99)}番地"


def remark(rng: random.Random) -> str:
    return rng.choice(REMARKS)


def in_words(rng: random.Random, found: str) -> str:
    return rng.choice(("（{}）", "連絡は{}まで", "{}", "{} 受付済", "控え：{}")).format(found)


SIGNED: Final = (
    "{}様から問い合わせ",
    "申請者：{}",
    "担当 {} が確認",
    "{}氏の寄贈",
    "{}さんに連絡済み",
    "氏名 {}",
)
UNSIGNED: Final = ("{}が来庁", "隣の{}、要連絡", "{}")


def name_in_words(rng: random.Random, column: str) -> str:
    """Without 様 or a label only among remarks: names and descriptions of things are full of known people."""
    return rng.choice((*SIGNED, *UNSIGNED) if column == "備考" else SIGNED).format(full_name(rng))


IN_TEXT: Final[dict[str, Callable[[random.Random], str]]] = {
    "my_number": my_number,
    "private_phone": mobile,
    "private_email": email,
    "licence_plate": plate,
    "bank_account": account,
    "ip_address": ip,
    "registered_domicile": domicile,
    "birth_date": lambda rng: birth(rng) + rng.choice(("生", "生まれ")),
}
REGISTER: Final[dict[str, tuple[tuple[str, ...], Callable[[random.Random], Any]]]] = {
    "personal_name": (
        ("氏名", "申請者氏名", "お名前", "利用者名", "世帯主氏名", "列3", "保護者氏名"),
        full_name,
    ),
    "my_number": (("個人番号", "マイナンバー", "番号", "列7"), my_number),
    "private_phone": (("電話番号", "携帯電話", "連絡先", "TEL", "自宅電話"), mobile),
    "private_email": (("メールアドレス", "E-mail", "連絡用メール"), email),
    "birth_date": (("生年月日", "誕生日", "出生年月日"), birth),
    "bank_account": (("口座番号", "振込先口座番号"), lambda rng: f"{rng.randrange(10**7):07}"),
    "registered_domicile": (
        ("本籍", "本籍地"),
        lambda rng: domicile(rng).removeprefix("本籍").removeprefix("地"),
    ),
    "licence_plate": (("車両番号", "登録番号"), plate),
    "ip_address": (("IPアドレス", "アクセス元"), ip),
    "home_address": (("住所", "現住所", "住所地"), address),
}


def register_of_persons(rng: random.Random, rows: int = 60) -> Register:
    """Every row is a person; some columns of personal data among harmless ones."""
    chosen = rng.sample(sorted(REGISTER), rng.randint(2, 6))
    if "home_address" in chosen and not {"personal_name", "birth_date"} & set(chosen):
        chosen.append("personal_name")
    found = Register({"受付番号": [f"R{n:05}" for n in range(rows)]})
    for kind in chosen:
        headers, make = REGISTER[kind]
        header = rng.choice([each for each in headers if each not in found.columns])
        found.columns[header] = [make(rng) for _row in range(rows)]
        found.plant(kind, header, range(rows))
    found.columns["受付日"] = [f"2026-0{rng.randint(1, 9)}-{rng.randint(10, 28)}" for _row in range(rows)]
    found.columns["区分"] = [rng.choice(("新規", "更新", "変更")) for _row in range(rows)]
    found.columns["備考"] = [remark(rng) for _row in range(rows)]
    return found


def list_with_slips(rng: random.Random, rows: int = 80) -> Register:
    """A list of facilities in whose remarks and other cells personal data slipped in, a few times."""
    found = facilities(rng, rows)
    column = rng.choice(("備考", "名称", "説明"))
    if column not in found.columns:
        found.columns[column] = [remark(rng) for _row in range(rows)]
    places = rng.sample(range(rows), 9)
    for kind in rng.sample([*sorted(IN_TEXT), "personal_name"], 3):
        for row in (places.pop(), places.pop(), places.pop()):
            found.columns[column][row] = (
                name_in_words(rng, column) if kind == "personal_name" else in_words(rng, IN_TEXT[kind](rng))
            )
            found.plant(kind, column, [row])
    return found


def facilities(rng: random.Random, rows: int = 80) -> Register:
    """A clean list of facilities."""
    return Register(
        {
            "ID": [f"F{n:07}" for n in range(rows)],
            "名称": [f"{rng.choice(TOWNS)}{rng.choice(FACILITIES)}" for _row in range(rows)],
            "所在地_連結表記": ["三重県" + rng.choice(TOWNS) + rng.choice(AREAS) + f"{rng.randint(1, 90)}番地" for _row in range(rows)],
            "市区町村": [rng.choice(TOWNS) for _row in range(rows)],
            "電話番号": [landline(rng) for _row in range(rows)],
            "法人番号": [rng.choice(("5000020240001", "7000020242012")) for _row in range(rows)],
            "管理番号": [rng.randrange(10**11, 10**12) for _row in range(rows)],
            "定員": [rng.randint(1, 300) for _row in range(rows)],
            "更新日": [f"2026-0{rng.randint(1, 9)}-{rng.randint(10, 28)}" for _row in range(rows)],
            "備考": [remark(rng) for _row in range(rows)],
        },
        title="公共施設一覧",
    )  # fmt: skip


def counts(rng: random.Random, rows: int = 40) -> Register:
    """Counts of people by area, some below five."""
    header = rng.choice(
        (
            "相談者数",
            "患者数",
            "人数",
            "被保護者数（人）",
            "児童数",
            "申請者数",
            "要介護認定者数",
            "虐待相談件数",
            "滞納者数",
        )
    )
    small = set(rng.sample(range(rows), 6))
    found = Register(
        {
            "年度": [rng.randint(2015, 2025) for _row in range(rows)],
            "市町": [rng.choice(TOWNS) for _row in range(rows)],
            header: [
                rng.randint(1, 4) if row in small else rng.choice((0, rng.randint(5, 400)))
                for row in range(rows)
            ],
            "施設数": [rng.randint(1, 9) for _row in range(rows)],
            "割合": [round(rng.random(), 3) for _row in range(rows)],
        }
    )
    found.plant("small_cells", header, sorted(small))
    return found


def microdata(rng: random.Random, rows: int = 120) -> Register:
    """One row per person, without names: traits that a neighbour knows, some in groups of fewer than five."""
    found = Register(
        {
            "性別": [rng.choice(("男", "女")) for _row in range(rows)],
            rng.choice(("年齢", "年代")): [rng.choice((20, 30, 40)) for _row in range(rows)],
            rng.choice(("居住市町", "市町村")): [rng.choice(TOWNS[:2]) for _row in range(rows)],
            "回答": [rng.choice(("満足", "普通", "不満")) for _row in range(rows)],
        }
    )
    rare = rng.sample(range(rows), 3)
    for row in rare:
        found.columns[list(found.columns)[1]][row] = 90
    names = list(found.columns)[:3]
    keys = [tuple(found.columns[name][row] for name in names) for row in range(rows)]
    found.plant("small_group", "", [row for row, key in enumerate(keys) if keys.count(key) < 5])
    return found


def standard_list(rng: random.Random, rows: int = 60) -> Register:
    """A clean table of one of the standard shapes."""
    standard = rng.choice(all_standards())
    columns: dict[str, list[Any]] = {}
    for item in standard.items:
        if item.name in {"備考", "説明", "連絡先備考(その他、SNSなど)"}:
            columns[item.name] = [remark(rng) for _row in range(rows)]
        elif item.name.endswith("名称") or item.name in {"名称", "団体名", "場所名称", "設置者", "主催者"}:
            columns[item.name] = [rng.choice(FACILITIES) for _row in range(rows)]
        elif item.name in {"所有者等", "営業者名", "代表者名"}:
            columns[item.name] = [
                rng.choice((full_name(rng), "宗教法人高田寺", "株式会社山田商店")) for _row in range(rows)
            ]
        else:
            columns[item.name] = [value(item.content, rng) for _row in range(rows)]
    return Register(columns, title=standard.title)

"""A made-up register of public facilities: 18 columns as 公共施設一覧 has them, the same rows for the same seed."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

TOWNS: Final = [
    "津市",
    "四日市市",
    "伊勢市",
    "松阪市",
    "桑名市",
    "鈴鹿市",
    "名張市",
    "尾鷲市",
    "亀山市",
    "鳥羽市",
    "熊野市",
    "いなべ市",
    "志摩市",
    "伊賀市",
    "木曽岬町",
    "東員町",
    "菰野町",
    "朝日町",
    "川越町",
    "多気町",
    "明和町",
    "大台町",
    "玉城町",
    "度会町",
    "大紀町",
    "南伊勢町",
    "紀北町",
    "御浜町",
    "紀宝町",
]
KINDS: Final = [
    "図書館",
    "公民館",
    "体育館",
    "保健所",
    "小学校",
    "中学校",
    "庁舎",
    "公園",
    "診療所",
    "児童館",
]
KANA: Final = [
    "トショカン",
    "コウミンカン",
    "タイイクカン",
    "ホケンジョ",
    "ショウガッコウ",
    "チュウガッコウ",
    "チョウシャ",
    "コウエン",
    "シンリョウジョ",
    "ジドウカン",
]
REMARKS: Final = [
    "耐震化工事済",
    "駐車場あり（20台）",
    "土日祝日は休館",
    "段差なし・多目的トイレあり",
    "要予約①",
    "令和8年度に改修の予定",
    "髙橋文庫を併設",
    "備考なし",
    "避難所指定～浸水時は2階以上",
    "バリアフリー化のため一部閉鎖",
]
AREAS: Final = [
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
    "鳥居町",
    "島崎町",
]
STATES: Final = ("公開", "公開", "公開", "非公開", "準備中")
TYPES: Final[dict[str, dict[str, Any]]] = {
    "ID": {"type": "string", "constraints": {"required": True, "unique": True, "pattern": "F[0-9]{7}"}},
    "全国地方公共団体コード": {"type": "string", "constraints": {"required": True, "pattern": "[0-9]{6}"}},
    "地方公共団体名": {"type": "string"},
    "名称": {"type": "string", "constraints": {"required": True, "maxLength": 60}},
    "名称_カナ": {"type": "string"},
    "種別": {"type": "string", "constraints": {"enum": KINDS}},
    "市区町村": {"type": "string", "constraints": {"required": True}},
    "所在地_連結表記": {"type": "string"},
    "緯度": {"type": "number", "constraints": {"minimum": 33.0, "maximum": 36.0}},
    "経度": {"type": "number", "constraints": {"minimum": 135.0, "maximum": 138.0}},
    "電話番号": {"type": "string", "constraints": {"pattern": "[0-9]{3}-[0-9]{3}-[0-9]{4}"}},
    "公開区分": {"type": "string", "constraints": {"enum": ["公開", "非公開", "準備中"]}},
    "利用者数": {"type": "integer", "constraints": {"minimum": 0, "maximum": 500_000}},
    "面積": {"type": "number"},
    "開設日": {"type": "date"},
    "更新日": {"type": "date"},
    "URL": {"type": "string"},
    "備考": {"type": "string"},
}
NAMES: Final = tuple(TYPES)


def schema() -> dict[str, Any]:
    """The Table Schema of the register."""
    return {"fields": [{"name": name, **kind} for name, kind in TYPES.items()]}


def lines(count: int, seed: int = 406) -> Iterator[str]:
    """The rows as lines of CSV, without the header and without line ends."""
    rng = random.Random(seed)  # noqa: S311  # made-up data, the same each time
    pick, whole = rng.random, rng.randrange
    for number in range(count):
        town = whole(29)
        kind = whole(10)
        area = AREAS[whole(12)]
        block = f"{1 + whole(30)}番地{1 + whole(40)}"
        year, month, day = 1950 + whole(75), 1 + whole(12), 1 + whole(28)
        yield (
            f"F{number:07},{242012 + town * 10},三重県{TOWNS[town]},{area}{KINDS[kind]}第{number % 997}分館,"
            f"{KANA[kind]}ダイ{number % 997}ブンカン,{KINDS[kind]},{TOWNS[town]},三重県{TOWNS[town]}{area}{block},"
            f"{33.7 + pick() * 1.5:.6f},{135.9 + pick() * 0.9:.6f},059-{100 + whole(900)}-{1000 + whole(9000)},"
            f"{STATES[whole(5)]},{whole(500_001)},{pick() * 9000:.1f},{year}-{month:02}-{day:02},"
            f"2026-{1 + whole(11):02}-{1 + whole(28):02},https://www.example.lg.jp/shisetsu/{number}.html,"
            f"{REMARKS[whole(10)]}"
        )


def write_csv(path: Path, count: int, encoding: str = "cp932") -> int:
    """Write the register as a CSV file with CRLF; its size in bytes."""
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(",".join(NAMES) + "\r\n")
        for line in lines(count):
            file.write(line + "\r\n")
    return path.stat().st_size

"""Code lists that many procedures share; `codelist: prefectures` in a definition names one of them."""

from __future__ import annotations

from kencho.foundation.prefectures import PREFECTURES
from kencho.procedures.definition._model import Option

# 全国地方公共団体コード (five digits) of the municipalities of Mie.
_MIE = [
    "24201",
    "津市",
    "24202",
    "四日市市",
    "24203",
    "伊勢市",
    "24204",
    "松阪市",
    "24205",
    "桑名市",
    "24207",
    "鈴鹿市",
    "24208",
    "名張市",
    "24209",
    "尾鷲市",
    "24210",
    "亀山市",
    "24211",
    "鳥羽市",
    "24212",
    "熊野市",
    "24214",
    "いなべ市",
    "24215",
    "志摩市",
    "24216",
    "伊賀市",
    "24303",
    "木曽岬町",
    "24324",
    "東員町",
    "24341",
    "菰野町",
    "24343",
    "朝日町",
    "24344",
    "川越町",
    "24441",
    "多気町",
    "24442",
    "明和町",
    "24443",
    "大台町",
    "24461",
    "玉城町",
    "24470",
    "度会町",
    "24471",
    "大紀町",
    "24472",
    "南伊勢町",
    "24543",
    "紀北町",
    "24561",
    "御浜町",
    "24562",
    "紀宝町",
]


CODELISTS: dict[str, tuple[Option, ...]] = {
    "prefectures": tuple(Option(f"{number:02d}", name) for number, name in enumerate(PREFECTURES, start=1)),
    "mie_municipalities": tuple(Option(code, name) for code, name in zip(_MIE[::2], _MIE[1::2], strict=True)),
    "months": tuple(Option(str(month), f"{month}月") for month in range(1, 13)),
    "legal_entity_kinds": tuple(
        Option(code, label)
        for code, label in (
            ("kabushiki", "株式会社"),
            ("yugen", "有限会社"),
            ("godo", "合同会社"),
            ("goshi_gomei", "合資会社・合名会社"),
            ("ippan", "一般社団法人・一般財団法人"),
            ("koeki", "公益社団法人・公益財団法人"),
            ("npo", "特定非営利活動法人"),
            ("shakai_fukushi", "社会福祉法人"),
            ("iryo", "医療法人"),
            ("gakko", "学校法人"),
            ("shukyo", "宗教法人"),
            ("kumiai", "組合"),
            ("other", "その他"),
        )
    ),
}

"""Example papers shared by the tests: fictional people, a real-looking office."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kencho.foundation.typesetting import (
    ApplicationSlip,
    Document,
    Notice,
    PaperForm,
    Receipt,
    RuledSheet,
    SheetCell,
)

JST = timezone(timedelta(hours=9))
AT = datetime(2026, 4, 17, 10, 23, 45, 678_000, tzinfo=JST)

NOTICE: Notice = {
    "number": "三重県指令環共第08-0123号",
    "date": "令和8年4月17日",
    "addressee": {
        "postal_code": "514-8570",
        "address": "三重県津市広明町13番地",
        "name": "株式会社　髙田産業\n代表取締役　葛\U000e0100城　花子",
        "honorific": "様",
    },
    "sender": {"post": "三重県知事", "name": "伊勢　太郎"},
    "title": "産業廃棄物収集運搬業許可決定通知書",
    "body": [
        "令和8年3月2日付けで申請のあった産業廃棄物収集運搬業の許可については、廃棄物の処理及び清掃に関する法律（昭和45年法律第137号）第14条第1項の規定により、下記のとおり許可することに決定したので通知します。",
        "なお、許可の有効期間が満了した後も引き続き事業を行おうとするときは、満了日の2か月前までに更新の申請をしてください。",
    ],
    "particulars": [
        {"label": "許可番号", "value": "第02400123456号"},
        {"label": "許可の年月日", "value": "令和8年4月17日"},
        {"label": "許可の有効期間", "value": "令和8年4月17日から令和13年4月16日まで"},
        {
            "label": "事業の範囲",
            "value": "収集運搬（積替え・保管を除く。）\n燃え殻、汚泥、廃油、廃プラスチック類、金属くず、がれき類（以上6種類。石綿含有産業廃棄物を含む。）",
        },
        {"label": "手数料", "value": "81,000円（納付済み）"},
    ],
    "conditions": [
        "運搬車の車体の外側に、産業廃棄物の収集運搬車である旨、氏名又は名称及び許可番号を見やすいように表示すること。",
        "運搬の途中で産業廃棄物が飛散し、流出し、又は悪臭が漏れるおそれのないようにすること。",
    ],
    "grounds": {
        "paragraphs": [
            "申請のあった事業の範囲のうち「廃酸」については、運搬容器の耐食性を示す書類の提出がなく、令和8年3月16日付けの補正の求めに対しても期限までに提出されなかったため、審査基準2(3)「事業の用に供する施設が、産業廃棄物が飛散し、流出するおそれのないものであること」に適合すると認めることができません。このため、廃酸を除いて許可します。",
        ],
        "provisions": [
            "廃棄物の処理及び清掃に関する法律第14条第5項第1号",
            "同法施行規則第10条第1号",
            "三重県産業廃棄物処理業の許可に係る審査基準2(3)",
        ],
    },
    "remedies": [
        {
            "title": "審査請求",
            "text": "この処分に不服がある場合は、この処分があったことを知った日の翌日から起算して3か月以内に、環境大臣に対して審査請求をすることができます（この処分があった日の翌日から起算して1年を経過した場合を除きます。）。",
        },
        {
            "title": "取消訴訟",
            "text": "この処分の取消しの訴えは、この処分があったことを知った日の翌日から起算して6か月以内に、三重県を被告として（訴訟において三重県を代表する者は三重県知事となります。）提起することができます（この処分があった日の翌日から起算して1年を経過した場合を除きます。）。",
        },
    ],
    "seal": {"signer": "三重県知事", "verify_url": "https://denshi.example.jp/verify"},
    "contact": {
        "division": "環境共生局　廃棄物対策課",
        "phone": "059-000-0000",
        "email": "haitai@example.jp",
    },
}

RECEIPT: Receipt = {
    "receipt_number": "R8-0417-000123-7",
    "arrived_at": "令和8年4月17日（金）10時23分45.678秒",
    "procedure": "産業廃棄物収集運搬業の許可の申請（新規）",
    "office": "三重県　環境共生局　廃棄物対策課",
    "applicant": "株式会社　髙田産業",
    "status_url": "https://denshi.example.jp/s/R8-0417-000123-7",
    "standard_period": "60日（補正にかかった日数は含みません。）",
    "attachments": "3件（合計 4.8 MB）",
    "secret": "7KQM-2XHD-P94T",
    "next_steps": [
        "担当の所属が内容を確認します。足りない書類などがあるときは、電子メールでお知らせします。",
        "手数料の納付をお願いする通知が届いたら、期限までに納めてください。",
        "審査が終わると、決定通知書をこのシステムで受け取れます。",
    ],
    "contact": {"division": "廃棄物対策課", "phone": "059-000-0000"},
}

SLIP: ApplicationSlip = {
    "title": "産業廃棄物収集運搬業の許可の申請（新規）",
    "receipt_number": "R8-0417-000123-7",
    "arrived_at": "令和8年4月17日（金）10時23分45.678秒",
    "applicant": "株式会社　髙田産業（法人番号 1234567890123）",
    "agent": "行政書士　鈴鹿　次郎",
    "office": "三重県知事（環境共生局　廃棄物対策課）",
    "form_version": "第4版（3f9a 71c2）",
    "pages": [
        {
            "title": "1　申請者について",
            "sections": [
                {
                    "title": "法人の情報",
                    "rows": [
                        {"label": "名称", "value": "株式会社　髙田産業"},
                        {"label": "名称（フリガナ）", "value": "カブシキガイシャ　タカダサンギョウ"},
                        {
                            "label": "本店の所在地",
                            "value": "〒514-8570\n三重県津市広明町13番地　県庁前ビル　2階",
                        },
                        {
                            "label": "電話番号",
                            "value": "059-000-0000",
                            "note": "平日の昼間につながる番号",
                        },
                        {"label": "ファクシミリの番号", "value": ""},
                    ],
                },
                {
                    "title": "役員",
                    "groups": [
                        {
                            "title": "役員",
                            "items": [
                                [
                                    {"label": "氏名", "value": "葛\U000e0100城　花子"},
                                    {"label": "役職", "value": "代表取締役"},
                                    {"label": "生年月日", "value": "昭和55年1月7日"},
                                ],
                                [
                                    {"label": "氏名", "value": "𠮷野　﨑三"},
                                    {"label": "役職", "value": "取締役"},
                                    {"label": "生年月日", "value": "平成元年1月8日"},
                                ],
                            ],
                        }
                    ],
                },
            ],
        },
        {
            "title": "2　事業の内容",
            "sections": [
                {
                    "rows": [
                        {
                            "label": "取り扱う産業廃棄物の種類",
                            "value": "燃え殻、汚泥、廃油、廃プラスチック類、金属くず、がれき類",
                        },
                        {
                            "label": "事業の概要",
                            "value": "建設現場から出る産業廃棄物を、県内の中間処理施設まで運搬します。\n\n1日あたり平均4台、月25日程度を予定しています。",
                        },
                        {"label": "石綿含有産業廃棄物を取り扱いますか", "value": "はい"},
                        {
                            "label": "ウェブサイト",
                            "value": "https://www.example.jp/company/"
                            + "very-long-path-without-any-space/" * 4,
                        },
                    ],
                    "groups": [{"title": "積替え・保管の場所", "items": []}],
                }
            ],
        },
    ],
    "attachments": [
        {"name": "定款.pdf", "size": "1.2 MB", "sha256": "9f86d081884c7d659a2feaa0c55ad015" * 2},
        {
            "name": "運搬車両の写真（前面・側面）_最終版.jpg",
            "size": "3.4 MB",
            "sha256": "60303ae22b998861bce3b28f33eec1be" * 2,
        },
        {"name": "事業計画の概要.xlsx", "size": "212 KB", "sha256": "fd61a03af4f77d870fc21e05e7e80678" * 2},
    ],
}

FORM: PaperForm = {
    "title": "住宅用太陽光発電設備等設置費補助金交付申請書",
    "body_code": "240001",
    "procedure_code": "solar-panel-subsidy",
    "version_digest": "3f9a71c2" * 8,
    "form_name": "様式第1号（第5条関係）",
    "addressee": "三重県知事",
    "instructions": [
        "黒のボールペンで、枠からはみ出さないように書いてください。間違えたときは、二重線で消してください。",
        "押印は必要ありません。",
    ],
    "sections": [
        {
            "title": "申請する方",
            "fields": [
                {
                    "key": "name",
                    "label": "氏名",
                    "kind": "name",
                    "required": True,
                    "parts": [
                        {"key": "family_kana", "label": "セイ"},
                        {"key": "given_kana", "label": "メイ"},
                        {"key": "family", "label": "姓"},
                        {"key": "given", "label": "名"},
                    ],
                },
                {
                    "key": "birthday",
                    "label": "生年月日",
                    "kind": "date",
                    "required": True,
                    "eras": ["昭和", "平成", "令和", "西暦"],
                    "years": 4,
                },
                {"key": "home", "label": "住所", "kind": "address", "required": True},
                {
                    "key": "phone",
                    "label": "電話番号",
                    "kind": "digits",
                    "groups": [11],
                    "note": "左に詰めて書いてください。",
                },
                {"key": "email", "label": "メールアドレス", "kind": "text"},
            ],
        },
        {
            "title": "設置する設備",
            "fields": [
                {
                    "key": "kind",
                    "label": "設備の種類",
                    "kind": "choices",
                    "options": ["太陽光発電設備", "定置用蓄電池", "電気自動車等充給電設備（V2H）"],
                    "required": True,
                },
                {
                    "key": "house",
                    "label": "住宅の区分",
                    "kind": "choice",
                    "options": ["新築", "既築", "建売"],
                    "required": True,
                },
                {
                    "key": "amount",
                    "label": "交付申請額",
                    "kind": "digits",
                    "groups": [3, 3, 3],
                    "places": True,
                    "unit": "円",
                },
                {"key": "power", "label": "出力", "kind": "text", "unit": "kW"},
                {"key": "reason", "label": "設置の目的", "kind": "lines", "lines": 4},
            ],
        },
        {
            "title": "確認",
            "fields": [
                {"key": "read", "label": "次の文をよく読んでください。", "kind": "words"},
                {"key": "promises", "label": "同意", "kind": "heading", "note": "全員"},
                {
                    "key": "consent",
                    "label": "調査への同意",
                    "kind": "consent",
                    "statement": "審査に必要な範囲で、県が県税の納付状況を確認することに同意します。",
                    "required": True,
                },
            ],
        },
    ],
}

DOCUMENT: Document = {
    "title": "令和8年度第1回　情報システム最適化会議　議事録",
    "date": "令和8年4月17日",
    "sender": "総務部　デジタル改革推進課",
    "blocks": [
        {
            "kind": "particulars",
            "rows": [
                {"label": "日時", "value": "令和8年4月17日（金）10時00分から11時30分まで"},
                {"label": "場所", "value": "三重県庁　講堂棟　第131会議室"},
                {"label": "出席者", "value": "総務部長、デジタル改革推進課長ほか12名"},
            ],
        },
        {"kind": "heading", "text": "1　議題"},
        {"kind": "numbered", "items": ["予算要求前審査の結果について", "電子申請の利用状況について"]},
        {"kind": "heading", "text": "2　議事の概要"},
        {
            "kind": "paragraph",
            "text": "デジタル改革推進課から、予算要求前審査の結果について説明があった。審査の対象は48件、このうち「妥当」は39件、「条件付きで妥当」は7件、「見直し」は2件であった。",
        },
        {"kind": "heading", "text": "2.1　電子申請の利用状況", "level": 3},
        {
            "kind": "table",
            "caption": "表1　電子申請の件数",
            "columns": [
                {"title": "区分", "weight": 2},
                {"title": "令和6年度（件）", "align": "right"},
                {"title": "令和7年度（件）", "align": "right"},
                {"title": "増減", "align": "right"},
            ],
            "rows": [
                ["許可・認可", "12,345", "15,678", "＋27.0％"],
                ["届出", "45,678", "61,234", "＋34.1％"],
                ["補助金", "3,210", "4,012", "＋25.0％"],
            ],
        },
        {"kind": "list", "items": ["次回は令和8年7月に開催する。", "資料は庁内に公開する。"]},
    ],
    "closing": "以上",
}


def _cell(text: str, *, columns: int = 1, rows: int = 1, header: bool = False) -> SheetCell:
    return {"text": text, "columns": columns, "rows": rows, "header": header, "align": "center"}


RULED_SHEET: RuledSheet = {
    "title": "施策406　スマート自治体の推進",
    "footer": "三重県　みえ県民力ビジョン　案（第1版）",
    "marking": "見本",
    "blocks": [
        {"kind": "paragraph", "text": "【主担当部局：総務部】", "mark": "", "align": "right"},
        {"kind": "heading", "text": "現状と課題", "level": 2},
        {
            "kind": "paragraph",
            "text": "行政手続のオンライン化を進めています。",
            "mark": "①",
            "align": "left",
        },
        {"kind": "heading", "text": "①スマート自治体推進事業", "level": 3},
        {
            "kind": "grid",
            "text": "主指標",
            "weights": [3, 1, 1],
            "head": [
                [_cell("目標項目", rows=2, header=True), _cell("2年度", columns=2, header=True)],
                [_cell("目標値", header=True), _cell("実績値", header=True)],
            ],
            "body": [[_cell("申請件数", header=True), _cell("22,400 件"), _cell("")]],
        },
    ],
}

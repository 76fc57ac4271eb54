"""Words for made-up free text: many, and joined by chance, so that no reader can know the sentences by heart."""

import random


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _split(
    "道路 歩道 水道管 下水道 看板 足場 工事車両 仮設事務所 電柱 広告塔 用水路 農業用水 堤防 護岸 樹木 公園 駐車場 倉庫 工場 店舗 厨房 冷蔵庫 浴槽 源泉 旅館 "
    "保育所 診療所 薬局 図書館 体育館 公民館 学校 教室 研修会 講演会 展示会 音楽祭 夏まつり 花火大会 マラソン大会 発表会 防災訓練 清掃活動 見守り活動 食育講座 "
    "補助金 助成金 会費 参加費 入場料 収入 支出 予算 決算 見積書 契約書 領収書 名簿 議事録 図面 写真 位置図 計画書 報告書 許可証 免許証 登録証 証明書 通知書 "
    "機械 部品 設備 電源 空調 照明 太陽光パネル サーバー パソコン タブレット ソフトウェア 会計システム 在庫管理 予約システム 電子決済 ネットショップ クラウド データ "
    "従業員 職員 代表者 理事 監事 会員 利用者 住民 児童 生徒 高齢者 障害者 観光客 来場者 講師 技術者 専門家 産業廃棄物 汚泥 廃油 金属くず 木くず がれき 積替え場 "
    "運搬車両 保管場所 処理施設 環境 騒音 振動 水質 大気 森林 猟銃 わな 鳥獣 農地 水田 果樹園 養殖場 漁港 船舶 港湾 橋梁 トンネル 河川敷 砂防 急傾斜地 住宅 団地 "
    "家賃 家計 給与 年金 失業 休業 転居 結婚 出産 介護 入院 通院 進学 卒業 就職 転職 資格 試験 免許 面接 志望 研究 調査 統計 歴史 文化財 古文書 公文書 個人情報"
)
VERBS = _split(
    "設置する 撤去する 補修する 改修する 新設する 移転する 拡張する 縮小する 変更する 更新する 購入する 導入する 整備する 開催する 実施する 調査する 確認する 測定する "
    "点検する 管理する 運営する 利用する 活用する 保管する 運搬する 処分する 販売する 提供する 支援する 育成する 募集する 公開する 閲覧する 申請する 届け出る 報告する "
    "説明する 相談する 学ぶ 続ける 始める 減らす 増やす 守る 広める 伝える 高める"
)
TIMES = _split(
    "毎月 毎週土曜日に 年に2回 本年度中に 来年度から 4月から 10月上旬に 夏の間 冬期に 平日の9時から17時まで 夜間に 雨天の日は 緊急時に 3年前から 昨年の台風で 先月から"
)
PLACES = _split(
    "地域で 県内で 市内の 駅前の 隣接する 敷地内の 川沿いの 山間部の 国道沿いの 商店街で 港の近くで 自宅の 事務所の 現地で"
)
REASONS = _split(
    "老朽化したため 手狭になったため 人手が不足しているため 利用者が増えたため 安全を確かめるため 地域の活性化のため 法令が改正されたため 台風で壊れたため 紛失したため "
    "破損したため 転居したため 結婚したため 家計が急変したため 勤務先が変わったため 費用を抑えるため 環境への負担を減らすため 研究に使うため 裁判の資料とするため"
)
ENDINGS = ("。", "。", "", "")
TRADES = _split(
    "建設 工業 産業 商事 運輸 食品 農園 水産 林業 電機 電工 設備 設計 測量 製作所 製菓 酒造 印刷 自動車 石油 観光 不動産 警備 環境 造園 土木 塗装 鉄工 木材 繊維"
)
FORMS = (
    "株式会社",
    "株式会社",
    "有限会社",
    "合同会社",
    "一般社団法人",
    "特定非営利活動法人",
    "社会福祉法人",
    "医療法人",
)
TITLES = (
    "代表取締役",
    "代表取締役社長",
    "理事長",
    "代表理事",
    "事務局長",
    "所長",
    "支店長",
    "会長",
    "院長",
    "代表社員",
    "専務取締役",
    "部長",
)
SCHOOLS = (
    "高等学校",
    "工業高等学校",
    "商業高等学校",
    "中学校",
    "小学校",
    "大学",
    "短期大学",
    "高等専門学校",
    "看護専門学校",
)
BANKS = ("銀行", "信用金庫", "信用組合", "農業協同組合", "労働金庫")
JOBS = (
    "会社員",
    "公務員",
    "自営業",
    "農業",
    "漁業",
    "学生",
    "無職",
    "主婦",
    "教員",
    "看護師",
    "大工",
    "運転手",
    "美容師",
    "調理師",
    "薬剤師",
)
HOUSES = (
    "コーポ",
    "ハイツ",
    "メゾン",
    "マンション",
    "アパート",
    "レジデンス",
    "荘",
    "グリーンハイツ",
    "サンハイツ",
    "プラザ",
    "第二ビル",
    "団地",
)
DOMAINS = _split(
    "gmail.com yahoo.co.jp docomo.ne.jp ezweb.ne.jp softbank.ne.jp icloud.com outlook.jp hotmail.co.jp nifty.com au.com i.softbank.jp "
    "ybb.ne.jp zmail.ne.jp biglobe.ne.jp ocn.ne.jp plala.or.jp cty-net.ne.jp za.ztv.ne.jp"
)  # fmt: skip
SYLLABLES = _split(
    "ka ki ku ke ko sa shi su se so ta chi tsu te to na ni no ha hi fu ho ma mi mu me mo ya yu yo ra ri ru re ro wa da go ji"
)
# Parts of given names with their readings: joined by chance they give names that no list has.
NAME_FRONTS = tuple(
    zip(
        _split(
            "健 浩 雅 秀 義 正 和 英 博 光 隆 哲 康 直 修 美 由美 真 千 奈 沙 理 彩 優 陽 結 紗 智 恵 佳 久 文 清 照 晴 拓 悠 涼 航 蒼 颯 琴 珠 菜 詩 瑠 碧 凪 緒 澄"
        ),
        _split(
            "ケン ヒロ マサ ヒデ ヨシ マサ カズ ヒデ ヒロ ミツ タカ テツ ヤス ナオ オサ ミ ユミ マ チ ナ サ リ アヤ ユウ ハル ユ サ トモ エ ヨシ ヒサ フミ キヨ テル ハル タク ハル リョウ コウ ソウ ソウ コト タマ ナ シ ル アオ ナギ オ スミ"
        ),
        strict=True,
    )
)
NAME_ENDS = tuple(
    zip(
        _split(
            "一 二 三 郎 太郎 也 人 樹 希 斗 真 司 史 志 夫 雄 彦 之 美 子 代 江 恵 香 花 奈 乃 音 葉 里 帆 衣 菜 穂 佳 実 輝 平 介 吾 馬 矢"
        ),
        _split(
            "イチ ジ ゾウ ロウ タロウ ヤ ト キ キ ト マ ジ シ シ オ オ ヒコ ユキ ミ コ ヨ エ エ カ カ ナ ノ ネ ハ リ ホ イ ナ ホ カ ミ キ ヘイ スケ ゴ マ ヤ"
        ),
        strict=True,
    )
)
ENDS = ("co.jp", "co.jp", "or.jp", "jp", "com", "ne.jp", "ed.jp", "net", "lg.jp")


def clause(rng: random.Random) -> str:
    """A few words that could stand on a form."""
    noun, other, verb = rng.choice(NOUNS), rng.choice(NOUNS), rng.choice(VERBS)
    return rng.choice(
        (
            f"{noun}の{other}を{verb}ため",
            f"{rng.choice(REASONS)}、{noun}を{verb}",
            f"{rng.choice(TIMES)}{noun}を{verb}",
            f"{rng.choice(PLACES)}{noun}と{other}を{verb}",
            f"{noun}を{verb}予定です",
            f"{noun}の{other}について{verb}",
            f"{noun}が{rng.choice(REASONS)}",
            f"{rng.randint(2, 90)}{rng.choice(('件', '人', '台', 'か所', '回', '時間', '日間', 'メートル'))}の{noun}を{verb}",
        )
    )


def sentences(rng: random.Random, longest: int) -> str:
    """One to three clauses, no longer than asked."""
    found = clause(rng)
    for _n in range(rng.choice((0, 0, 1, 1, 2))):
        more = f"{found}。{clause(rng)}"
        if len(more) > longest - 1:
            break
        found = more
    found += rng.choice(ENDINGS)
    return found[:longest]


def thing(rng: random.Random) -> str:
    """A name of a thing or an undertaking."""
    noun, other = rng.choice(NOUNS), rng.choice(NOUNS)
    return rng.choice(
        (
            f"{noun}{other}",
            f"{noun}の{other}",
            f"令和{rng.randint(2, 9)}年度{noun}{other}事業",
            f"{noun}",
            f"第{rng.randint(1, 40)}回{noun}",
            f"{noun}{other}計画",
        )
    )

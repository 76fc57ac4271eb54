"""What the header of a column says about its values."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kencho.foundation.text import fold

__all__ = ["Header", "read_header"]

_SEPARATORS: Final = re.compile(r"[\s_・/／:：.．\-()\[\]【】<>〔〕]+")


def _any(words: str) -> re.Pattern[str]:
    return re.compile("|".join(fold(word) for word in words.split()))


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(fold(pattern))


_MY_NUMBER: Final = _any("個人番号 マイナンバー my.?number 個人No")
# Whose name it may be: a private person's, or one that is named for an office, a work, a trade.
_OFFICE: Final = _any(
    "代表 院長 校長 園長 所長 館長 施設長 センター長 管理者 責任者 開設者 設置者 営業者 事業者 事業主 経営者 所有者 保持者 主催 講師 "
    "出演 監督 作者 著者 作家 編者 編集者 訳者 画家 彫刻家 設計者 施工者 議員 委員 首長 知事 市長 町長 村長 区長 会長 理事 役員 "
    "候補者 当選 職員名 担当者 担当職員 受賞者 表彰 名誉 人物 偉人 選手 団長 審査員 医師名 薬剤師 author creator publisher owner 発行者 受注者 落札"
)
_NAME: Final = _any(
    "氏名 姓名 名前 お名前 申請者 届出者 申込者 届出人 申請人 対象者 本人 利用者名 利用者氏名 世帯主 保護者 筆頭者 被保険者 受給者 納税者 滞納者 "
    "患者名 患者氏名 児童名 生徒名 園児名 参加者名 応募者 回答者 相談者 請求者 名義人 借受人 父 母 続柄氏名 利用者番号名 住民名 契約者 連絡者 "
    "full.?name person.?name ^name$ family.?name given.?name surname"
)
_SURNAME: Final = _whole("^(姓|氏|苗字|名字|みょうじ|せい|family.?name|surname|last.?name)$")
_GIVEN: Final = _whole("^(名|名前|めい|given.?name|first.?name)$")
_KANA: Final = _any("フリガナ ふりがな カナ よみ kana")
_THING: Final = _any(
    "施設 名称 建物 場所 会場 団体 機関 事業所 店 会社 法人 学校 病院 医院 文化財 路線 公園 商品 品名 件名 工事 事業名 事務 手続 "
    "イベント データ 地区 地域 町名 町字 大字 市町 住所 所在 位置 エリア 設置 サービス 種別 種類 分類 区分 科目 項目"
)
_STORY: Final = _any("説明 解説 概要 紹介 由来 沿革 歴史 名称 略歴 タイトル 題名 見どころ description title")
_SUBJECT: Final = _any(
    "名称 施設 事業所 医療機関 機関名 団体名 店名 店舗 屋号 文化財 イベント名 会場 設置場所 データセット 学校名 課名 所属名 窓口名 name$"
)
_REMARK: Final = _any("備考 摘要 特記 メモ コメント 経過 対応 相談内容 理由 意見 自由記述 記録 所見 内容$")
_PHONE: Final = _any("電話 tel 携帯 phone 連絡先 ファクス fax")
_PRIVATE: Final = _any(
    "自宅 携帯 個人 本人 緊急連絡 保護者 申請者 届出 世帯 利用者 患者 児童 生徒 会員 住民 相談者 申込"
)
_OFFICE_CONTACT: Final = _any("代表電話 問合 問い合わせ 連絡先 窓口 担当課 所管 事務局 受付 施設 店舗 fax")
_EMAIL: Final = _any("メール mail")
_BIRTH: Final = _any("生年月日 誕生日 出生日 生まれ birth.?date date.?of.?birth birthday 出生年月日")
_SEX: Final = _any("性別 ^sex$ gender 男女$ 男女別$")
_AGE: Final = _any("^年齢 本人年齢 満年齢 ^歳$ 年代 ^age 満年齢 生年$ 出生年$")
_HOME: Final = _any("現住所 住所地 自宅 住所$ 住所１ 住所1 居住地 ^address$ home.?address 送付先 居所")
_ADDRESS: Final = _any("住所 所在地 address 居住地 番地")
_AREA: Final = _any(
    "市町 市区 町字 町名 大字 地区 地域 校区 学区 郵便番号 居住 出身 住所 postal zip 国籍 municipality"
)
_TRAIT: Final = _any(
    "職業 学歴 婚姻 配偶 国籍 続柄 世帯構成 世帯人員 世帯類型 障害 等級 血液型 学年 在留資格 宗教 所得 年収 病名 傷病 要介護"
)
_ACCOUNT: Final = _any("口座 account.?no 振込先 銀行 金融機関 名義")
_DOMICILE: Final = _any("本籍 戸籍 筆頭者")
_PLATE: Final = _any("車両番号 登録番号 ナンバープレート 自動車登録 車番")
_IP: Final = _any("ipアドレス ip.?addr アクセス元 接続元 remote.?addr ^ip$")
_VERSION: Final = _any("バージョン version 版数 ver$")

# Counts of people; what is counted may be sensitive, and everyday, or belong to published demography.
_PEOPLE: Final = _whole(
    "人数|者数|児童数|生徒数|患者|園児数|会員数|被害者|死者|負傷者|感染者|人員$|名数|実人員|延人員|^人$|[(（]人[)）]|[(（]名[)）]"
)
_CASES: Final = _whole("件数|[(（]件[)）]|^件$|受理数|相談数|申請数|認定数")
_NOT_PEOPLE: Final = _whole(
    "定員|収容|定数|席数|床数|台数|棟数|箇所|面積|金額|単価|率|割合|平均|職員数|従業|医師数|看護|従事|スタッフ|募集|可能人数|職員|教員|講師数"
)
_DEMOGRAPHY: Final = _whole(
    "人口|世帯数|歳の?[男女]|[男女].*歳|歳|^男性?$|^女性?$|^総数$|出生数|出生者|死亡数|転入|転出"
)
_EVERYDAY: Final = _whole(
    "利用者|入場|来場|参加者|観光|乗降|乗客|宿泊|来館|入館|閲覧|貸出|受講|来訪|応募|利用人数|登録者"
)
_SENSITIVE: Final = _whole(
    "患者|感染|陽性|疾病|疾患|傷病|死因|自殺|自死|虐待|dv|配偶者暴力|生活保護|被保護|障害|障がい|要介護|要支援|認知症|不登校|いじめ|"
    "犯罪|非行|検挙|被害|加害|滞納|差押|ひきこもり|引きこもり|相談|難病|精神|結核|hiv|エイズ|母子|ひとり親|就学援助|外国人|中絶|処分"
)


@dataclass(frozen=True, slots=True)
class Header:
    """What one header hints at. Several can be true at once."""

    text: str
    my_number: bool
    name: bool
    surname: bool
    given: bool
    office: bool
    thing: bool
    story: bool
    subject: bool
    remark: bool
    kana: bool
    phone: bool
    private: bool
    office_contact: bool
    email: bool
    birth: bool
    sex: bool
    age: bool
    home: bool
    address: bool
    area: bool
    trait: bool
    account: bool
    domicile: bool
    plate: bool
    ip: bool
    version: bool
    people: bool
    cases: bool
    demography: bool
    everyday: bool
    sensitive: bool

    @property
    def counts(self) -> bool:
        """Whether the column counts people, or cases behind which there are people."""
        return self.people or self.cases or self.demography

    @property
    def is_quasi(self) -> bool:
        """Whether many who know a person know this of them."""
        return (self.sex or self.age or self.birth or self.area or self.trait) and not self.counts


@lru_cache(maxsize=4096)
def read_header(name: str) -> Header:
    """The hints of a header."""
    plain = fold(name)
    bare = _SEPARATORS.sub("", plain)

    def has(pattern: re.Pattern[str]) -> bool:
        return pattern.search(bare) is not None or pattern.search(plain) is not None

    not_people = has(_NOT_PEOPLE)
    office = has(_OFFICE)
    return Header(
        text=plain,
        my_number=has(_MY_NUMBER),
        name=has(_NAME),
        surname=has(_SURNAME),
        given=has(_GIVEN),
        office=office,
        thing=has(_THING),
        story=has(_STORY),
        subject=has(_SUBJECT) and not has(_NAME),
        remark=has(_REMARK),
        kana=has(_KANA),
        phone=has(_PHONE),
        private=has(_PRIVATE),
        office_contact=has(_OFFICE_CONTACT),
        email=has(_EMAIL),
        birth=has(_BIRTH),
        sex=has(_SEX),
        age=has(_AGE),
        home=has(_HOME) and not office,
        address=has(_ADDRESS),
        area=has(_AREA),
        trait=has(_TRAIT),
        account=has(_ACCOUNT),
        domicile=has(_DOMICILE),
        plate=has(_PLATE),
        ip=has(_IP),
        version=has(_VERSION),
        people=has(_PEOPLE) and not not_people,
        cases=has(_CASES) and not not_people,
        demography=has(_DEMOGRAPHY) and not not_people,
        everyday=has(_EVERYDAY),
        sensitive=has(_SENSITIVE),
    )

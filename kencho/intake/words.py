"""What the reader says, in sentences for clerks: what happened, and what to do now."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from kencho.foundation.ui import Kind as Look
from kencho.foundation.ui import Status
from kencho.intake.engine.shapes import Kind, Reason, Refusal
from kencho.intake.models import FieldResult, ScanBatch, ScanPage, Sheet

Text = str | StrPromise


@dataclass(frozen=True)
class Sentence:
    """Why a page or file was not read: a title for lists, what happened, what to do."""

    title: Text
    text: Text
    action: Text


REFUSALS: dict[str, Sentence] = {
    Refusal.EMPTY_FILE: Sentence(
        _("空のファイル"), _("ファイルの中身がありません。"), _("もう一度スキャンしてください。")
    ),
    Refusal.BROKEN: Sentence(
        _("壊れたファイル"),
        _("ファイルが壊れているか、途中で切れています。"),
        _("もう一度スキャンして取り込んでください。"),
    ),
    Refusal.ENCRYPTED: Sentence(
        _("パスワード付き"),
        _("パスワードがかかっているため、開けません。"),
        _("パスワードを外して、もう一度取り込んでください。"),
    ),
    Refusal.TOO_MANY_PAGES: Sentence(
        _("ページが多すぎる"),
        _("一つのファイルから読めるページ数を超えています。"),
        _("いくつかのファイルに分けて取り込んでください。"),
    ),
    Refusal.TOO_MANY_PIXELS: Sentence(
        _("画像が大きすぎる"),
        _("画像が大きすぎて、読み取れません。"),
        _("300dpi、A3以下でスキャンし直してください。"),
    ),
    Refusal.TOO_COARSE: Sentence(
        _("解像度が足りない"),
        _("画像が粗くて、文字を読み取れません。"),
        _("200dpi以上（できれば300dpi）でスキャンし直してください。"),
    ),
    Refusal.BLACK: Sentence(
        _("真っ黒なページ"),
        _("ページが真っ黒で、何も写っていません。"),
        _("スキャナーのふたと濃さを確かめて、スキャンし直してください。"),
    ),
    Refusal.UNKNOWN_FORM: Sentence(
        _("知らない様式"),
        _("この紙の様式が分かりません。"),
        _("手続を決めて読み直すか、様式の枠を作るか、手で入力してください。"),
    ),
    Refusal.WRONG_VERSION: Sentence(
        _("古い様式"),
        _("収受印の日には使われていない版の様式です。"),
        _("内容を確かめて手で入力するか、今の様式で出し直してもらってください。"),
    ),
    Refusal.WRONG_PROCEDURE: Sentence(
        _("ほかの窓口の様式"),
        _("この所属が受け持つ手続の様式ではありません。"),
        _("受け持つ所属に紙を渡してから、このページを除いてください。"),
    ),
    Refusal.CORNERS_MISSING: Sentence(
        _("角が写っていない"),
        _("四隅の印が足りないため、位置を合わせられません。紙が折れているか、切れています。"),
        _("紙を伸ばし、端まで入るようにスキャンし直してください。"),
    ),
    Refusal.BADLY_REGISTERED: Sentence(
        _("位置が合わない"),
        _("紙がゆがんでいて、記入欄の位置が合いません。"),
        _("紙を平らにしてスキャンし直すか、手で入力してください。"),
    ),
    Refusal.TIMED_OUT: Sentence(
        _("時間切れ"),
        _("読み取りに時間がかかりすぎたため、やめました。"),
        _("もう一度読ませるか、手で入力してください。"),
    ),
    Refusal.CRASHED: Sentence(
        _("読み取りの失敗"),
        _("このページを読むたびに、読み取りが途中で止まりました。"),
        _("もう一度読ませるか、手で入力してください。"),
    ),
    "kind": Sentence(
        _("読めない種類"),
        _("PDF、TIFF、JPEG、PNG のどれでもありません。"),
        _("PDFかTIFFでスキャンし直してください。"),
    ),
    "too_large": Sentence(
        _("大きすぎる"),
        _("ファイルが、取り込める大きさを超えています。"),
        _("いくつかのファイルに分けて取り込んでください。"),
    ),
    "no_attachment": Sentence(
        _("添付のないメール"),
        _(
            "取込み口に届いたメールに、読み取れる添付ファイルがありません（本文や貼り付けた画像は読みません）。"
        ),
        _("受信箱で、重要の印の付いたこの時刻のメールを開いて確かめてください。紙は、画面から取り込めます。"),
    ),
    "mail_too_large": Sentence(
        _("大きすぎるメール"),
        _("取込み口に届いたメールが、取り込める大きさを超えています。"),
        _("受信箱で、重要の印の付いたこの時刻のメールを確かめ、分けてスキャンし直してください。"),
    ),
    "hostile": Sentence(
        _("危ないファイル"),
        _("安全を確かめられないファイルです。"),
        _("開かずに、情報システムの担当に知らせてください。"),
    ),
}

REASONS: dict[str, Text] = {
    Reason.BLANK: _("書かれていません。"),
    Reason.READERS_DIFFER: _("二つの読み取りの結果が違います。"),
    Reason.LOW_SCORE: _("はっきり読めません。"),
    Reason.INVALID: _("この項目に入らない値です。"),
    Reason.NOT_IN_DICTIONARY: _("辞書にない言葉です。"),
    Reason.CORRECTED_BY_DICTIONARY: _("辞書で直しました。"),
    Reason.CROSS_CHECK_FAILED: _("ほかの項目と合いません。"),
    Reason.CROSS_CHECKED: _("ほかの項目と合っています。"),
    Reason.GREY_TICK: _("印があるか、はっきりしません。"),
    Reason.TOO_MANY_TICKS: _("一つ選ぶところに、いくつも印があります。"),
    Reason.VARIANT_POSSIBLE: _("字の形が違う異体字かもしれません。"),
    Reason.OVERFLOW: _("枠の外まで書かれています。"),
    Reason.NO_TEMPLATE: _("様式がないため、場所から推し量りました。"),
}

KINDS: dict[str, Text] = {
    Kind.NAME: _("氏名"),
    Kind.NAME_KANA: _("フリガナ"),
    Kind.ORGANIZATION: _("団体の名称"),
    Kind.DATE: _("日付"),
    Kind.BIRTH_DATE: _("生年月日"),
    Kind.POSTAL_CODE: _("郵便番号"),
    Kind.ADDRESS: _("住所"),
    Kind.TELEPHONE: _("電話番号"),
    Kind.EMAIL: _("メールアドレス"),
    Kind.MONEY: _("金額"),
    Kind.INTEGER: _("整数"),
    Kind.DECIMAL: _("小数"),
    Kind.DIGITS: _("番号"),
    Kind.LEGAL_ENTITY_NUMBER: _("法人番号"),
    Kind.INDIVIDUAL_NUMBER: _("個人番号"),
    Kind.TEXT: _("短い文字"),
    Kind.TEXTAREA: _("文章"),
    Kind.CHOICE: _("一つ選ぶ印"),
    Kind.CHOICES: _("いくつも選ぶ印"),
    Kind.CONSENT: _("同意の印"),
}

_BATCH: dict[str, Look] = {
    ScanBatch.State.WAITING: Look.NEUTRAL,
    ScanBatch.State.READING: Look.INFO,
    ScanBatch.State.READ: Look.SUCCESS,
    ScanBatch.State.REFUSED: Look.DANGER,
}
_PAGE: dict[str, Look] = {
    ScanPage.State.WAITING: Look.INFO,
    ScanPage.State.READ: Look.SUCCESS,
    ScanPage.State.BLANK: Look.NEUTRAL,
    ScanPage.State.REFUSED: Look.DANGER,
    ScanPage.State.SET_ASIDE: Look.NEUTRAL,
    ScanPage.State.ENCLOSED: Look.SUCCESS,
}
_SHEET: dict[str, Look] = {
    Sheet.State.READING: Look.INFO,
    Sheet.State.INCOMPLETE: Look.WARNING,
    Sheet.State.VERIFYING: Look.WARNING,
    Sheet.State.READY: Look.INFO,
    Sheet.State.REGISTERED: Look.SUCCESS,
    Sheet.State.DISCARDED: Look.NEUTRAL,
}
_FIELD: dict[str, Look] = {
    FieldResult.State.PASSED: Look.SUCCESS,
    FieldResult.State.DOUBTFUL: Look.WARNING,
    FieldResult.State.AUDIT: Look.WARNING,
    FieldResult.State.SECOND: Look.INFO,
    FieldResult.State.THIRD: Look.DANGER,
    FieldResult.State.VERIFIED: Look.SUCCESS,
}


def refusal(code: str) -> Sentence:
    """The sentences of a refusal; an unknown code (of an older version) gets those of a failure."""
    return REFUSALS.get(code, REFUSALS[Refusal.CRASHED])


def reason(code: str) -> Text:
    """Why a field should be looked at; the code itself when it is unknown."""
    return REASONS.get(code, code)


def kind(code: str) -> Text:
    """What is written in a field of this kind."""
    return KINDS.get(code, code)


def batch_status(state: str) -> Status:
    """The state of a batch."""
    return Status(ScanBatch.State(state).label, _BATCH[state])


def page_status(state: str) -> Status:
    """The state of a page."""
    return Status(ScanPage.State(state).label, _PAGE[state])


def sheet_status(state: str) -> Status:
    """The state of a sheet."""
    return Status(Sheet.State(state).label, _SHEET[state])


def field_status(state: str) -> Status:
    """The state of a field."""
    return Status(FieldResult.State(state).label, _FIELD[state])

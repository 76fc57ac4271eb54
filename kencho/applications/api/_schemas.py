"""The shapes of what goes in and out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from kencho.applications.models import ChecklistAnswer, Status
from kencho.foundation.api import Id, Input

ShortText = Annotated[str, Field(min_length=1, max_length=400)]
LongText = Annotated[str, Field(min_length=1, max_length=20_000)]
ItemId = Annotated[str, Field(min_length=1, max_length=120)]
Yen = Annotated[int, Field(ge=0, le=10**15, description="円")]
StatusCode = Status
Number = Annotated[str, Field(description="受付番号", examples=["24000-08-000001-4"])]


class SubmitIn(Input):
    """申請の内容。"""

    answers: dict[str, Any] = Field(
        description="回答。形は手続の `answers_schema`",
        examples=[{"applicant_name": {"family": "三重", "given": "花子"}}],
    )
    email: str = Field(
        default="",
        max_length=254,
        pattern=r"^$|^[^@\s]{1,64}@[^@\s]{1,180}$",
        description="連絡先のメールアドレス。省略すると回答の中のもの",
    )


class ReceiptOut(Schema):
    """受付票。同じ `Idempotency-Key` で送り直すと同じものが返ります。"""

    number: Number
    arrived_at: datetime = Field(description="到達日時（デジタル手続法第6条第3項）")
    status: StatusCode
    secret: str = Field(description="確認コード。番号と組にして状況の確認に使う", examples=["ABCD-EFGH-JKMN"])
    url: str = Field(description="人が状況を見るページ")


class UploadOut(Schema):
    """受け取ったファイル。この値をそのまま回答の中に置きます。"""

    id: str
    name: str
    bytes: int
    kind: str
    removed: list[str] = Field(description="無害化で取り除いたもの")


class Told(Schema):
    """経過の一つ。"""

    at: datetime
    text: str = Field(examples=["申請が届きました"])
    note: str


class AskedOut(Schema):
    """直してほしいところ。"""

    item_id: str
    message: str


class AmendmentOut(Schema):
    """補正の求め（行政手続法第7条）。"""

    due_on: date
    requested_at: datetime
    answered_at: datetime | None
    message: str
    items: list[AskedOut]


class StatusOut(Schema):
    """申請の状況。"""

    number: Number
    procedure: str
    body: str
    division: str
    status: StatusCode
    status_label: str
    arrived_at: datetime
    due_on: date | None = Field(description="標準処理期間の満了日。止まっているとき、定めのないときは null")
    amendment: AmendmentOut | None = Field(description="まだ答えていない補正の求め")
    timeline: list[Told]


class AmendIn(Input):
    """補正後の回答の全体。"""

    answers: dict[str, Any]


class CaseLine(Schema):
    """受付簿の一行。"""

    id: Id
    number: Number
    procedure: str
    procedure_title: str
    division: str
    status: StatusCode
    status_label: str
    channel: str
    applicant_name: str
    arrived_at: datetime
    due_on: date | None
    assignee: str | None = Field(description="担当者の職員番号")


class CasePage(Schema):
    """受付簿の一ページ。"""

    items: list[CaseLine]
    next: str | None = Field(description="次のページの `after`。なければ null")


class DocumentOut(Schema):
    """添付書類。"""

    id: str
    item_id: str
    name: str
    kind: str
    bytes: int
    added_at: datetime


class StandardOut(Schema):
    """審査基準と確認結果。"""

    standard_id: str
    text: str
    finding: ChecklistAnswer.Finding | None
    note: str
    by_name: str
    at: datetime | None


class CaseStep(Schema):
    """経過の一つ。職員の名前を含む。"""

    verb: str
    status: StatusCode
    at: datetime
    by_name: str
    note: str


class RemarkOut(Schema):
    """職員のメモ。"""

    text: str
    by_name: str
    at: datetime


class DecisionOut(Schema):
    """処分案または処分。"""

    kind: str
    state: str
    grounds: str
    text: str
    conditions: str
    amount: int | None
    approval_id: int | None
    drafted_by: str
    drafted_at: datetime


class NoticeOut(Schema):
    """交付した通知書。"""

    document_number: str
    issued_at: datetime
    fetched_at: datetime | None


class CaseOut(CaseLine):
    """申請の全体。"""

    answers: dict[str, Any]
    documents: list[DocumentOut]
    checklist: list[StandardOut]
    timeline: list[CaseStep]
    remarks: list[RemarkOut]
    amendments: list[AmendmentOut]
    decision: DecisionOut | None
    notice: NoticeOut | None


class AssignIn(Input):
    """担当者。null で担当者なし。"""

    staff_number: Annotated[str, Field(max_length=12)] | None = Field(examples=["S0001"])


class RemarkIn(Input):
    """メモ。"""

    text: LongText


class AskedIn(Input):
    """直してほしいところ。"""

    item_id: ItemId
    message: ShortText


class AmendmentIn(Input):
    """補正の求め。"""

    due_on: date
    message: str = Field(default="", max_length=2000)
    items: list[AskedIn] = Field(default=[], max_length=100)


class TransferIn(Input):
    """移す先の所属。"""

    division_code: Annotated[str, Field(min_length=1, max_length=20)]
    reason: str = Field(default="", max_length=400)


class GroundsIn(Input):
    """理由（行政手続法第8条）。"""

    grounds: LongText


class FindingIn(Input):
    """審査基準一つの確認結果。null で取り消す。"""

    standard_id: Annotated[str, Field(min_length=1, max_length=60)]
    finding: ChecklistAnswer.Finding | None
    note: str = Field(default="", max_length=400)


class ChecklistIn(Input):
    """確認結果。"""

    findings: list[FindingIn] = Field(min_length=1, max_length=200)


class DecisionIn(Input):
    """処分案。"""

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    grounds: str = Field(default="", max_length=20_000)
    text: str = Field(default="", max_length=20_000, description="通知の本文。省略すると手続の定めから作る")
    conditions: str = Field(default="", max_length=20_000)
    amount: Yen | None = None


class ApprovalStarted(Schema):
    """始まった決裁。"""

    approval_id: Id
    application: CaseLine


Due = Literal["", "overdue", "soon"]

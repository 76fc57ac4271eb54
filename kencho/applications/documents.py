"""Papers about an application: receipt, slip of the answers, the case for approval, the notice."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from kencho.applications import queries
from kencho.applications.models import Application, Decision
from kencho.approvals.document import Attachment, Document, Section
from kencho.foundation import typesetting, wareki
from kencho.foundation.clock import JST, day_of
from kencho.organization.models import Unit
from kencho.procedures.definition import Definition

BYTES_PER_MEGABYTE = 1_000_000


def printed_instant(at: datetime) -> str:
    """到達日時 with milliseconds."""
    local = at.astimezone(JST)
    return f"{wareki.format(local.date())} {local:%H時%M分%S}.{local.microsecond // 1000:03d}秒"


def printed_size(size: int) -> str:
    """A file size for people."""
    return (
        f"{size / BYTES_PER_MEGABYTE:.1f} MB" if size >= BYTES_PER_MEGABYTE else f"{max(1, size // 1000)} KB"
    )


def contact_of(division: Unit) -> typesetting.Contact:
    """事務担当 at the foot of a paper."""
    contact: typesetting.Contact = {"division": division.name}
    if division.telephone:
        contact["phone"] = division.telephone
    if division.email:
        contact["email"] = division.email
    return contact


def status_url(application: Application) -> str:
    """The page on which the applicant follows the application."""
    return settings.PUBLIC_URL + reverse("applications:application_status", args=[application.number])


def receipt_pdf(application: Application, *, secret: str = "") -> bytes:
    """受付票. The guest's code is printed only when it is at hand, right after submission."""
    definition = queries.compiled_of(application).definition
    period = definition.standard_processing_period
    data: typesetting.Receipt = {
        "receipt_number": application.number,
        "arrived_at": printed_instant(application.arrived_at),
        "procedure": definition.title,
        "office": f"{application.body.name} {application.division.name}",
        "status_url": status_url(application),
        "applicant": application.applicant_name,
        "next_steps": [
            "担当所属が内容を確認します。書類の不足や誤りがあるときは、補正をお願いすることがあります。",
            "進み具合は、上のページで受付番号を使っていつでも確認できます。",
        ],
        "attachments": f"{application.documents.count()}件",
        "contact": contact_of(application.division),
    }
    if period is not None and application.due_on is not None:
        data["standard_period"] = (
            f"{period.total_days}日（{wareki.format(application.due_on)}まで。補正の期間を除く）"
        )
    if secret:
        data["secret"] = secret
    return typesetting.render("receipt", data, created_at=application.arrived_at)


def answer_pages(application: Application) -> list[typesetting.AnswerPage]:
    """The answers in the order of the form."""
    return [
        {"title": title, "sections": [{"rows": [{"label": label, "value": text} for label, text in rows]}]}
        for title, rows in queries.compiled_of(application).summary(application.answers)
    ]


def attachments_of(application: Application) -> list[typesetting.Attachment]:
    """The documents handed in, named by what arrived (the original's digest)."""
    documents = application.documents.select_related("upload__original", "upload__clean_copy")
    return [
        {"name": d.upload.name, "size": printed_size(kept.size), "sha256": kept.digest}
        for d in documents
        if (kept := d.upload.original or d.upload.clean_copy) is not None
    ]


def slip_pdf(application: Application) -> bytes:
    """申請内容の控え: all answers as they arrived or were amended."""
    definition = queries.compiled_of(application).definition
    data: typesetting.ApplicationSlip = {
        "title": definition.title,
        "receipt_number": application.number,
        "arrived_at": printed_instant(application.arrived_at),
        "pages": answer_pages(application),
        "attachments": attachments_of(application),
        "applicant": application.applicant_name,
        "office": f"{application.body.name} {application.division.name}",
        "form_version": application.version.digest[:12],
    }
    return typesetting.render("application_slip", data, created_at=application.arrived_at)


def approval_document(application: Application, decision: Decision) -> Document:
    """The whole case on one page for those who approve; frozen there with its digest."""
    plan = queries.compiled_of(application)
    definition = plan.definition
    wanted = definition.flow.decision(decision.kind)
    sections = [
        Section(
            "伺い",
            paragraphs=(
                f"次の申請について、「{wanted.label}」と決定し、別案のとおり通知してよろしいか伺います。",
            ),
            facts=(
                ("受付番号", application.number),
                ("手続", definition.title),
                ("申請者", application.applicant_name),
                ("到達日時", printed_instant(application.arrived_at)),
                ("根拠法令", "、".join(f"{b.law}{b.article}" for b in definition.legal_basis)),
                (
                    "標準処理期間の満了日",
                    wareki.format(application.due_on) if application.due_on else "定めなし",
                ),
            ),
        ),
        Section("通知書の案", paragraphs=tuple(decision.text.splitlines())),
        Section("理由の提示", paragraphs=tuple(decision.grounds.splitlines())),
        Section("条件", paragraphs=tuple(decision.conditions.splitlines())),
        Section("審査基準の確認", facts=_findings(application, definition)),
    ]
    sections += [
        Section(f"申請内容：{title}", facts=tuple(rows)) for title, rows in plan.summary(application.answers)
    ]
    return Document(
        sections=tuple(each for each in sections if each.paragraphs or each.facts),
        attachments=tuple(_approval_attachments(application)),
    )


def _findings(application: Application, definition: Definition) -> tuple[tuple[str, str], ...]:
    checks = {c.standard_id: c for c in application.checklist.all()}
    return tuple(
        (
            s.text,
            f"{checks[s.id].get_finding_display()} {checks[s.id].note}".strip()
            if s.id in checks
            else "未確認",
        )
        for s in definition.review_standards
    )


def _approval_attachments(application: Application) -> Iterator[Attachment]:
    for document in application.documents.select_related("upload__clean_copy"):
        clean = document.upload.clean_copy
        if clean is not None:
            yield Attachment(document.upload.name, clean.digest, clean.size)


REMEDIES: Sequence[typesetting.Remedy] = (
    {
        "title": "審査請求について",
        "text": "この決定に不服がある場合は、この決定があったことを知った日の翌日から起算して3か月以内に、{head}に対して審査請求をすることができます。",
    },
    {
        "title": "取消訴訟について",
        "text": "この決定の取消しを求める訴えは、この決定があったことを知った日の翌日から起算して6か月以内に、{body}を被告として（訴訟において{body}を代表する者は{head}となります。）、提起することができます。",
    },
)


def notice_data(
    application: Application, decision: Decision, *, document_number: str, issued_at: datetime, signer: str
) -> typesetting.Notice:
    """決定通知書 as data for the typesetter."""
    definition: Definition = queries.compiled_of(application).definition
    wanted = definition.flow.decision(decision.kind)
    body, head = application.body, f"{application.body.name}{application.body.head_title}"
    data: typesetting.Notice = {
        "number": document_number,
        "date": wareki.format(day_of(issued_at)),
        "addressee": {"name": application.applicant_name or "申請者", "honorific": "様"},
        "sender": {"post": head, "name": ""},
        "title": wanted.notice_title or f"{definition.title}{wanted.label}通知書",
        "body": [line for line in decision.text.splitlines() if line.strip()],
        "particulars": [
            {"label": "受付番号", "value": application.number},
            {"label": "申請のあった日", "value": wareki.format(day_of(application.arrived_at))},
            {"label": "決定の内容", "value": wanted.label},
        ],
        "seal": {"signer": signer, "verify_url": settings.PUBLIC_URL + reverse("records:verify")},
        "contact": contact_of(application.division),
    }
    if decision.conditions.strip():
        data["conditions"] = [line for line in decision.conditions.splitlines() if line.strip()]
    if decision.grounds.strip():
        data["grounds"] = {"paragraphs": [line for line in decision.grounds.splitlines() if line.strip()]}
    # A definition may bring its own 教示 in the text of the notice.
    if (not wanted.favourable or decision.conditions.strip()) and "審査請求" not in decision.text:
        data["remedies"] = [
            {"title": r["title"], "text": r["text"].format(head=head, body=body.name)} for r in REMEDIES
        ]
    return data


def notice_pdf(data: typesetting.Notice, *, issued_at: datetime) -> bytes:
    """The notice as PDF/A, not yet signed. Official papers are in Japanese whatever the reader's language."""
    with translation.override("ja"):
        return typesetting.render("notice", data, created_at=issued_at)

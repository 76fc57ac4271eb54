"""From rows to what the API shows."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from kencho.applications import queries
from kencho.applications.models import AmendmentRequest, Application, Decision, Notice


def receipt(application: Application, secret: str) -> dict[str, Any]:
    """The receipt."""
    address = reverse("applications:application_status", args=[application.number])
    return {
        "number": application.number,
        "arrived_at": application.arrived_at,
        "status": application.status,
        "secret": secret,
        "url": settings.PUBLIC_URL + address,
    }


def amendment(asked: AmendmentRequest) -> dict[str, Any]:
    """A request of amendment with its items."""
    return {
        "due_on": asked.due_on,
        "requested_at": asked.requested_at,
        "answered_at": asked.answered_at,
        "message": asked.message,
        "items": [{"item_id": item.item_id, "message": item.message} for item in asked.items.all()],
    }


def line(application: Application) -> dict[str, Any]:
    """One line of the inbox."""
    return {
        "id": application.pk,
        "number": application.number,
        "procedure": application.procedure.code,
        "procedure_title": application.procedure.title,
        "division": application.division.name,
        "status": application.status,
        "status_label": str(application.get_status_display()),
        "channel": application.channel,
        "applicant_name": application.applicant_name,
        "arrived_at": application.arrived_at,
        "due_on": application.due_on,
        "assignee": application.assignee.number if application.assignee else None,
    }


def _documents(application: Application) -> list[dict[str, Any]]:
    return [
        {
            "id": str(one.upload_id),
            "item_id": one.item_id,
            "name": one.upload.name,
            "kind": one.upload.clean_copy.kind if one.upload.clean_copy else "",
            "bytes": one.upload.clean_copy.size if one.upload.clean_copy else 0,
            "added_at": one.added_at,
        }
        for one in application.documents.select_related("upload__clean_copy").order_by("id")
    ]


def checklist(application: Application) -> list[dict[str, Any]]:
    """Every review standard with what was found."""
    answers = {answer.standard_id: answer for answer in application.checklist.all()}
    shown = []
    for standard in queries.compiled_of(application).definition.review_standards:
        answer = answers.get(standard.id)
        shown.append(
            {
                "standard_id": standard.id,
                "text": standard.text,
                "finding": answer.finding if answer else None,
                "note": answer.note if answer else "",
                "by_name": answer.by_name if answer else "",
                "at": answer.at if answer else None,
            }
        )
    return shown


def decision(made: Decision) -> dict[str, Any]:
    """The draft of a decision, or the decision."""
    names = (
        "kind",
        "state",
        "grounds",
        "text",
        "conditions",
        "amount",
        "approval_id",
        "drafted_by",
        "drafted_at",
    )
    return {name: getattr(made, name) for name in names}


def _notice(application: Application) -> dict[str, Any] | None:
    notice: Notice | None = getattr(application, "notice", None)
    if notice is None:
        return None
    return {name: getattr(notice, name) for name in ("document_number", "issued_at", "fetched_at")}


def case(application: Application) -> dict[str, Any]:
    """The whole of one application."""
    asked = application.amendment_requests.prefetch_related("items")
    return {
        **line(application),
        "answers": application.answers,
        "documents": _documents(application),
        "checklist": checklist(application),
        "timeline": [
            {"verb": one.verb, "status": one.status, "at": one.at, "by_name": one.by_name, "note": one.note}
            for one in application.changes.all()
        ],
        "remarks": [
            {"text": one.text, "by_name": one.by_name, "at": one.at} for one in application.remarks.all()
        ],
        "amendments": [amendment(one) for one in asked],
        "decision": decision(application.decision) if hasattr(application, "decision") else None,
        "notice": _notice(application),
    }

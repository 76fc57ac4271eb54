"""For every address of the lower apps, of the applications and of the portal that names a thing, the thing of the body."""

from collections.abc import Callable
from typing import Any

from kencho.applications.views._access import draft_token
from kencho.procedures import queries as procedures
from tests.world._ground import Ground


def _unit(w: Ground) -> dict[str, Any]:
    return {"pk": w.cast.division.pk}


def _staff(w: Ground) -> dict[str, Any]:
    return {"pk": w.cast.clerk.pk}


def _approval(w: Ground) -> dict[str, Any]:
    return {"pk": w.approval.pk}


def _case(w: Ground) -> dict[str, Any]:
    return {"pk": w.in_review.pk}


def _number(w: Ground) -> dict[str, Any]:
    return {"number": w.residents.number}


def _draft(w: Ground) -> dict[str, Any]:
    return {"pk": w.draft.pk}


def _procedure(w: Ground) -> dict[str, Any]:
    return {"body": "mie", "code": w.version.procedure.code}


def _paper(w: Ground) -> dict[str, Any]:
    return {"pk": w.paper.pk}


def _entered(w: Ground) -> dict[str, Any]:
    return {"number": w.entered.number}


def _hook(w: Ground) -> dict[str, Any]:
    return {"pk": w.endpoint.pk}


def _code(w: Ground) -> dict[str, Any]:
    return {"code": w.version.procedure.code}


def _version(w: Ground) -> dict[str, Any]:
    return {"code": w.version.procedure.code, "number": w.version.number}


def _in_work(w: Ground) -> dict[str, Any]:
    return {**_code(w), "number": w.version.number + 1}


def _first_page(world: Ground) -> str:
    return procedures.compiled_of(world.version).pages[0].id


THINGS: dict[str, Callable[[Ground], dict[str, Any]]] = {
    **{
        f"applications:{verb}": _case
        for verb in (
            "case",
            "accept",
            "review",
            "assign",
            "remark",
            "checklist",
            "request_amendment",
            "draft_decision",
            "notice_preview",
            "submit_for_approval",
            "complete",
            "transfer",
            "refuse",
            "withdraw_for",
            "slip",
            "receipt",
        )
    },
    "applications:amend_for": lambda w: {"pk": w.awaiting.pk},
    "applications:amend_confirm": lambda w: {"pk": w.awaiting.pk},
    "applications:amend_page": lambda w: {"pk": w.awaiting.pk, "page": _first_page(w)},
    "applications:document": lambda w: {"pk": w.in_review.pk, "document": w.document.pk},
    "applications:notice": lambda w: {"pk": w.issued.pk},
    "applications:paper_confirm": _paper,
    "applications:paper_discard": _paper,
    "applications:paper_resume": _paper,
    "applications:paper_done": _entered,
    "applications:paper_receipt": _entered,
    "applications:import_progress": lambda w: {"pk": w.import_task.pk},
    "applications:import_state": lambda w: {"pk": w.import_task.pk},
    "applications:import_template": lambda w: {"code": w.version.procedure.code, "suffix": "csv"},
    **{
        f"notifications:webhook_{verb}": _hook
        for verb in ("show", "change", "rotate", "stop", "start", "ping")
    },
    "notifications:webhook_redeliver": lambda w: {"pk": w.endpoint.pk, "delivery": w.delivery.pk},
    "portal:audit_entry": lambda w: {"entry_id": w.entry.pk},
    **{
        f"procedures:{name}": _code for name in ("procedure_desk", "version_begin", "edit_pages", "edit_yaml")
    },
    **{f"procedures:version_{verb}": _version for verb in ("show", "yaml", "json")},
    **{f"procedures:version_{verb}": _in_work for verb in ("submit", "discard")},
    "procedures:version_of_case": lambda w: {"pk": w.version.pk},
    "procedures:version_preview": lambda w: {**_version(w), "page": _first_page(w)},
    "procedures:edit_screen": lambda w: {**_code(w), "screen": "basics"},
    "procedures:edit_part": lambda w: {**_code(w), "screen": "page", "key": _first_page(w)},
    "procedures:procedure_form": _procedure,
    "procedures:procedure_schema": _procedure,
    "accounts:token_revoke": lambda w: {"pk": w.token.pk},
    **{f"organization:unit_{verb}": _unit for verb in ("detail", "edit", "rename", "close")},
    **{
        f"organization:staff_{verb}": _staff
        for verb in ("detail", "edit", "reassign", "concurrent", "retire", "account")
    },
    "organization:role_grant": _staff,
    "organization:role_revoke": lambda w: {"pk": w.role.pk},
    "organization:assignment_end": lambda w: {"pk": w.assignment.pk},
    "organization:closed_day_remove": lambda w: {"pk": w.closed_day.pk},
    "notifications:message_open": lambda w: {"pk": w.message.pk},
    "approvals:absence_end": lambda w: {"pk": w.absence.pk},
    "approvals:rule_end": lambda w: {"pk": w.rule.pk},
    "approvals:route_edit": lambda w: {"code": "standard"},
    **{
        f"approvals:approval_{verb}": _approval
        for verb in (
            "show",
            "approve",
            "send_back",
            "remark",
            "take_back",
            "pull_back",
            "resubmit",
            "discard",
            "review",
        )
    },
    "records:record_file": lambda w: {"pk": w.record.pk},
    **{f"procedures:procedure_{verb}": _procedure for verb in ("show",)},
    "procedures:procedure_list": lambda w: {"body": "mie"},
    "portal:body_home": lambda w: {"body": "mie"},
    "applications:application_begin": _procedure,
    **{
        f"applications:{name}": _number
        for name in (
            "application_status",
            "receipt_pdf",
            "slip_pdf",
            "notice_pdf",
            "application_amend",
            "application_withdraw",
        )
    },
    **{f"applications:draft_{name}": _draft for name in ("confirm", "link", "discard")},
    "applications:draft_resume": lambda w: {"pk": w.draft.pk, "token": draft_token(w.draft)},
    "applications:draft_autosave": lambda w: {"pk": w.draft.pk, "page": _first_page(w)},
    "applications:draft_page": lambda w: {
        "pk": w.draft.pk,
        "page": procedures.compiled_of(w.version).pages[0].id,
    },
}

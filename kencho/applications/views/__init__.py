"""Pages of applications: ``_draft`` and ``_status`` for applicants, ``_desk`` and ``_case`` for staff."""

from kencho.applications.views._acts import (
    accept,
    assign,
    checklist,
    complete,
    refuse,
    remark,
    request_amendment,
    review,
    transfer,
    withdraw_for,
)
from kencho.applications.views._amend_for import amend_confirm, amend_for, amend_page
from kencho.applications.views._autosave import draft_autosave
from kencho.applications.views._begin import application_begin, draft_discard, draft_link, draft_resume
from kencho.applications.views._case import case
from kencho.applications.views._decision import draft_decision, notice, notice_preview, submit_for_approval
from kencho.applications.views._desk import bulk, inbox_page
from kencho.applications.views._draft import draft_confirm, draft_page
from kencho.applications.views._export import (
    application_export,
    import_begin,
    import_progress,
    import_start,
    import_state,
    import_template,
)
from kencho.applications.views._paper import (
    paper_begin,
    paper_confirm,
    paper_discard,
    paper_done,
    paper_receipt,
    paper_resume,
)
from kencho.applications.views._papers import document, receipt, slip
from kencho.applications.views._status import (
    application_amend,
    application_find,
    application_status,
    application_withdraw,
    my_applications,
    notice_pdf,
    receipt_pdf,
    slip_pdf,
)

__all__ = [
    "accept",
    "amend_confirm",
    "amend_for",
    "amend_page",
    "application_amend",
    "application_begin",
    "application_export",
    "application_find",
    "application_status",
    "application_withdraw",
    "assign",
    "bulk",
    "case",
    "checklist",
    "complete",
    "document",
    "draft_autosave",
    "draft_confirm",
    "draft_decision",
    "draft_discard",
    "draft_link",
    "draft_page",
    "draft_resume",
    "import_begin",
    "import_progress",
    "import_start",
    "import_state",
    "import_template",
    "inbox_page",
    "my_applications",
    "notice",
    "notice_pdf",
    "notice_preview",
    "paper_begin",
    "paper_confirm",
    "paper_discard",
    "paper_done",
    "paper_receipt",
    "paper_resume",
    "receipt",
    "receipt_pdf",
    "refuse",
    "remark",
    "request_amendment",
    "review",
    "slip",
    "slip_pdf",
    "submit_for_approval",
    "transfer",
    "withdraw_for",
]

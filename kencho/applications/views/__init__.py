"""Pages of applications: ``_draft`` and ``_status`` for applicants, ``_desk`` and ``_case`` for staff."""

from kencho.applications.views._begin import application_begin, draft_discard, draft_link, draft_resume
from kencho.applications.views._draft import draft_confirm, draft_page
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
    "application_amend",
    "application_begin",
    "application_find",
    "application_status",
    "application_withdraw",
    "draft_confirm",
    "draft_discard",
    "draft_link",
    "draft_page",
    "draft_resume",
    "my_applications",
    "notice_pdf",
    "receipt_pdf",
    "slip_pdf",
]

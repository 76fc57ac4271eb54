# COORDINATION (from the lead, delete this comment in the end): by accident several people write the desk at once.
#  * The author of inbox.py, case.py, entry.py, columns.py, desk_forms/, views/_desk_common.py owns ALL of: inbox, case,
#    bulk, export, import, paper entry (services/_bulk.py _export.py _import.py _paper.py, views/_desk.py _case.py ...).
#  * Whoever was asked for "inbox + case pages" (forms_desk.py): do NOT write these; adopt the ones above, mend what is
#    missing after their author is done (no writes for 5 minutes), and do tests/journeys/test_whole_journey.py now.
#  * Whoever was asked for "export/import/entry + state machine tests" (forms_exchange.py, exports.py): drop your
#    services/_import.py/_paper.py/exports; take your names out of services/__init__.py and tasks.py so that the tree
#    imports; write test_states/test_submit/test_amend/test_clock/test_permissions, indicators.py, datasets.py, README.md.
"""Pages of applications: ``_draft`` and ``_status`` for applicants, ``_desk`` and ``_case`` for staff."""

from kencho.applications.views._begin import application_begin, draft_discard, draft_link, draft_resume
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
    "application_export",
    "application_find",
    "application_status",
    "application_withdraw",
    "draft_confirm",
    "draft_discard",
    "draft_link",
    "draft_page",
    "draft_resume",
    "import_begin",
    "import_progress",
    "import_start",
    "import_state",
    "import_template",
    "my_applications",
    "notice_pdf",
    "paper_begin",
    "paper_confirm",
    "paper_discard",
    "paper_done",
    "paper_receipt",
    "paper_resume",
    "receipt_pdf",
    "slip_pdf",
]

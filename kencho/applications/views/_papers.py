"""Papers about an application for the desk: documents handed in, the slip of the answers, the receipt."""

from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from kencho.applications import documents
from kencho.applications.models import ApplicationDocument
from kencho.applications.views._desk_common import case_or_404, pdf
from kencho.files import queries as files
from kencho.organization.access import StaffRequest, staff_page

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
# A file from outside gets no powers at all, whatever it holds and whoever frames it.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'self'"


@staff_page("applications.read_case")
@require_safe
def document(request: StaffRequest, pk: int, document: int) -> HttpResponse:
    """The sanitised copy of a document; what a browser cannot show safely is downloaded."""
    application = case_or_404(request, pk)
    found: ApplicationDocument | None = (
        application.documents.select_related("upload__clean_copy__body").filter(pk=document).first()
    )
    clean = found.upload.clean_copy if found else None
    if found is None or clean is None:
        raise Http404
    shown = clean.kind in TYPES
    response = HttpResponse(
        files.content(clean), content_type=TYPES.get(clean.kind, "application/octet-stream")
    )
    way = "inline" if shown else "attachment"
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.upload.name, safe='')}"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@staff_page("applications.read_case")
@require_safe
def slip(request: StaffRequest, pk: int) -> HttpResponse:
    """申請内容の控え as PDF."""
    application = case_or_404(request, pk)
    return pdf(documents.slip_pdf(application), f"application-{application.number}")


@staff_page("applications.read_case")
@require_safe
def receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """受付票 without the code, which only the applicant knows."""
    application = case_or_404(request, pk)
    return pdf(documents.receipt_pdf(application), f"receipt-{application.number}")

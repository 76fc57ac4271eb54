"""A sheet as a file in the form that the address names."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpResponse

from kencho.policy import documents, exports, plain
from kencho.policy.sheet import Sheet

Maker = Callable[[Sheet, datetime], bytes]

FORMS: dict[str, tuple[str, Maker]] = {
    "pdf": (documents.PDF_TYPE, lambda sheet, at: documents.sheet_pdf(sheet, created_at=at)),
    "docx": (documents.DOCX_TYPE, lambda sheet, at: documents.sheet_docx(sheet, created_at=at)),
    "xlsx": (documents.XLSX_TYPE, lambda sheet, at: documents.sheet_xlsx(sheet, created_at=at)),
    "txt": ("text/plain; charset=utf-8", lambda sheet, at: plain.as_text(sheet).encode()),
    "csv": (exports.REVIEW_TYPE, lambda sheet, at: exports.sheet_review_zip(sheet)),
    "xml": (exports.STRATML_TYPE, lambda sheet, at: exports.sheet_stratml(sheet)),
}
_ENDINGS = {"csv": "csv.zip"}


def file_of(sheet: Sheet, form: str, *, at: datetime) -> HttpResponse:
    """The answer with the file; PDF opens in the browser, the others are saved. Raises Http404."""
    if form not in FORMS:
        raise Http404
    content_type, make = FORMS[form]
    number = f"-{sheet.revision}" if sheet.revision else ""
    name = f"measure-{_plain(sheet.code)}-{sheet.sheet_year}{number}.{_ENDINGS.get(form, form)}"
    place = "inline" if form == "pdf" else "attachment"
    return HttpResponse(
        make(sheet, at),
        content_type=content_type,
        headers={"Content-Disposition": f'{place}; filename="{name}"'},
    )


def _plain(code: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in code)

"""Which file types are accepted, and what they are called elsewhere."""

from enum import StrEnum


class Kind(StrEnum):
    """A type on the allow-list."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    TIFF = "tiff"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    TEXT = "txt"
    CSV = "csv"

    @property
    def extension(self) -> str:
        """File name extension with its dot."""
        return {"jpeg": ".jpg", "tiff": ".tif"}.get(self.value, f".{self.value}")

    @property
    def media_type(self) -> str:
        """IANA media type for the rebuilt file."""
        return _MEDIA_TYPES[self]

    @property
    def is_image(self) -> bool:
        return self in {Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP, Kind.TIFF}

    @property
    def is_office(self) -> bool:
        return self in {Kind.DOCX, Kind.XLSX, Kind.PPTX}


_OOXML = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.GIF: "image/gif",
    Kind.WEBP: "image/webp",
    Kind.TIFF: "image/tiff",
    Kind.DOCX: _OOXML + "wordprocessingml.document",
    Kind.XLSX: _OOXML + "spreadsheetml.sheet",
    Kind.PPTX: _OOXML + "presentationml.presentation",
    Kind.TEXT: "text/plain; charset=utf-8",
    Kind.CSV: "text/csv; charset=utf-8",
}

# The main part's media type decides the kind; macro-enabled and template forms are accepted and become the plain form.
OFFICE_MAIN_TYPES = {
    "wordprocessingml.document.main+xml": Kind.DOCX,
    "wordprocessingml.template.main+xml": Kind.DOCX,
    "ms-word.document.macroenabled.main+xml": Kind.DOCX,
    "ms-word.template.macroenabledtemplate.main+xml": Kind.DOCX,
    "spreadsheetml.sheet.main+xml": Kind.XLSX,
    "spreadsheetml.template.main+xml": Kind.XLSX,
    "ms-excel.sheet.macroenabled.main+xml": Kind.XLSX,
    "ms-excel.template.macroenabled.main+xml": Kind.XLSX,
    "ms-excel.addin.macroenabled.main+xml": Kind.XLSX,
    "presentationml.presentation.main+xml": Kind.PPTX,
    "presentationml.template.main+xml": Kind.PPTX,
    "presentationml.slideshow.main+xml": Kind.PPTX,
    "ms-powerpoint.presentation.macroenabled.main+xml": Kind.PPTX,
    "ms-powerpoint.template.macroenabled.main+xml": Kind.PPTX,
    "ms-powerpoint.slideshow.macroenabled.main+xml": Kind.PPTX,
}


def main_kind(content_type: str) -> Kind | None:
    """The kind that a main part's media type stands for."""
    text = content_type.strip().lower()
    for prefix in ("application/vnd.openxmlformats-officedocument.", "application/vnd."):
        if text.startswith(prefix):
            return OFFICE_MAIN_TYPES.get(text.removeprefix(prefix))
    return None

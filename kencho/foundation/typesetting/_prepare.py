"""What a template needs beyond the caller's data: a check of its keys, QR codes, short digests."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from . import _shapes
from ._errors import UnableToTypeset
from ._markers import CODE_BORDER, CODE_LEFT, CODE_SIDE, CODE_TOP, MARKER_SIDE, marker_places, marker_svg

# Raise it when boxes of the same definition come to stand elsewhere: sheets that people already hold must not be
# read with the new places.
FORM_LAYOUT: Final = 1
A4: Final = (210.0, 297.0)
SHORT_DIGEST_LENGTH: Final = 16  # 64 bits: enough to notice a swapped file, short enough to compare by eye

_SHAPES: Final[Mapping[str, Any]] = {
    "notice": _shapes.Notice,
    "receipt": _shapes.Receipt,
    "application_slip": _shapes.ApplicationSlip,
    "paper_form": _shapes.PaperForm,
    "document": _shapes.Document,
    "ruled_sheet": _shapes.RuledSheet,
}

TEMPLATES: Final = tuple(_SHAPES)


@dataclass(frozen=True)
class Prepared:
    """Data whose strings go to print, and the QR codes that stand beside it (drawing and content by name)."""

    data: dict[str, Any]
    codes: dict[str, dict[str, str]]


def prepare(template: str, data: Mapping[str, Any]) -> Prepared:
    """What the template draws from `data`; UnableToTypeset when a key lacks or is not known."""
    if template not in _SHAPES:
        raise UnableToTypeset("unknown_template", template=template)
    shape = _SHAPES[template]
    if lacking := sorted(shape.__required_keys__ - data.keys()):
        raise UnableToTypeset("missing_keys", template=template, keys=lacking)
    if strange := sorted(data.keys() - shape.__required_keys__ - shape.__optional_keys__):
        raise UnableToTypeset("unknown_keys", template=template, keys=strange)
    complete = _COMPLETIONS.get(template)
    return complete(data) if complete else Prepared(dict(data), {})


def form_code(body_code: str, procedure_code: str, version_digest: str) -> str:
    """The name of a paper form, which its QR codes say before the page: body, procedure, version, and the layout."""
    return f"KENCHO{FORM_LAYOUT}:{body_code}:{procedure_code}:{version_digest[:SHORT_DIGEST_LENGTH]}"


def page_code(form: str, page: int, pages: int) -> str:
    """What the QR code of one page says; the reader of scans parses the same string."""
    return f"{form}:{page}/{pages}"


def page_codes(data: Mapping[str, Any], pages: int) -> dict[str, dict[str, str]]:
    """The QR codes of a paper form of so many pages, by page number."""
    form = form_code(data["body_code"], data["procedure_code"], data["version_digest"])
    texts = {str(page): page_code(form, page, pages) for page in range(1, pages + 1)}
    # Level Q bears a stain or a fold over 25 % of the code (ISO/IEC 18004); H would make its dots too small for fax.
    return {page: {"content": text, "svg": _qr(text, "q")} for page, text in texts.items()}


def _complete_notice(data: Mapping[str, Any]) -> Prepared:
    if "seal" not in data:
        return Prepared(dict(data), {})
    return Prepared(dict(data), {"verify": _code_of_address(data["seal"]["verify_url"])})


def _complete_receipt(data: Mapping[str, Any]) -> Prepared:
    return Prepared(dict(data), {"status": _code_of_address(data["status_url"])})


def _complete_slip(data: Mapping[str, Any]) -> Prepared:
    slip = dict(data)
    if "attachments" in slip:
        slip["attachments"] = [
            {"name": file["name"], "size": file["size"], "digest": _short(file["sha256"])}
            for file in slip["attachments"]
        ]
    return Prepared(slip, {})


def _complete_paper_form(data: Mapping[str, Any]) -> Prepared:
    # The codes of the pages come later: how many there are is known only once the form is set.
    markers = {f"marker{number}": {"content": "", "svg": marker_svg(number)} for number in range(4)}
    form = dict(data)
    form["version_digest"] = data["version_digest"][:SHORT_DIGEST_LENGTH]
    form["markers"] = [
        {"number": number, "x": x, "y": y, "side": MARKER_SIDE}
        for number, (x, y) in marker_places(*A4).items()
    ]
    form["code"] = {"x": CODE_LEFT, "y": CODE_TOP, "side": CODE_SIDE}
    return Prepared(form, markers)


_COMPLETIONS: Final[Mapping[str, Callable[[Mapping[str, Any]], Prepared]]] = {
    "notice": _complete_notice,
    "receipt": _complete_receipt,
    "application_slip": _complete_slip,
    "paper_form": _complete_paper_form,
}


def _short(digest: str) -> str:
    head = digest[:SHORT_DIGEST_LENGTH]
    return " ".join(head[start : start + 4] for start in range(0, len(head), 4))


def _code_of_address(address: str) -> dict[str, str]:
    # A printed code is opened without reading it, so only plain web addresses may stand there.
    if urlsplit(address).scheme not in {"http", "https"}:
        raise UnableToTypeset("address_scheme", address=address)
    return {"content": address, "svg": _qr(address, "m")}


@functools.lru_cache(maxsize=256)
def _qr(content: str, error: str) -> str:
    # Kept, as every notice of an office shows the same address and drawing a code costs 3 ms.
    import segno

    output = io.BytesIO()
    segno.make(content, error=error, micro=False, boost_error=False).save(
        output, kind="svg", xmldecl=False, border=CODE_BORDER, omitsize=True
    )
    return output.getvalue().decode()

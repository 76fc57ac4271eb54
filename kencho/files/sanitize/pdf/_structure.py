"""The allow-list rebuild: a fresh document whose pages are copied key by known key."""

import io
from typing import Any

import pikepdf

from kencho.files.sanitize.outcome import Findings, Limits, NeedsPixels, Reason, Refusal
from kencho.files.sanitize.pdf._bombs import check_streams
from kencho.files.sanitize.pdf._copier import Copier
from kencho.files.sanitize.pdf._survey import require_plain_look, survey
from kencho.files.sanitize.pdf._values import plain

PARENTS = 50
BOXES = ("/MediaBox", "/CropBox")


def rebuild_structure(data: bytes, *, limits: Limits, findings: Findings) -> bytes:
    """Copy the pages' marks into a new PDF.

    Raises `NeedsPixels` where the structure holds what cannot be vouched for, `Refusal` where nothing can help.
    """
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as source:
            return _rebuild(source, limits=limits, findings=findings)
    except pikepdf.PasswordError as error:
        raise Refusal(Reason.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, AttributeError) as error:
        raise NeedsPixels(type(error).__name__) from error
    except (KeyError, IndexError, OverflowError, NotImplementedError, RuntimeError) as error:
        raise NeedsPixels(type(error).__name__) from error


def _rebuild(source: pikepdf.Pdf, *, limits: Limits, findings: Findings) -> bytes:
    count = len(source.pages)
    if count == 0:
        raise NeedsPixels("no pages")
    if count > limits.pages:
        raise Refusal(Reason.TOO_MANY_PAGES)
    check_streams(source, limit=limits.expanded)
    survey(source, findings)
    require_plain_look(source)
    source.flatten_annotations("all")
    buffer = io.BytesIO()
    with pikepdf.new() as target:
        copier = Copier(source=source, target=target, limits=limits, findings=findings)
        for page in source.pages:
            target.pages.append(pikepdf.Page(_page(page, copier)))
        language = plain(source.Root.get("/Lang"))
        if isinstance(language, pikepdf.String):
            target.Root.Lang = language
        target.save(
            buffer,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    findings.pages = count
    return buffer.getvalue()


def _page(page: pikepdf.Page, copier: Copier) -> pikepdf.Dictionary:
    new = pikepdf.Dictionary(Type=pikepdf.Name.Page)
    for key in BOXES:
        box = plain(_inherited(page.obj, key))
        if isinstance(box, pikepdf.Array) and len(box) == 4:
            new[key] = box
    if "/MediaBox" not in new:
        raise NeedsPixels("media box")
    for key in ("/Rotate", "/UserUnit"):
        number = plain(_inherited(page.obj, key))
        if number is not None:
            new[key] = number
    resources = copier.resources(_inherited(page.obj, "/Resources"))
    group = copier.group(page.obj.get("/Group"))
    if group is not None:
        new.Group = group
    marks = copier.content(page)
    new.Resources = resources
    new.Contents = copier.target.make_stream(marks)
    return new


def _inherited(node: Any, key: str) -> Any:
    """A page attribute, from the page or the nearest node above it (ISO 32000-1, 7.7.3.4)."""
    for _ in range(PARENTS):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        value = node.get(key)
        if value is not None:
            return value
        node = node.get("/Parent")
    return None

"""What a PDF holds that the rebuild will not carry over, and what would look different without it."""

from collections.abc import Iterator
from typing import Any

import pikepdf

from kencho.files.sanitize.outcome import Findings, NeedsPixels, Removed
from kencho.files.sanitize.pdf._values import is_true

DEPTH = 40
ACTIONS = {
    "/JavaScript": Removed.JAVASCRIPT,
    "/Launch": Removed.LAUNCH,
    "/URI": Removed.LINK,
    "/GoToR": Removed.REMOTE_TARGET,
    "/GoToE": Removed.REMOTE_TARGET,
    "/SubmitForm": Removed.FORM_ACTION,
    "/ImportData": Removed.FORM_ACTION,
    "/ResetForm": Removed.FORM_ACTION,
    "/Hide": Removed.FORM_ACTION,
    "/Rendition": Removed.RICH_MEDIA,
    "/Movie": Removed.RICH_MEDIA,
    "/Sound": Removed.RICH_MEDIA,
    "/RichMediaExecute": Removed.RICH_MEDIA,
    "/GoTo3DView": Removed.RICH_MEDIA,
}
KEYS = {
    "/JS": Removed.JAVASCRIPT,
    "/JavaScript": Removed.JAVASCRIPT,
    "/OpenAction": Removed.OPEN_ACTION,
    "/AA": Removed.ADDITIONAL_ACTIONS,
    "/XFA": Removed.XFA,
    "/EmbeddedFiles": Removed.EMBEDDED_FILE,
    "/EF": Removed.EMBEDDED_FILE,
    "/AF": Removed.EMBEDDED_FILE,
    "/Collection": Removed.EMBEDDED_FILE,
    "/AcroForm": Removed.FORM,
    "/Metadata": Removed.METADATA,
    "/PieceInfo": Removed.METADATA,
    "/Outlines": Removed.OUTLINE,
    "/StructTreeRoot": Removed.STRUCTURE,
    "/OCProperties": Removed.LAYERS,
}
ANNOTATIONS = {
    "/RichMedia": Removed.RICH_MEDIA,
    "/Screen": Removed.RICH_MEDIA,
    "/3D": Removed.RICH_MEDIA,
    "/Movie": Removed.RICH_MEDIA,
    "/Sound": Removed.RICH_MEDIA,
    "/FileAttachment": Removed.EMBEDDED_FILE,
}


def survey(source: pikepdf.Pdf, findings: Findings) -> None:
    """Note every construct of the source that will be left behind."""
    if source.is_encrypted:
        findings.removed.add(Removed.ENCRYPTION)
    if "/Info" in source.trailer:
        findings.removed.add(Removed.METADATA)
    for thing in source.objects:
        for dictionary in _dictionaries(thing, 0):
            _note(dictionary, findings)


def _dictionaries(thing: Any, depth: int) -> Iterator[Any]:
    """The dictionaries in one object, without following references."""
    if depth > DEPTH:
        raise NeedsPixels("depth")
    children: list[Any] = []
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        children = [thing.get(key) for key in thing.keys()]  # noqa: SIM118  iterating a Stream itself is not offered
    elif isinstance(thing, pikepdf.Array):
        children = list(thing)
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _note(dictionary: Any, findings: Findings) -> None:
    for key in dictionary.keys():  # noqa: SIM118  iterating a Stream itself is not offered
        if key in KEYS:
            findings.removed.add(KEYS[key])
    action = dictionary.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in ACTIONS:
        findings.removed.add(ACTIONS[str(action)])
    subtype = dictionary.get("/Subtype")
    if isinstance(subtype, pikepdf.Name) and str(subtype) in ANNOTATIONS:
        findings.removed.add(ANNOTATIONS[str(subtype)])
    if dictionary.get("/Annots"):
        findings.removed.add(Removed.ANNOTATION)
    if dictionary.get("/FT") == pikepdf.Name.Sig or dictionary.get("/Type") == pikepdf.Name.Sig:
        findings.removed.add(Removed.SIGNATURE)


def require_plain_look(source: pikepdf.Pdf) -> None:
    """Raise `NeedsPixels` where the page's look depends on something that the rebuild drops.

    These are hidden layers, which would come to light, and form values without a picture of their own, which would
    vanish.
    """
    layers = source.Root.get("/OCProperties")
    if layers is not None and _hides_layers(layers):
        raise NeedsPixels("layers")
    form = source.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return
    redraw = is_true(form.get("/NeedAppearances"))
    for page in source.pages:
        annotations = page.obj.get("/Annots")
        for annotation in annotations if isinstance(annotations, pikepdf.Array) else ():
            if isinstance(annotation, pikepdf.Dictionary) and _undrawn(annotation, redraw=redraw):
                raise NeedsPixels("form")


def _hides_layers(layers: Any) -> bool:
    default = layers.get("/D") if isinstance(layers, pikepdf.Dictionary) else None
    if not isinstance(default, pikepdf.Dictionary):
        return False
    return (
        bool(default.get("/OFF")) or default.get("/BaseState") == pikepdf.Name.OFF or bool(default.get("/AS"))
    )


def _undrawn(annotation: Any, *, redraw: bool) -> bool:
    """Whether a form field shows a value that no appearance stream draws."""
    if annotation.get("/Subtype") != pikepdf.Name.Widget:
        return False
    value, field = annotation.get("/V"), annotation
    for _ in range(DEPTH):
        field = field.get("/Parent")
        if value is not None or not isinstance(field, pikepdf.Dictionary):
            break
        value = field.get("/V")
    if not isinstance(value, pikepdf.String | pikepdf.Array) or len(value) == 0:
        return False
    return redraw or annotation.get("/AP") is None

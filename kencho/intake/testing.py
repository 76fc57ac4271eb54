"""Scans for tests: a procedure's printed form with given answers on it, small and always the same."""

import io
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kencho.intake import form_maps
from kencho.intake.engine.shapes import Kind
from kencho.procedures.models import ProcedureVersion


def filled_pages(
    version: ProcedureVersion, answers: Mapping[str, Any], *, seed: int, dpi: int = 200
) -> list[bytes]:
    """The pages of the form as scanner JPEGs, in order.

    ``answers`` has the keys of the form's map (``name.family``, ``costs.0.cost_amount``): text as it is to be written,
    days as ISO text, amounts as integers, of boxes to tick the value or values of the options, True for a consent.
    A key that the form lacks raises KeyError, so that a test cannot ask for what is not on the paper.
    """
    import pylopdf_fonts_jp

    from scripts.accuracy import damage, fill, forms, hands, values

    template = form_maps.template_of(version)
    if unknown := set(answers) - {each.key for each in template.fields}:
        raise KeyError(*sorted(unknown))
    rng = random.Random(seed)  # scans must repeat, they hide nothing
    typeface = hands.Typeface("gothic", Path(pylopdf_fonts_jp.__file__).parent / "NotoSansJP-Regular.otf")
    pen = fill.Pen(typeface, rng, 4.2, 20, "tick")
    form = forms.Form(template, tuple(forms.pages_of(form_maps.printed(version))))
    written = {
        each.key: values.Written(answers.get(each.key), _shown(each.kind, answers.get(each.key)))
        for each in template.fields
    }
    pages = fill.written_on(form, written, pen)
    # The scanner's chance is its own: a page without answers looks the same whatever stands on the others.
    scanner = random.Random(seed)
    fate = damage.Damage.slight(scanner, dpi=dpi)
    return [damage.scan(page, fate, scanner) for page in pages]


def _shown(kind: Kind, value: Any) -> str:
    return f"{value:,}" if kind is Kind.MONEY and isinstance(value, int) else str(value or "")


def back_page(*, seed: int, dpi: int = 200) -> bytes:
    """The empty back of a sheet, as JPEG."""
    from scripts.accuracy import damage, forms

    rng = random.Random(seed)  # as above
    return damage.scan(forms.empty_page(), damage.Damage.slight(rng, dpi=dpi), rng)


def stack(pages: Sequence[bytes], *, dpi: int = 200) -> bytes:
    """JPEG pages as one PDF, as a scanner with a feeder makes it."""
    from PIL import Image

    pictures = [Image.open(io.BytesIO(each)) for each in pages]
    made = io.BytesIO()
    pictures[0].save(made, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi)
    return made.getvalue()


def filled_scan(version: ProcedureVersion, answers: Mapping[str, Any], *, seed: int, dpi: int = 200) -> bytes:
    """The filled-in form as one PDF; see `filled_pages`."""
    return stack(filled_pages(version, answers, seed=seed, dpi=dpi), dpi=dpi)

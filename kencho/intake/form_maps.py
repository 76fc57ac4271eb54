"""様式の地図: where on the printed form of a procedure each answer stands, and what can stand there.

The map follows from the definition alone. What the boxes of the paper become in the answers:

- ``Field.key`` is the place of the value: ``telephone``, ``name.family_kana``, ``costs.0.cost_amount`` (rows from 0).
- ``<item>.address`` holds the whole address on two lines; with ``<item>.postal_code`` it becomes the answer's parts by
  ``intake.address_parts.split``. It is the one key below an item that the answers themselves do not know.
- 電話番号 and 法人番号 are digits in cells, 金額 and whole numbers too when their size is bounded; ``Field.groups`` says
  how the cells stand. A number in cells reads from left to right, whichever side the writer began on.
- A date has the parts ``era:昭和`` … (one of them 西暦) and ``year0``–``year3``, ``month0``, ``month1``, ``day0``,
  ``day1``; years of an era are asked for in the two cells on the right.
- yes_no is a choice of ``yes`` and ``no`` (True and False in the answers), consent a single tick.
- A choice with more options than fit is a TEXT with ``options``: one of their labels is to be written there.
- ``_enclosed.<item>`` is the tick "別に付けます" of a document. It is no answer: the scan of the document is.

``Field.group`` is the place of the whole answer (``name``, ``members.1.address``): what belongs together.
"""

from collections.abc import Iterator
from datetime import datetime

from kencho.intake.engine.shapes import Field, Kind, Part, Rect, Template
from kencho.procedures import documents
from kencho.procedures.definition import Compiled, Item
from kencho.procedures.documents import Asked, FormOnPaper
from kencho.procedures.models import ProcedureVersion

ENCLOSED = "_enclosed."

_KINDS: dict[str, Kind] = {
    "text": Kind.TEXT,
    "textarea": Kind.TEXTAREA,
    "organization_name": Kind.ORGANIZATION,
    "date": Kind.DATE,
    "birth_date": Kind.BIRTH_DATE,
    "telephone": Kind.TELEPHONE,
    "email": Kind.EMAIL,
    "legal_entity_number": Kind.LEGAL_ENTITY_NUMBER,
    "money": Kind.MONEY,
    "integer": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "choice": Kind.CHOICE,
    "select": Kind.CHOICE,
    "yes_no": Kind.CHOICE,
    "choices": Kind.CHOICES,
    "consent": Kind.CONSENT,
    "attachment": Kind.CONSENT,
}
_PART_KINDS: dict[str, Kind] = {
    "family": Kind.NAME,
    "given": Kind.NAME,
    "family_kana": Kind.NAME_KANA,
    "given_kana": Kind.NAME_KANA,
    "postal_code": Kind.POSTAL_CODE,
    "address": Kind.ADDRESS,
}
_LENGTHS: dict[str, int] = {"name": 50, "text": 100, "textarea": 2000, "organization_name": 100, "email": 254}


def template_of(version: ProcedureVersion) -> Template:
    """The map of a version's printed form; kept per version, for it is always the same."""
    return _template(documents.form_of(version))


def printed(version: ProcedureVersion) -> bytes:
    """The form itself as PDF, with markers at the corners and a code on each page."""
    return documents.form_of(version).printed.pdf


def blank_pages(version: ProcedureVersion) -> bytes:
    """The pages to compare a scan with: the printed form, for nothing else is on an unwritten sheet."""
    return printed(version)


def template_from(
    source: Compiled, *, body_code: str, addressee: str, created_at: datetime
) -> tuple[Template, bytes]:
    """The map and the PDF of a definition that no body has published; `created_at` must know its time zone."""
    form = documents.typeset(source, body_code=body_code, addressee=addressee, created_at=created_at)
    return _template(form), form.printed.pdf


def _template(form: FormOnPaper) -> Template:
    boxes: dict[str, list[tuple[int, Part]]] = {}
    for box in form.printed.boxes:
        part = Part(box.part, Rect(box.x, box.y, box.width, box.height))
        boxes.setdefault(box.key, []).append((box.page, part))
    fields = tuple(_field(one, boxes[one.key]) for one in form.asked)
    return Template(id=form.code, pages=form.printed.pages, fields=fields)


def _field(asked: Asked, boxes: list[tuple[int, Part]]) -> Field:
    item = asked.item
    is_ticked = all(part.name for _, part in boxes)
    return Field(
        key=f"{ENCLOSED}{asked.key}" if item.type == "attachment" else asked.key,
        label=asked.label,
        kind=_kind(asked, is_ticked=is_ticked),
        page=boxes[0][0],
        parts=tuple(part for _, part in boxes),
        is_required=asked.is_required and item.type != "attachment",
        options=asked.options,
        group=asked.path,
        lines=asked.lines,
        max_length=_max_length(asked),
        groups=asked.groups,
        **dict(_limits(item)),
    )


def _kind(asked: Asked, *, is_ticked: bool) -> Kind:
    if asked.part:
        return _PART_KINDS[asked.part]
    if asked.item.type == "text" and asked.groups:
        return Kind.DIGITS
    kind = _KINDS[asked.item.type]
    return Kind.TEXT if asked.options and not is_ticked else kind


def _max_length(asked: Asked) -> int:
    if asked.groups:
        return sum(asked.groups)
    return asked.item.max_length or _LENGTHS.get(asked.item.type, 0)


def _limits(item: Item) -> Iterator[tuple[str, str]]:
    """Limits that do not depend on the day."""
    for name, value in (("minimum", item.min), ("maximum", item.max)):
        if item.type in {"date", "birth_date"}:
            if value is not None and value != "today":
                yield name, str(value)
        elif item.type in {"money", "integer", "decimal"}:
            if value is not None:
                yield name, str(value)
            elif item.type == "money" and name == "minimum":
                yield name, "0"

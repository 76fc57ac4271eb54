"""The paper form of a procedure: the same questions in the same words as on the screen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import override

from kencho.foundation import typesetting
from kencho.foundation.typesetting import FormField, FormSection, PaperForm, PrintedForm
from kencho.foundation.wareki import to_wareki
from kencho.procedures import queries
from kencho.procedures.definition import BlankField, BlankForm, BlankPage, Compiled, Item
from kencho.procedures.definition._types import TYPES
from kencho.procedures.models import ProcedureVersion

# More options than fit on half a page are written, not ticked.
MOST_OPTIONS = 60
MOST_LINES = 8
MOST_LINES_OF_ENTRY = 3
WESTERN = "西暦"
BIRTH_ERAS = ("大正", "昭和", "平成", "令和", WESTERN)
ERAS = ("昭和", "平成", "令和", WESTERN)
# Definitions allow longer numbers than people write by hand.
MOST_DIGITS = 13
TELEPHONE_DIGITS = 11
# Characters of about 6 mm that a line of the form holds.
LINE_HOLDS = 20

_DIGITS_ONLY = re.compile(r"\[0-9\](?:\{(?:[0-9]+,)?([0-9]+)\})?")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is written or ticked. `key` is that of its boxes: the place of the answer, or the part of one.

    `path` is the place of the whole answer (`applicant`, `costs.0.cost_amount`), `part` what of it stands here.
    `options` are (stored value, label), `groups` the digit cells.
    """

    key: str
    path: str
    part: str
    item: Item
    label: str
    is_required: bool
    options: tuple[tuple[str, str], ...] = ()
    groups: tuple[int, ...] = ()
    lines: int = 1


@dataclass(frozen=True, slots=True)
class FormOnPaper:
    """The printed form with what is asked in which box."""

    code: str
    printed: PrintedForm
    asked: tuple[Asked, ...]


@lru_cache(maxsize=32)
def _typeset(version_id: int, digest: str) -> FormOnPaper:
    version = ProcedureVersion.objects.select_related("procedure__body").get(pk=version_id)
    body = version.procedure.body
    return typeset(
        queries.compiled_of(version),
        body_code=body.code,
        addressee=_addressee(version),
        created_at=version.in_force_from or version.created_at,
    )


def form_of(version: ProcedureVersion) -> FormOnPaper:
    """様式 with its boxes; kept per version, for it is always the same."""
    return _typeset(version.pk, version.digest)


def form_pdf(version: ProcedureVersion) -> bytes:
    """様式 as PDF/A; kept per version, for it is always the same."""
    return form_of(version).printed.pdf


def typeset(source: Compiled, *, body_code: str, addressee: str, created_at: datetime) -> FormOnPaper:
    """The form of a definition; `created_at` must know its time zone. Raises UnableToTypeset."""
    # The form is an official paper: Japanese whatever language the page is read in.
    with override("ja"):
        blank = source.blank_form()
        data = paper_form(blank, body_code=body_code, addressee=addressee)
        asked = tuple(questions(blank))
    printed = typesetting.print_form(data, created_at=created_at)
    return FormOnPaper(typesetting.form_code(body_code, blank.code, blank.digest), printed, asked)


def _addressee(version: ProcedureVersion) -> str:
    body = version.procedure.body
    title = body.head_title or _("長")
    return title if title.startswith(body.name) else f"{body.name}{title}"


def paper_form(blank: BlankForm, *, body_code: str, addressee: str) -> PaperForm:
    """The blank form in the shape that the typesetter draws."""
    sections: list[FormSection] = []
    instructions: list[str] = []
    for page in blank.pages:
        rows = list(_rows_of(page))
        if any(row["kind"] not in {"heading", "words"} for row in rows):
            sections.append({"title": _with_condition(page.title, page.condition), "fields": rows})
        if page.intro:
            instructions.append(page.intro)
    instructions.append(
        _(
            "数字は一ますに一字ずつ書いてください。間違えたときは、二重線で消して、枠の中の空いた所に書いてください。"
        )
    )
    if any(row["kind"] in {"lines", "heading"} for section in sections for row in section["fields"]):
        instructions.append(_("書ききれないときは、続きを別の紙に書いて付けてください。"))
    basis = "、".join(blank.legal_basis)
    data: PaperForm = {
        "title": blank.title,
        "body_code": body_code,
        "procedure_code": blank.code,
        "version_digest": blank.digest,
        "addressee": addressee,
        "sections": sections,
        "instructions": [*instructions, *([_("根拠：%(basis)s") % {"basis": basis}] if basis else [])],
    }
    return data


def questions(blank: BlankForm) -> Iterator[Asked]:
    """Everything that the form asks, in the order of the page."""
    for page in blank.pages:
        for field in page.fields:
            if field.kind in {"heading", "note"}:
                continue
            if not field.fields:
                yield from _asked(field, field.item_id, field.label, is_sure=not page.condition)
                continue
            for number in range(field.rows):
                sure = not page.condition and not field.condition and number < field.item.min_rows
                for nested in field.fields:
                    if nested.kind in {"heading", "note"}:
                        continue
                    path = f"{field.item_id}.{number}.{nested.item_id}"
                    label = f"{_row_name(field)}{number + 1} {nested.label}"
                    yield from _asked(nested, path, label, is_sure=sure)


def _asked(field: BlankField, path: str, label: str, *, is_sure: bool) -> Iterator[Asked]:
    needed = is_sure and field.required and not field.condition
    if field.kind == "name":
        # The row stands in this order on paper: the reading above the name.
        for part, caption in _name_parts(field):
            yield Asked(f"{path}.{part}", path, part, field.item, f"{label}（{caption}）", needed)
    elif field.kind == "postal_address":
        code = _("%(label)s（郵便番号）") % {"label": label}
        yield Asked(
            f"{path}.postal_code", path, "postal_code", field.item, code, needed, groups=(3, 4)
        )  # fmt: skip
        yield Asked(f"{path}.address", path, "address", field.item, label, needed, lines=2)
    else:
        yield Asked(
            path, path, "", field.item, label, needed,
            options=_options(field), groups=_groups(field.item), lines=_lines(field, is_in_entry="." in path),
        )  # fmt: skip


def _options(field: BlankField) -> tuple[tuple[str, str], ...]:
    if field.kind == "yes_no":
        return tuple(zip(("yes", "no"), field.options, strict=True))
    if field.kind in {"choice", "select", "choices"}:
        return tuple((option.value, option.label) for option in field.item.options)
    return ()


def _with_condition(title: str, condition: str) -> str:
    return _("%(title)s（%(when)s）") % {"title": title, "when": _when(condition)} if condition else title


def _when(condition: str) -> str:
    """The condition as 「…のとき」 or 「…とき」, as its last word asks for."""
    if condition.endswith(("い", "る", "た")) and not condition.endswith(("はい", "いいえ")):
        return _("%(condition)sとき") % {"condition": condition}
    return _("%(condition)sのとき") % {"condition": condition}


def _note(field: BlankField) -> str:
    condition = _("%(when)sに書く") % {"when": _when(field.condition)} if field.condition else ""
    return "　".join(part for part in (condition, field.help, _how(field)) if part)


def _how(field: BlankField) -> str:
    """How cells are filled in, where that is not plain from looking at them."""
    if field.kind == "telephone":
        return _("左からつめて、数字だけを書いてください。")
    if field.kind == "money" and _groups(field.item):
        return _("右につめて書いてください。")
    return ""


def _row_name(field: BlankField) -> str:
    return field.item.row_label or field.label


def _rows_of(page: BlankPage) -> Iterator[FormField]:
    """The rows of a page; a group gives its rows anew for each of its entries."""
    is_after_group = False
    for field in page.fields:
        if is_after_group and not field.fields and field.kind not in {"heading", "note"}:
            # Else the row would seem to belong to the last entry of the group.
            title = _("%(title)s（続き）") % {"title": page.title}
            yield {"key": f"{field.item_id}.again", "label": title, "kind": "heading"}
        is_after_group = bool(field.fields)
        if field.fields:
            yield from _entries(field)
        else:
            yield _row(field, field.item_id)


def _entries(field: BlankField) -> Iterator[FormField]:
    title: FormField = {"key": field.item_id, "label": field.label, "kind": "heading"}
    if note := _note(field):
        title["note"] = note
    yield title
    for number in range(field.rows):
        name = _("%(row)s %(number)d") % {"row": _row_name(field), "number": number + 1}
        yield {"key": f"{field.item_id}.{number}", "label": name, "kind": "heading", "level": 3}
        for nested in field.fields:
            yield _row(nested, f"{field.item_id}.{number}.{nested.item_id}")


def _row(field: BlankField, key: str) -> FormField:
    made: FormField = {"key": key, "label": field.label, "kind": "text", "required": field.required}
    if field.kind in {"heading", "note"}:
        return {"key": key, "label": field.label, "kind": "heading" if field.kind == "heading" else "words"}
    if note := _note(field):
        made["note"] = note
    if field.kind == "name":
        made["kind"] = "name"
        made["parts"] = [{"key": part, "label": caption} for part, caption in _name_parts(field)]
    elif field.kind == "postal_address":
        made["kind"] = "address"
    elif field.kind in {"date", "birth_date"}:
        made["kind"], made["years"] = "date", 4
        made["eras"] = eras_of(field.item)
    elif field.kind == "consent":
        made["kind"], made["statement"] = "consent", field.help or field.label
        made.pop("note", None)
    elif field.options and len(field.options) <= MOST_OPTIONS:
        made["kind"] = "choices" if field.kind in {"choices", "attachment"} else "choice"
        made["options"] = field.options
    else:
        _write(made, field)
    return made


def _write(made: FormField, field: BlankField) -> None:
    if field.unit:
        made["unit"] = field.unit
    if groups := _groups(field.item):
        made["kind"], made["groups"] = "digits", groups
        made["places"] = field.kind == "money"
    elif (lines := _lines(field, is_in_entry="." in made["key"])) > 1:
        made["kind"], made["lines"] = "lines", lines


def _name_parts(field: BlankField) -> list[tuple[str, str]]:
    captions = [("family_kana", _("セイ")), ("given_kana", _("メイ"))] if field.item.kana else []
    return [*captions, ("family", _("姓")), ("given", _("名"))]


def eras_of(item: Item) -> tuple[str, ...]:
    """The eras that a date of this item can bear; 西暦 always, as many people know no other."""
    if item.type == "birth_date":
        return BIRTH_ERAS
    if item.min == "today":
        return ("令和", WESTERN)
    try:
        first = to_wareki(datetime.fromisoformat(str(item.min)).date()).era.name
    except ValueError:
        return ERAS
    return ERAS[ERAS.index(first) :] if first in ERAS else ERAS


def _groups(item: Item) -> tuple[int, ...]:
    """The digit cells of an item, or nothing when it is written on a line."""
    if item.type == "telephone":
        return (TELEPHONE_DIGITS,)
    if item.type == "legal_entity_number":
        return (1, 4, 4, 4)
    if item.type in {"money", "integer"}:
        return _number_groups(item)
    if item.type == "text" and item.pattern and (found := _DIGITS_ONLY.fullmatch(item.pattern)):
        return (int(found[1] or 1),) if int(found[1] or 1) <= MOST_DIGITS else ()
    return ()


def _number_groups(item: Item) -> tuple[int, ...]:
    low, high = TYPES[item.type].bounds(item)  # type: ignore[attr-defined]
    count = len(str(high))
    if low < 0 or (item.max is None and item.type == "integer"):
        return ()
    if item.max is None:
        count = 10
    if count > MOST_DIGITS:
        return ()
    if item.type == "integer":
        return (count,)
    return _thousands(count)


def _thousands(count: int) -> tuple[int, ...]:
    head = count % 3
    return ((head,) if head else ()) + (3,) * (count // 3)


def _lines(field: BlankField, *, is_in_entry: bool = False) -> int:
    """Lines for a free text: room for about a third of what is allowed, as few write all of it."""
    item = field.item
    most = MOST_LINES_OF_ENTRY if is_in_entry else MOST_LINES
    if field.kind == "textarea":
        wanted = (item.max_length or 2000) // (3 * LINE_HOLDS)
        return min(most, max(item.rows, wanted))
    if field.kind == "text":
        return min(3, max(1, -(-(item.max_length or 60) // (3 * LINE_HOLDS))))
    return 1

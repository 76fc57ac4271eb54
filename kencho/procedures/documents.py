"""The paper form of a procedure: the same questions in the same words as on the screen."""

from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import override

from kencho.foundation import typesetting
from kencho.foundation.typesetting import FormField, FormSection, PaperForm
from kencho.procedures import queries
from kencho.procedures.definition import BlankField, BlankForm
from kencho.procedures.models import ProcedureVersion

MOST_OPTIONS = 14
ERAS = ("明治", "大正", "昭和", "平成", "令和")


@lru_cache(maxsize=32)
def _typeset(version_id: int, digest: str) -> bytes:
    version = ProcedureVersion.objects.select_related("procedure__body").get(pk=version_id)
    # The form is an official paper: Japanese whatever language the page is read in.
    with override("ja"):
        data = paper_form(queries.compiled_of(version).blank_form(), addressee=_addressee(version))
    return typesetting.render("paper_form", data, created_at=version.in_force_from or version.created_at)


def form_pdf(version: ProcedureVersion) -> bytes:
    """様式 as PDF/A; kept per version, for it is always the same."""
    return _typeset(version.pk, version.digest)


def _addressee(version: ProcedureVersion) -> str:
    body = version.procedure.body
    title = body.head_title or _("長")
    return title if title.startswith(body.name) else f"{body.name}{title}"


def paper_form(blank: BlankForm, *, addressee: str) -> PaperForm:
    """The blank form in the shape that the typesetter draws."""
    sections: list[FormSection] = []
    instructions: list[str] = []
    for page in blank.pages:
        fields = [made for field in page.fields for made in _fields(field)]
        if fields:
            sections.append({"title": _with_condition(page.title, page.condition), "fields": fields})
        if page.intro:
            instructions.append(page.intro)
    basis = "、".join(blank.legal_basis)
    data: PaperForm = {
        "title": blank.title,
        "procedure_code": blank.code,
        "version_digest": blank.digest,
        "addressee": addressee,
        "sections": sections,
        "instructions": [*instructions, *([_("根拠：%(basis)s") % {"basis": basis}] if basis else [])],
    }
    return data


def _with_condition(title: str, condition: str) -> str:
    return (
        _("%(title)s（%(condition)sとき）") % {"title": title, "condition": condition} if condition else title
    )


def _note(field: BlankField) -> str:
    condition = _("%(condition)sときに書く") % {"condition": field.condition} if field.condition else ""
    return "　".join(part for part in (condition, field.help) if part)


def _fields(field: BlankField, prefix: str = "", key: str = "") -> Iterator[FormField]:
    """The boxes of one item; a group gives its boxes for each row."""
    key = key or field.item_id
    if field.kind in {"heading", "note"}:
        return
    if field.fields:
        for number in range(1, field.rows + 1):
            for nested in field.fields:
                yield from _fields(nested, f"{field.label}{number} ", f"{key}.{number}.{nested.item_id}")
        return
    label = f"{prefix}{field.label}" + (f"（{field.unit}）" if field.unit else "")
    if field.kind == "postal_address":
        yield _box(field, f"{key}.postal_code", _("%(label)s（郵便番号）") % {"label": label}, groups=True)
        yield _box(field, key, label, lines=2)
    elif field.parts and field.kind == "name":
        yield from (_box(field, f"{key}.{n}", f"{label}（{part}）") for n, part in enumerate(field.parts))
    else:
        yield _box(field, key, label)


def _box(field: BlankField, key: str, label: str, *, groups: bool = False, lines: int = 0) -> FormField:
    made: FormField = {"key": key, "label": label, "kind": "text", "required": field.required}
    if note := _note(field):
        made["note"] = note
    if groups:
        made["kind"], made["groups"] = "digits", (3, 4)
    elif lines or field.kind == "textarea":
        made["kind"], made["lines"] = "lines", lines or field.lines
    elif field.kind in {"date", "birth_date"}:
        made["kind"] = "date"
        made["eras"] = ERAS if field.kind == "birth_date" else ERAS[-1:]
    elif field.kind == "legal_entity_number":
        made["kind"], made["length"] = "digits", 13
    else:
        _choose(made, field)
    return made


def _choose(made: FormField, field: BlankField) -> None:
    if field.kind == "consent":
        made["kind"], made["statement"] = "consent", field.help or field.label
        made.pop("note", None)
    elif field.options and len(field.options) <= MOST_OPTIONS:
        made["kind"] = "choices" if field.kind in {"choices", "attachment"} else "choice"
        made["options"] = field.options

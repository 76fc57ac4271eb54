"""Drawn templates: rows of a table (or boxes drawn in the browser) ↔ the fields of an engine template.

A row names its target: ``telephone`` (the answer in one line or in equal cells), ``gender#1`` (the box of an option),
``born_on#era:昭和`` (the box of an era), ``born_on#year`` (the cells of the year). What a target can be follows from the
printed form of the same version, so that a drawn form asks for nothing that the procedure does not know.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from kencho.intake.engine.shapes import TICKED, Field, Kind, Markers, Part, Rect, Template
from kencho.intake.engine.templates import SMALLEST_BOX

DATES = frozenset({Kind.DATE, Kind.BIRTH_DATE})
DATE_PARTS = ("year", "month", "day")
MOST_CELLS = 30


@dataclass(frozen=True)
class Target:
    """Something that a box can stand for."""

    code: str
    label: str
    key: str
    part: str = ""

    @property
    def is_cells(self) -> bool:
        """Whether the box may be divided into cells, one character each."""
        return self.part in {"", *DATE_PARTS}


@dataclass(frozen=True)
class Box:
    """One row of the table; millimetres from the top left corner of the page."""

    target: str
    page: int
    rect: Rect
    cells: int = 1


@dataclass(frozen=True)
class Finding:
    """Something wrong (the template cannot be saved so) or worth a look. ``row`` counts from 0; None: the whole."""

    message: str
    row: int | None = None
    is_error: bool = True


def targets_of(printed: Template) -> list[Target]:
    """Everything that boxes of a drawn form can stand for, in the order of the printed form."""
    return [target for field in printed.fields for target in _targets(field)]


def _targets(field: Field) -> Iterator[Target]:
    if field.kind == Kind.CONSENT:
        yield Target(f"{field.key}#0", _("%(label)s（印の枠）") % {"label": field.label}, field.key, "0")
        return
    if field.kind in TICKED:
        for index, (_value, label) in enumerate(field.options):
            yield Target(f"{field.key}#{index}", f"{field.label}：{label}", field.key, str(index))
        return
    yield Target(field.key, field.label, field.key)
    if field.kind in DATES:
        for part in field.parts:
            if part.name.startswith("era:"):
                era = part.name.removeprefix("era:")
                label = _("%(label)s（%(era)sの枠）") % {"label": field.label, "era": era}
                yield Target(f"{field.key}#{part.name}", label, field.key, part.name)
        words = {"year": _("年のます"), "month": _("月のます"), "day": _("日のます")}
        for name in DATE_PARTS:
            yield Target(f"{field.key}#{name}", f"{field.label}（{words[name]}）", field.key, name)


def boxes_of(template: Template) -> list[Box]:
    """The rows that would make these fields again."""
    return [box for field in template.fields for box in _boxes(field)]


def _boxes(field: Field) -> Iterator[Box]:
    if field.kind in TICKED:
        for part in field.parts:
            yield Box(f"{field.key}#{part.name}", field.page, part.rect)
        return
    runs: dict[str, list[Part]] = {}
    for part in field.parts:
        runs.setdefault(_run_of(part.name), []).append(part)
    for name, parts in runs.items():
        code = f"{field.key}#{name}" if name else field.key
        yield Box(code, field.page, _around(parts), len(parts))


def _run_of(part: str) -> str:
    """The target's part of a part's name: year0 → year, 3 → (the field itself), era:令和 → era:令和."""
    if part.startswith("era:"):
        return part
    return part.rstrip("0123456789")


def _around(parts: Sequence[Part]) -> Rect:
    left = min(part.rect.x for part in parts)
    top = min(part.rect.y for part in parts)
    right = max(part.rect.x + part.rect.width for part in parts)
    bottom = max(part.rect.y + part.rect.height for part in parts)
    return Rect(left, top, round(right - left, 3), round(bottom - top, 3))


def compose(drawn: Template, printed: Template, boxes: Sequence[Box]) -> tuple[Template, list[Finding]]:
    """The template with these boxes, and what is wrong with it or worth a look."""
    targets = {target.code: target for target in targets_of(printed)}
    known = {field.key: field for field in printed.fields}
    findings = list(_wrong(drawn, targets, boxes))
    if any(finding.is_error for finding in findings):
        return drawn, findings
    parts: dict[str, list[Part]] = {}
    pages: dict[str, int] = {}
    for box in boxes:
        target = targets[box.target]
        pages.setdefault(target.key, box.page)
        parts.setdefault(target.key, []).extend(_parts(target, box))
    # In the order of the procedure, whatever the order in which somebody drew.
    fields = tuple(_field(field, pages[key], parts[key]) for key, field in known.items() if key in parts)
    made = replace(drawn, fields=fields)
    return made, [*findings, *_worth_a_look(made, printed)]


def _field(field: Field, page: int, parts: list[Part]) -> Field:
    has_cells = len(parts) > 1 and field.kind not in TICKED and field.kind not in DATES
    groups = (len(parts),) if has_cells else ()
    lines = field.lines if not has_cells and parts[0].rect.height >= 12 else 1
    return replace(field, page=page, parts=tuple(parts), groups=groups, lines=lines)


def _parts(target: Target, box: Box) -> Iterator[Part]:
    if not target.is_cells:
        yield Part(target.part, box.rect)
    elif box.cells == 1 and not target.part:
        yield Part("", box.rect)
    else:
        width = box.rect.width / box.cells
        for index in range(box.cells):
            rect = Rect(round(box.rect.x + index * width, 3), box.rect.y, round(width, 3), box.rect.height)
            yield Part(f"{target.part}{index}", rect)


def _wrong(drawn: Template, targets: dict[str, Target], boxes: Sequence[Box]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    pages: dict[str, int] = {}
    for row, box in enumerate(boxes):
        target = targets.get(box.target)
        if target is None:
            yield Finding(_("この手続にない項目です。項目を選びなおしてください。"), row)
            continue
        if box.target in seen:
            yield Finding(
                _("%(n)d行目と同じ項目です。一つの項目の枠は一つにしてください。")
                % {"n": seen[box.target] + 1},
                row,
            )
        seen.setdefault(box.target, row)
        if pages.setdefault(target.key, box.page) != box.page:
            yield Finding(_("同じ項目の枠は、同じページに置いてください。"), row)
        if box.cells > 1 and not target.is_cells:
            yield Finding(_("印の枠は、ますに分けられません。ますの数を1にしてください。"), row)
        yield from _misplaced(drawn, row, box)


def _misplaced(drawn: Template, row: int, box: Box) -> Iterator[Finding]:
    rect = box.rect
    if box.page > drawn.pages:
        yield Finding(_("白紙にないページです。"), row)
    if rect.width < SMALLEST_BOX or rect.height < SMALLEST_BOX:
        yield Finding(_("枠が小さすぎます。縦横とも2mm以上にしてください。"), row)
    elif rect.width / max(box.cells, 1) < SMALLEST_BOX:
        yield Finding(_("ます一つの幅が2mmより小さくなります。"), row)
    if rect.x < 0 or rect.y < 0 or rect.x + rect.width > drawn.width or rect.y + rect.height > drawn.height:
        yield Finding(
            _("枠が紙からはみ出しています（紙は%(width)g×%(height)gmm）。")
            % {"width": drawn.width, "height": drawn.height},
            row,
        )


def _worth_a_look(made: Template, printed: Template) -> Iterator[Finding]:
    drawn = {field.key: field for field in made.fields}
    missing = [field.label for field in printed.fields if field.is_required and field.key not in drawn]
    if missing:
        yield Finding(
            _("必須の項目に枠がありません：%(labels)s。読み取った後に、確認する人が入力することになります。")
            % {"labels": "、".join(missing)},
            is_error=False,
        )
    for field in made.fields:
        if field.kind in TICKED and len(field.parts) < len(field.options):
            yield Finding(
                _("「%(label)s」の選択肢のうち、枠があるのは%(n)dつだけです。")
                % {"label": field.label, "n": len(field.parts)},
                is_error=False,
            )
        yield from _half_dates(field)
    yield from _overlaps(made)


def _half_dates(field: Field) -> Iterator[Finding]:
    if field.kind in DATES and not any(part.name == "" for part in field.parts):
        runs = {_run_of(part.name) for part in field.parts}
        if not runs >= set(DATE_PARTS):
            yield Finding(
                _("「%(label)s」は、年・月・日のますが三つともいります。") % {"label": field.label},
                is_error=False,
            )


def _overlaps(made: Template) -> Iterator[Finding]:
    for page in range(1, made.pages + 1):
        placed = [(field, part.rect) for field in made.on(page) for part in field.parts]
        for index, (field, rect) in enumerate(placed):
            for other, second in placed[index + 1 :]:
                if field.key != other.key and _meet(rect, second):
                    yield Finding(
                        _("「%(a)s」と「%(b)s」の枠が重なっています。")
                        % {"a": field.label, "b": other.label},
                        is_error=False,
                    )


def _meet(one: Rect, two: Rect) -> bool:
    return (
        min(one.x + one.width, two.x + two.width) - max(one.x, two.x) > 0.5
        and min(one.y + one.height, two.y + two.height) - max(one.y, two.y) > 0.5
    )


def keys_of(boxes: Iterable[Box]) -> list[str]:
    """The answers that have boxes, each once."""
    return list(dict.fromkeys(box.target.partition("#")[0] for box in boxes))


def draft_of(layout: Mapping[str, Any]) -> Template:
    """The engine template of a draft, which may not be whole yet (``templates.from_data`` takes whole ones only).

    The layout was written by ``templates.to_data``, so its shape is known.
    """
    return Template(
        id=str(layout.get("id", "")),
        pages=int(layout.get("pages", 1)),
        fields=tuple(_draft_field(each) for each in layout.get("fields", ())),
        markers=Markers(layout.get("markers", Markers.NONE)),
        width=float(layout.get("width", 210.0)),
        height=float(layout.get("height", 297.0)),
    )


def _draft_field(data: Mapping[str, Any]) -> Field:
    plain = {
        name: value for name, value in data.items() if name not in {"kind", "parts", "options", "groups"}
    }
    return Field(
        kind=Kind(data["kind"]),
        parts=tuple(Part(each["name"], Rect(*each["rect"])) for each in data["parts"]),
        options=tuple((str(value), str(label)) for value, label in data.get("options", ())),
        groups=tuple(data.get("groups", ())),
        **plain,
    )

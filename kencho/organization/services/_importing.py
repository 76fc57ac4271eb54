"""The register of staff as a table: differences are shown first, then applied in one transaction."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Assignment, Body, Post, StaffMember, Unit
from kencho.organization.queries import valid_on
from kencho.organization.services._staff import correct_staff, hire, reassign

COLUMNS = ("職員番号", "氏名", "氏名カナ", "メールアドレス", "組織コード", "職コード")
REQUIRED = ("職員番号", "氏名", "組織コード", "職コード")
_LIMITS = {"職員番号": 12, "氏名": 60, "氏名カナ": 80, "メールアドレス": 254}


class UnableToImport(Exception):
    """The table has errors, or the register changed since the differences were shown."""


@dataclass(frozen=True)
class LineError:
    """What is wrong on a line of the file; the heading is line 1."""

    line: int
    message: str | Promise


@dataclass(frozen=True)
class Change:
    """One difference between the table and the register."""

    line: int
    kind: str
    number: str
    name: str
    text: str
    unit_id: int
    post_id: int
    entries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do, and what stands against it. ``absent`` serve now but are not in the table."""

    changes: tuple[Change, ...]
    errors: tuple[LineError, ...]
    unchanged: int
    absent: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Tells whether a plan made later says the same."""
        lines = [
            f"{c.line}|{c.kind}|{c.number}|{c.unit_id}|{c.post_id}|{sorted(c.entries.items())}"
            for c in self.changes
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class _Register:
    staff: dict[str, StaffMember]
    main: dict[int, Assignment]
    later: frozenset[int]
    units: dict[str, Unit]
    posts: dict[str, Post]


def _register(body: Body, on: date) -> _Register:
    mains = Assignment.objects.filter(staff__body=body, is_concurrent=False)
    return _Register(
        staff={
            each.number: each for each in StaffMember.objects.filter(body=body).select_related("body", "user")
        },
        main={each.staff_id: each for each in mains.filter(valid_on(on)).select_related("unit", "post")},
        later=frozenset(mains.filter(valid_from__gt=on).values_list("staff_id", flat=True)),
        units={each.code: each for each in Unit.objects.filter(valid_on(on), body=body)},
        posts={each.code: each for each in Post.objects.filter(body=body)},
    )


def plan_import(*, body: Body, rows: Sequence[Mapping[str, str]], on: date) -> ImportPlan:
    """Compare a table (one row a person, columns ``COLUMNS``) with the register as it stands on the day. Writes nothing."""
    register = _register(body, on)
    changes: list[Change] = []
    errors: list[LineError] = []
    seen: dict[str, int] = {}
    unchanged = 0
    for line, given in enumerate(rows, start=2):
        row = {name: (given.get(name) or "").strip() for name in COLUMNS}
        wrong = [LineError(line, message) for message in _errors_in(row, register, seen)]
        seen.setdefault(row["職員番号"], line)
        errors.extend(wrong)
        if not wrong:
            found = list(_differences(line, row, register))
            changes.extend(found)
            unchanged += not found
    absent = tuple(
        sorted(
            number
            for number, each in register.staff.items()
            if each.pk in register.main and number not in seen
        )
    )
    return ImportPlan(tuple(changes), tuple(errors), unchanged, absent)


def _errors_in(
    row: Mapping[str, str], register: _Register, seen: Mapping[str, int]
) -> Iterator[str | Promise]:
    yield from _text_errors(row)
    number = row["職員番号"]
    if number in seen:
        yield _("職員番号 %(number)s は %(line)s 行目にもあります。") % {
            "number": number,
            "line": seen[number],
        }
    if row["組織コード"] and row["組織コード"] not in register.units:
        yield _("組織コード %(code)s の組織は、その日にはありません。") % {"code": row["組織コード"]}
    if row["職コード"] and row["職コード"] not in register.posts:
        yield _("職コード %(code)s の職はありません。") % {"code": row["職コード"]}
    staff = register.staff.get(number)
    if staff is not None and staff.retired_on is not None:
        yield _("職員番号 %(number)s の職員は退職しています。") % {"number": number}
    if staff is not None and staff.pk in register.later:
        yield _("職員番号 %(number)s には、後の日の異動がすでに登録されています。") % {"number": number}


def _text_errors(row: Mapping[str, str]) -> Iterator[str | Promise]:
    for name in REQUIRED:
        if not row[name]:
            yield _("%(name)sがありません。") % {"name": name}
    for name, limit in _LIMITS.items():
        if len(row[name]) > limit:
            yield _("%(name)sは%(limit)s文字までです。") % {"name": name, "limit": limit}
    if row["メールアドレス"]:
        try:
            validate_email(row["メールアドレス"])
        except ValidationError:
            yield _("メールアドレスの形が正しくありません。")


def _differences(line: int, row: Mapping[str, str], register: _Register) -> Iterator[Change]:
    unit, post = register.units[row["組織コード"]], register.posts[row["職コード"]]
    place = f"{unit.name} {post.title_in(unit)}"
    staff = register.staff.get(row["職員番号"])

    def change(kind: str, text: str) -> Change:
        return Change(line, kind, row["職員番号"], row["氏名"], text, unit.pk, post.pk, dict(row))

    if staff is None:
        yield change("hire", place)
        return
    entries = (
        (_("氏名"), staff.name, row["氏名"]),
        (_("氏名カナ"), staff.kana, row["氏名カナ"]),
        (_("メールアドレス"), staff.email, row["メールアドレス"]),
    )
    changed = [f"{label}：{old or '―'} → {new or '―'}" for label, old, new in entries if old != new]
    if changed:
        yield change("correct", "、".join(changed))
    main = register.main.get(staff.pk)
    if main is None or (main.unit_id, main.post_id) != (unit.pk, post.pk):
        before = f"{main.unit.name} {main.title}" if main else "―"
        yield change("reassign", f"{before} → {place}")


@transaction.atomic
def apply_import(
    *, body: Body, rows: Sequence[Mapping[str, str]], on: date, digest: str, by: Actor, at: datetime
) -> ImportPlan:
    """Carry out exactly the plan with this digest, all or nothing. Raises UnableToImport."""
    plan = plan_import(body=body, rows=rows, on=on)
    if plan.errors:
        raise UnableToImport(_("表に誤りがあります。直してからもう一度読み込んでください。"))
    if plan.digest != digest:
        raise UnableToImport(_("表示した後に名簿が変わりました。差分をもう一度確かめてください。"))
    units = {each.pk: each for each in Unit.objects.filter(body=body)}
    posts = {each.pk: each for each in Post.objects.filter(body=body)}
    staff = {
        each.number: each for each in StaffMember.objects.filter(body=body).select_related("body", "user")
    }
    for change in plan.changes:
        unit, post, row = units[change.unit_id], posts[change.post_id], change.entries
        texts = {"name": row["氏名"], "kana": row["氏名カナ"], "email": row["メールアドレス"]}
        if change.kind == "hire":
            hire(body=body, number=change.number, unit=unit, post=post, on=on, by=by, at=at, **texts)
        elif change.kind == "correct":
            correct_staff(staff=staff[change.number], by=by, at=at, **texts)
        else:
            reassign(staff=staff[change.number], unit=unit, post=post, on=on, by=by, at=at)
    audit.record(
        "organization.body.import_staff",
        body,
        by=by,
        at=at,
        label=body.name,
        body=body.code,
        details={"on": str(on), "changes": len(plan.changes)},
    )
    return plan


def export_rows(body: Body, on: date) -> Iterator[tuple[str, ...]]:
    """The register on a day in the columns of ``COLUMNS``; importing it again changes nothing."""
    rows = (
        Assignment.objects.filter(valid_on(on), staff__body=body, is_concurrent=False)
        .order_by("staff__number")
        .values_list(
            "staff__number", "staff__name", "staff__kana", "staff__email", "unit__code", "post__code"
        )
    )
    yield from rows.iterator()

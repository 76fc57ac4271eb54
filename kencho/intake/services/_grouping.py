"""Which pages belong together: read from their own codes, in the order in which they were scanned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from kencho.foundation.actors import Actor
from kencho.intake import queries
from kencho.intake.models import FieldResult, FormTemplate, ScanBatch, ScanPage, Sheet

State = ScanPage.State


@dataclass
class Group:
    """Pages of one sheet: ``is_over`` when no further page can join, ``in_doubt`` when their order tells against them."""

    template: FormTemplate
    pages: list[ScanPage] = field(default_factory=list)
    after_gap: bool = False
    in_doubt: bool = False
    is_over: bool = False

    @property
    def numbers(self) -> list[int]:
        """The form's page numbers that are there."""
        return [page.template_page for page in self.pages]

    @property
    def is_complete(self) -> bool:
        """Every page of the form is there."""
        return self.is_free or set(self.numbers) == set(range(1, self.template.pages + 1))

    @property
    def is_free(self) -> bool:
        """Paper without a map has as many pages as it has."""
        return self.template.origin == FormTemplate.Origin.FREE

    def takes(self, page: ScanPage) -> bool:
        """Whether the page goes on with this sheet: the same form, a later page of it."""
        if page.template_id != self.template.pk:
            return False
        return self.is_free or page.template_page > max(self.numbers)


def group(pages: Sequence[ScanPage], *, is_over: bool, doubted: bool = False) -> list[Group]:
    """Sheets of pages in scan order; blank, refused and set-aside pages lie between them.

    A first page always begins a sheet; nothing goes on across a page that has its place already.
    """
    groups: list[Group] = []
    gap = False
    for page in pages:
        if page.sheet_id is not None:
            gap = False
            _end(groups)
        elif page.state == State.REFUSED:
            gap = True
        elif page.state == State.READ and page.template is not None:
            _put(page, page.template, groups, after_gap=gap)
            gap = False
    if is_over:
        _end(groups)
    _doubt(groups, doubted=doubted)
    return groups


def _put(page: ScanPage, template: FormTemplate, groups: list[Group], *, after_gap: bool) -> None:
    """Let the page go on with the last sheet, or begin one."""
    current = groups[-1] if groups else None
    if current is None or current.is_over or not current.takes(page):
        _end(groups)
        current = Group(template, [], after_gap=after_gap)
        groups.append(current)
    current.pages.append(page)
    current.is_over = not current.is_free and current.is_complete


def _end(groups: Sequence[Group]) -> None:
    if groups:
        groups[-1].is_over = True


def _doubt(groups: Sequence[Group], *, doubted: bool) -> None:
    """Mark sheets whose pages may be of two people.

    A later page without a first one before it, where no page was refused that could have been it, means that the pile
    lies the wrong way round or was shuffled: what follows stays in doubt as long as sheets of more than one page follow.
    """
    for one in groups:
        if one.template.pages > 1 and not one.is_free:
            is_orphan = min(one.numbers) > 1 and not one.after_gap
            one.in_doubt = doubted or is_orphan
            doubted = one.in_doubt


def assemble(batch: ScanBatch, *, is_over: bool, by: Actor, at: datetime) -> list[Sheet]:
    """Make sheets of the pages read so far, as far as no page before them is missing; the batch's row is locked."""
    pages: list[ScanPage] = []
    for page in batch.pages.select_related("template").order_by("number"):
        if page.state == State.WAITING:
            break
        pages.append(page)
    last = batch.sheets.order_by("-number").first()
    doubted = last is not None and last.state == Sheet.State.INCOMPLETE and last.problem == _out_of_order()
    made = []
    number = last.number if last is not None else 0
    for one in group(pages, is_over=is_over, doubted=doubted):
        if one.is_over:
            number += 1
            made.append(_make(batch, one, number, at))
    return made


def _make(batch: ScanBatch, one: Group, number: int, at: datetime) -> Sheet:
    sheet = Sheet(batch=batch, number=number, template=one.template, created_at=at)
    if not one.is_complete:
        sheet.state = Sheet.State.INCOMPLETE
        sheet.problem = missing_pages(one.template, one.numbers)
    elif one.in_doubt:
        sheet.state = Sheet.State.INCOMPLETE
    else:
        sheet.state = Sheet.State.VERIFYING
    if one.in_doubt:
        sheet.problem = _out_of_order()
    sheet.save()
    for page in one.pages:
        adopt(page, sheet)
    if one.is_free:
        fill_in(sheet)
    settle(sheet)
    return sheet


def missing_pages(template: FormTemplate, numbers: Iterable[int]) -> str:
    """Which pages of the form are not there, in words; empty when all are."""
    missing = sorted(set(range(1, template.pages + 1)) - set(numbers))
    if not missing:
        return ""
    return _("%(pages)sページ目がありません。") % {"pages": "、".join(map(str, missing))}


def _out_of_order() -> str:
    return str(_("ページの順番が違います。ほかの人の紙が混ざっていないか、確かめてください。"))


def adopt(page: ScanPage, sheet: Sheet) -> None:
    """Give a page and its fields to a sheet. Where two pages tell of the same thing, the surer reading stays."""
    page.sheet = sheet
    page.save(update_fields=["sheet"])
    known = {each.key: each for each in sheet.fields.all()}
    for one in page.fields.filter(sheet__isnull=True):
        other = known.get(one.key)
        if other is None:
            FieldResult.objects.filter(pk=one.pk).update(sheet=sheet)
        elif one.is_blank or (not other.is_blank and other.score >= one.score):
            one.delete()
        else:
            other.delete()
            FieldResult.objects.filter(pk=one.pk).update(sheet=sheet)


def fill_in(sheet: Sheet) -> None:
    """Make a place for every field of the form that no page has told of, so that it can be typed in."""
    page = sheet.pages.filter(state=State.READ).order_by("number").first()
    if page is None:
        return
    known = set(sheet.fields.values_list("key", flat=True))
    twice = queries.typed_twice(sheet.template)
    FieldResult.objects.bulk_create(
        FieldResult(
            sheet=sheet,
            page=page,
            position=field.page * 1000 + 500 + place,
            key=field.key,
            label=field.label[:200],
            kind=field.kind.value,
            score=0,
            is_blank=True,
            state=FieldResult.State.DOUBTFUL if field.is_required else FieldResult.State.PASSED,
            needs_second=field.key in twice,
        )
        for place, field in enumerate(queries.engine_template(sheet.template).fields)
        if field.key not in known
    )


def settle(sheet: Sheet) -> Sheet:
    """A sheet on which nothing is left to look at waits for its registration only."""
    if sheet.state in {Sheet.State.VERIFYING, Sheet.State.READY}:
        sheet.state = Sheet.State.VERIFYING if queries.has_left(sheet) else Sheet.State.READY
        sheet.save(update_fields=["state"])
    return sheet

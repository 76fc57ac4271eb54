"""The sheet of a measure: from what is recorded, live, or as a revision has frozen it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.policy import frozen, rules
from kencho.policy.marks import mark_of
from kencho.policy.models import (
    DesiredState,
    DirectionLine,
    ExternalComment,
    Indicator,
    Issue,
    Judgement,
    PolicyNode,
    SheetRevision,
)
from kencho.policy.profiles import profile_of
from kencho.policy.queries._budgets import program_rows, project_rows
from kencho.policy.queries._cells import Setting, achievement_of, figure_of, indicator_row
from kencho.policy.queries._series import Series, series_of
from kencho.policy.queries._tree import lead_of, programs_of
from kencho.policy.rules import RuleError, Suggestion
from kencho.policy.sheet import IndicatorRow, Numbered, Sheet, SheetYear


def sheet_of(measure: PolicyNode, sheet_year: int, *, at: datetime, live: bool = False) -> Sheet:
    """The sheet as it stands at an instant.

    Without ``live`` it holds what is recorded: the form that is frozen and printed. With it, years without a
    recorded actual are counted from the rows as they are known at ``at``, and the sheet says so.
    """
    setting = Setting(profile_of(measure.plan), at, live)
    series = series_of(measure, at)
    years = columns(measure, series, sheet_year, setting)
    rows = [
        indicator_row(each, [year.year for year in years], setting, rationale_year=sheet_year)
        for each in series
    ]
    lead = lead_of(measure, sheet_year)
    projects = project_rows(measure, sheet_year, setting.profile)
    verdict = judged(measure, sheet_year - 1, series, setting)
    desired = DesiredState.objects.filter(node=measure).first()
    return Sheet(
        body_name=measure.plan.body.name,
        code=measure.code,
        name=measure.name,
        lead_department=lead.name if lead else "",
        plan_name=measure.plan.name,
        plan_years=(measure.plan.fy_from, measure.plan.fy_to),
        sheet_year=sheet_year,
        stage="",
        revision=0,
        dated=clock.day_of(at) if live else None,
        marking=_marking(measure, live),
        desired_heading=desired.heading if desired else "",
        desired_state=desired.paragraphs if desired else (),
        years=years,
        primary=_of_role(rows, Indicator.Role.PRIMARY),
        secondary=_of_role(rows, Indicator.Role.SECONDARY),
        issues=_issues(measure, sheet_year),
        directions=_directions(measure, sheet_year),
        projects=projects,
        programs=program_rows(programs_of(measure), projects, sheet_year, setting.profile),
        grade=verdict.grade,
        grade_suggested=verdict.suggested,
        grade_reason=verdict.reason,
        comments=verdict.comments,
    )


def _marking(measure: PolicyNode, live: bool) -> str:
    """What must be printed on every form of the sheet, so that nobody takes its figures for others."""
    found = [measure.plan.marking, _("速報（確定前の値を含みます）") if live else ""]
    return " ".join(each for each in found if each)


def columns(
    measure: PolicyNode, series: Sequence[Series], sheet_year: int, setting: Setting
) -> tuple[SheetYear, ...]:
    """The year of the baseline, then the years of the plan. Years that are over have 目標達成状況."""
    baselines = {each.baseline.year for each in series if each.baseline is not None}
    first = min(baselines, default=measure.plan.fy_from)
    reached = FiscalYear.of(setting.at).start_year if setting.live else sheet_year
    found: list[SheetYear] = []
    for year in [*([first] if first < measure.plan.fy_from else []), *measure.plan.years]:
        is_baseline = year < measure.plan.fy_from
        label = header_label(year, found[-1].year if found else None)
        has_achievement = not is_baseline and not setting.profile.monitor_only and year < reached
        found.append(SheetYear(year, label, is_baseline, has_achievement))
    return tuple(found)


def header_label(year: int, before: int | None) -> str:
    """「令和元年度」, and 「2年度」 where the header to the left lends the era (rule FY)."""
    wanted = FiscalYear(year)
    if before is None or FiscalYear(before).era != wanted.era:
        return wanted.label
    return f"{wanted.era_year}年度"


def _of_role(rows: Sequence[IndicatorRow], role: str) -> tuple[IndicatorRow, ...]:
    return tuple(row for row in rows if row.role == role)


def _issues(measure: PolicyNode, sheet_year: int) -> tuple[Numbered, ...]:
    rows = (
        Issue.objects.filter(node=measure, sheet_year=sheet_year)
        .prefetch_related("programs", "directions")
        .order_by("number")
    )
    return tuple(
        Numbered(
            number=row.number,
            mark=mark_of(row.number),
            text=row.text,
            links=tuple(sorted(each.number for each in row.directions.all())),
            programs=tuple(sorted(each.code for each in row.programs.all())),
        )
        for row in rows
    )


def _directions(measure: PolicyNode, sheet_year: int) -> tuple[Numbered, ...]:
    rows = (
        DirectionLine.objects.filter(node=measure, sheet_year=sheet_year)
        .select_related("issue")
        .prefetch_related("projects")
        .order_by("number")
    )
    return tuple(
        Numbered(
            number=row.number,
            mark=mark_of(row.number),
            text=row.text,
            links=(row.issue.number,) if row.issue else (),
        )
        for row in rows
    )


@dataclass(frozen=True)
class Verdict:
    """進展度 of a year, what the rule suggests, why, and what experts said."""

    grade: str
    suggested: str
    reason: str
    comments: tuple[str, ...]


def judged(measure: PolicyNode, year: int, series: Sequence[Series], setting: Setting) -> Verdict:
    """The newest judgement of a year, with the suggestion as it stands."""
    found = (
        Judgement.objects.filter(node=measure, year=year, decided_at__lte=setting.at).order_by("-pk").first()
    )
    suggestion = suggestion_of(series, year, setting)
    comments = ExternalComment.objects.filter(node=measure, year=year, recorded_at__lte=setting.at)
    return Verdict(
        grade=found.decided if found else "",
        suggested=(suggestion.grade if suggestion else None) or "",
        reason=found.reason if found else "",
        comments=tuple(comments.order_by("pk").values_list("text", flat=True)),
    )


def suggestion_of(series: Sequence[Series], year: int, setting: Setting) -> Suggestion | None:
    """What rule JDG suggests for a year; None when the plan is only watched."""
    found = {
        each.indicator.role: achieved
        for each in reversed(series)
        if (achieved := _achieved(each, year, setting))
    }
    secondary = [
        _achieved(each, year, setting) for each in series if each.indicator.role == Indicator.Role.SECONDARY
    ]
    return rules.suggest(found.get(Indicator.Role.PRIMARY), setting.profile, secondary=secondary)


def _achieved(series: Series, year: int, setting: Setting) -> rules.Achievement | None:
    if year < series.indicator.node.plan.fy_from:
        return None
    try:
        return achievement_of(series, year, figure_of(series, year, setting), setting)
    except RuleError:
        return None


def sheet_of_revision(revision: SheetRevision) -> Sheet:
    """The sheet as the revision froze it. Raises `frozen.Damaged` when its content does not fit its digest."""
    return frozen.restore(revision.content, revision.digest)


def revisions_of(measure: PolicyNode, sheet_year: int | None = None) -> list[SheetRevision]:
    """All revisions of the sheets of a measure, the newest first."""
    found = SheetRevision.objects.filter(node=measure).order_by("-sheet_year", "-number")
    return list(found if sheet_year is None else found.filter(sheet_year=sheet_year))


def latest_revision(measure: PolicyNode, sheet_year: int) -> SheetRevision | None:
    """The newest revision of one sheet, published or not."""
    return SheetRevision.objects.filter(node=measure, sheet_year=sheet_year).order_by("-number").first()


def published_revision(measure: PolicyNode, sheet_year: int | None = None) -> SheetRevision | None:
    """What the public sees: the newest published revision, of the newest sheet when no year is given."""
    found = SheetRevision.objects.filter(node=measure, state=SheetRevision.State.PUBLISHED)
    if sheet_year is not None:
        found = found.filter(sheet_year=sheet_year)
    return found.order_by("-sheet_year", "-number").first()


def sheet_years_of(measure: PolicyNode) -> list[int]:
    """The years of which anything stands on a sheet, oldest first."""
    years = {
        *Issue.objects.filter(node=measure).values_list("sheet_year", flat=True),
        *DirectionLine.objects.filter(node=measure).values_list("sheet_year", flat=True),
        *measure.projects.values_list("sheet_year", flat=True),
        *SheetRevision.objects.filter(node=measure).values_list("sheet_year", flat=True),
    }
    return sorted(years)

"""A rule applied to a plan: every finding names the article, the day, and whether the head may make an exception."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.foundation.clock import JST
from kencho.workplace.telework_rules._model import PLACES, Rule

HALF, WHOLE = Decimal("0.5"), Decimal(1)


@dataclass(frozen=True, slots=True)
class Day:
    """One planned day. ``part`` is day, morning or afternoon; ``settled`` days were judged before and only count."""

    on: date
    kind: str
    part: str
    place: str
    settled: bool = False

    @property
    def days(self) -> Decimal:
        """How much of a day it is."""
        return WHOLE if self.part == "day" else HALF


@dataclass(frozen=True)
class Facts:
    """What a plan is judged by. ``days`` hold those of neighbouring weeks too, as ``settled``.

    ``posts`` are the codes of the posts held, by day; ``division`` the code of the division, by day;
    ``business_days_between`` counts the working days after the first day up to the second one.
    """

    days: Sequence[Day]
    submitted_on: date
    posts: Callable[[date], frozenset[str]]
    division: Callable[[date], str]
    is_open: Callable[[date], bool]
    business_days_between: Callable[[date, date], int]


@dataclass(frozen=True)
class Finding:
    """Something that the rule does not allow. With an ``exception`` (its article) the head may allow it for a reason."""

    code: str
    article: str
    message: str | Promise
    on: date | None = None
    exception: str = ""

    def __str__(self) -> str:
        where = f"{self.on.month}月{self.on.day}日：" if self.on else ""
        return f"{where}{self.message}（{self.article}）"


def judge(rule: Rule, facts: Facts) -> tuple[Finding, ...]:
    """Everything about the new days of a plan that the rule does not allow as it stands."""
    return tuple(
        [
            finding
            for day in facts.days
            if not day.settled
            for finding in (*_choices(rule, day), *_person(rule, facts, day), *_calendar(rule, facts, day))
        ]
        + [*_weeks(rule, facts), *_months(rule, facts)]
    )


def blocking(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that no head of a division may allow."""
    return tuple(each for each in findings if not each.exception)


def exceptions(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that the head may allow for a reason."""
    return tuple(each for each in findings if each.exception)


def _choices(rule: Rule, day: Day) -> Iterator[Finding]:
    if day.kind not in rule.kinds.allowed:
        yield Finding("kind", rule.kinds.article, _("この働き方は認められていません。"), day.on)
    elif day.place not in rule.places.allowed or PLACES[day.place] != day.kind:
        yield Finding("place", rule.places.article, _("この場所では行えません。"), day.on)
    span = "day" if day.part == "day" else "half_day"
    if span not in rule.spans.allowed:
        yield Finding(
            "span",
            rule.spans.article,
            _("半日の単位では行えません。") if span == "half_day" else _("一日の単位では行えません。"),
            day.on,
        )


def _person(rule: Rule, facts: Facts, day: Day) -> Iterator[Finding]:
    part, posts = rule.eligibility, facts.posts(day.on)
    if not posts:
        yield Finding("not_serving", part.article, _("その日は在職していません。"), day.on)
        return
    if (part.posts and posts.isdisjoint(part.posts)) or posts & set(part.excluded_posts):
        message = _("この職は対象ではありません。")
        yield Finding("post", part.article, message, day.on, part.exception_article)
    if facts.division(day.on) in part.excluded_divisions:
        message = _("この所属は対象ではありません。")
        yield Finding("division", part.article, message, day.on, part.exception_article)


def _calendar(rule: Rule, facts: Facts, day: Day) -> Iterator[Finding]:
    if not facts.is_open(day.on):
        yield Finding("closed", rule.reporting.article, _("閉庁日です。"), day.on)
    notice = rule.notice
    if day.on < facts.submitted_on:
        yield Finding("past", notice.article, _("過ぎた日です。"), day.on)
    elif facts.business_days_between(facts.submitted_on, day.on) < notice.business_days:
        message = _("%(n)d開庁日前までに求める必要があります。") % {"n": notice.business_days}
        yield Finding("notice", notice.article, message, day.on, notice.exception_article)


def _week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(rule: Rule, facts: Facts) -> Iterator[Finding]:
    weeks: dict[date, list[Day]] = defaultdict(list)
    for day in facts.days:
        weeks[_week_of(day.on)].append(day)
    for monday, days in sorted(weeks.items()):
        if all(day.settled for day in days):
            continue
        yield from _week(rule, facts, monday, days)


def _week(rule: Rule, facts: Facts, monday: date, days: Sequence[Day]) -> Iterator[Finding]:
    limits, used = rule.limits, sum((day.days for day in days), Decimal(0))
    first = min(day.on for day in days if not day.settled)
    if limits.days_per_week is not None and used > limits.days_per_week:
        message = _("この週は%(used)s日で、週%(most)s日の上限を超えます。") % {
            "used": plain(used),
            "most": plain(limits.days_per_week),
        }
        yield Finding("per_week", limits.article, message, first, limits.exception_article)
    if not limits.office_days_per_week:
        return
    week = [monday + timedelta(days=n) for n in range(7)]
    opened = sum(facts.is_open(day) for day in week)
    away = len({day.on for day in days if day.part == "day" and facts.is_open(day.on)})
    # In a week of holidays nobody can be asked for more days in the office than there are open days.
    if opened - away < min(limits.office_days_per_week, opened):
        message = _("この週は、通常の勤務先で%(n)d日以上勤務する必要があります。") % {
            "n": limits.office_days_per_week
        }
        yield Finding("office_days", limits.article, message, first, limits.exception_article)


def _months(rule: Rule, facts: Facts) -> Iterator[Finding]:
    limits = rule.limits
    if limits.days_per_month is None:
        return
    months: dict[date, list[Day]] = defaultdict(list)
    for day in facts.days:
        months[day.on.replace(day=1)].append(day)
    for month, days in sorted(months.items()):
        used = sum((day.days for day in days), Decimal(0))
        if used > limits.days_per_month and not all(day.settled for day in days):
            message = _("%(month)d月は%(used)s日で、月%(most)s日の上限を超えます。") % {
                "month": month.month,
                "used": plain(used),
                "most": plain(limits.days_per_month),
            }
            yield Finding("per_month", limits.article, message, None, limits.exception_article)


def session_finding(rule: Rule, started_at: datetime, ended_at: datetime) -> Finding | None:
    """What the rule does not allow about the hours of a session; one that passes midnight belongs to its first day."""
    part = rule.reporting
    if ended_at - started_at > timedelta(hours=part.longest_hours):
        message = _("%(n)d時間を超えています。終わった時刻を確かめてください。") % {"n": part.longest_hours}
        return Finding("too_long", part.article, message)
    if started_at.astimezone(JST).time() < part.earliest:
        message = _("%(time)sより前には始められません。") % {"time": part.earliest.strftime("%H:%M")}
        return Finding("too_early", part.article, message)
    return None


def plain(days: Decimal) -> str:
    """3, 2.5: without needless zeros."""
    return format(days.normalize(), "f")

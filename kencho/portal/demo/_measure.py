"""施策406 in the demo: telework that grows from pilots, a staff survey a year, and the sheet that counts both.

All figures are invented, but each comes from operations driven through the services. Sheet 406 stands twice: as the
prefecture printed it, with its blanks, and as a second plan, marked as synthetic, with the actuals of the demo.
"""

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import yaml

from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest, StepState
from kencho.approvals.queries import holders_of, round_of, steps_of
from kencho.foundation import clock, queue
from kencho.foundation.fiscal import FiscalYear
from kencho.organization import queries as organization
from kencho.organization import services as organization_services
from kencho.organization.models import Assignment, Body, Post, StaffMember
from kencho.policy import importing
from kencho.policy import queries as policy_queries
from kencho.policy import services as policy
from kencho.policy.models import Indicator, PolicyNode, SheetRevision
from kencho.policy.profiles import profile_of
from kencho.portal.demo._setup import DIGITAL_DIVISION, SEEDS, SETUP, division_before
from kencho.records.office_seals import make_demo_seals
from kencho.surveys import demo as surveys
from kencho.surveys.models import SurveyProgram
from kencho.workplace import services as workplace
from kencho.workplace.models import Kind
from kencho.workplace.samples import WEIGHTS, run_month
from kencho.workplace.telework_rules import read_rule

SHEET = SEEDS / "policy" / "measure406.yaml"
RULE = SEEDS / "telework" / "mie-prefecture.yaml"
SYNTHETIC = "mie-vision-3-synthetic"
FIRST_YEAR, LAST_YEAR = 2019, 2023
SHEET_MONTH = 5
# Where each division comes up once a year only, it uses a kind that the indicator counts.
COUNTED: dict[str, int] = {Kind.MOBILE: 5, Kind.SATELLITE: 3}
# Certificates of offices hold five years; this one is renewed a year before it ends.
SEAL_RENEWED_ON = date(2023, 4, 1)


@dataclass(frozen=True)
class Aims:
    """What a fiscal year of the demo aims at. The figures of the sheet are counted, never taken from here."""

    applications: int
    telework_divisions: int = 0
    felt_share: float = 0.0


AIMS: dict[int, Aims] = {
    2019: Aims(22_299),
    2020: Aims(22_486, 58, 0.118),
    2021: Aims(22_731, 101, 0.225),
    2022: Aims(22_960, 138, 0.43),
    2023: Aims(23_214, 165, 0.58),
}


class Stuck(Exception):
    """An approval that nobody of the demo can give: a fault of its routes or its people."""


class Measure406:
    """The measure's own history, month by month beside that of the applications."""

    def __init__(self, body: Body, *, divisor: int, seed: int) -> None:
        self._body = body
        self._divisor = divisor
        self._seed = seed

    def _begin(self, at: datetime) -> None:
        """The rule on telework and the survey's questionnaire, before anything is counted."""
        rule = read_rule(yaml.safe_load(RULE.read_text(encoding="utf-8")))
        workplace.save_rule(body=self._body, rule=rule, by=SETUP, at=at)
        surveys.load_seed(body=self._body, by=SETUP, at=at)

    def month(self, first: date) -> None:
        """What happens in the month that begins on this day."""
        year = FiscalYear.of(first)
        rng = random.Random(f"{self._seed}-{first}")  # noqa: S311  # a made-up history, the same each time
        if first == FiscalYear(FIRST_YEAR).start:
            self._begin(_moment(first, 8))
        elif first.month == 4:
            _carry_staff(self._body, first)
        if first == SEAL_RENEWED_ON:
            make_demo_seals([self._body], at=_moment(first, 8), renew=True)
        aims = AIMS.get(year.start_year)
        if aims is not None:
            self._telework(first, aims, rng)
            if first.month == 12 and aims.felt_share:
                self._survey(year, aims, rng)
        if first == date(2020, 11, 1):
            self._print_source(first)
        if first.month == SHEET_MONTH and FIRST_YEAR <= year.previous.start_year <= LAST_YEAR:
            self._report(year.previous, first)

    def _telework(self, first: date, aims: Aims, rng: random.Random) -> None:
        """The divisions that use telework this year, in an order that stays: who began goes on."""
        divisions = list(organization.divisions_on(self._body, first))
        order = sorted(divisions, key=lambda unit: random.Random(f"{self._seed}-{unit.code}").random())  # noqa: S311  # as above
        users = order[: aims.telework_divisions]
        # In the full history each division comes up twice a year, in a small one once.
        turns, kinds = (6, WEIGHTS) if self._divisor == 1 else (12, COUNTED)
        turn = (first.month - 4) % turns
        run_month(body=self._body, month=first, divisions=users[turn::turns], rng=rng, kinds=kinds)

    def _survey(self, year: FiscalYear, aims: Aims, rng: random.Random) -> None:
        program = SurveyProgram.objects.get(body=self._body, code="smart-government-staff-survey")
        surveys.run_cycle(
            body=self._body,
            program=program,
            year=year,
            rng=rng,
            by=SETUP,
            response_rate=0.72,
            felt_share=aims.felt_share,
        )

    def _print_source(self, day: date) -> None:
        """The sheet as it was printed: imported, approved, published, blanks and all."""
        at = _moment(day, 10)
        text = SHEET.read_text(encoding="utf-8")
        with clock.simulated(at):
            made = importing.import_text(body=self._body, text=text, by=SETUP, at=at)
            if made.revision is not None:
                self._publish(made.revision, at)
            second = importing.import_text(body=self._body, text=self._synthetic(text), by=SETUP, at=at)
            self._count_baseline(second.measure, at)

    def _synthetic(self, text: str) -> str:
        """The same sheet as a plan of its own. Where fewer applications happen, their targets shrink alike."""
        data = _named(yaml.safe_load(text))
        identity = data["identity"]
        identity["plan"] = {
            **identity["plan"],
            "code": SYNTHETIC,
            "name": f"{identity['plan']['name']}（合成データによる見本）",
            "marking": "合成データ（実際の三重県の値ではありません）",
        }
        identity["code"] = f"{identity['code']}-demo"
        for entry in data["indicators"]:
            if entry["id"] == "ind-406-sub2":
                entry["cells"] = [self._smaller(cell) for cell in entry["cells"]]
                if self._divisor > 1:
                    entry["explanation"] = (
                        f"見本の県では、申請の数を{self._divisor}分の1にしています。目標値も同じです。"
                    )
        return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)

    def _smaller(self, cell: dict[str, Any]) -> dict[str, Any]:
        if cell.get("kind") == "baseline":
            # Counted at the end of the year, not taken over.
            return {"fy": cell["fy"], "kind": "baseline", "value": None, "state": "not_yet_measured"}
        found = {key: value for key, value in cell.items() if key != "reference_interpolated"}
        if found.get("target") is not None:
            found["target"] = str(round(int(found["target"]) / self._divisor))
        return found

    def _report(self, year: FiscalYear, first: date) -> None:
        """In May the year that is over is counted and frozen, judged, and its sheet published."""
        node = PolicyNode.objects.filter(
            plan__body=self._body, plan__code=SYNTHETIC, level=PolicyNode.Level.MEASURE
        ).first()
        if node is None:
            return
        at = _moment(first + timedelta(days=27), 15)
        with clock.simulated(at):
            for indicator in Indicator.objects.filter(node=node).select_related("node__plan__body"):
                policy.freeze_actual(
                    indicator=indicator, year=year.start_year, status="confirmed", by=SETUP, at=at
                )
            self._judge_and_publish(node, year, at)

    def _count_baseline(self, node: PolicyNode, at: datetime) -> None:
        """現状値 of the applications, counted from those that arrived in the year before the plan."""
        indicator = Indicator.objects.select_related("node__plan__body").get(node=node, code="ind-406-sub2")
        series = policy_queries.series_of_indicator(indicator, at)
        snapshot = policy.take(
            indicator=indicator, definition=series.definitions[0], year=FIRST_YEAR, as_of=at, by=SETUP, at=at
        )
        policy.set_baseline(
            indicator=indicator,
            year=FIRST_YEAR,
            value=snapshot.official or Decimal(0),
            by=SETUP,
            at=at,
            snapshot=snapshot,
        )

    def _judge_and_publish(self, node: PolicyNode, year: FiscalYear, at: datetime) -> None:
        setting = policy_queries.Setting(profile_of(node.plan), at, live=False)
        suggestion = policy_queries.suggestion_of(
            policy_queries.series_of(node, at), year.start_year, setting
        )
        if suggestion is not None and suggestion.grade:
            policy.judge(
                node=node,
                year=year.start_year,
                grade=suggestion.grade,
                reason="主指標の目標達成状況と、副指標の進み方から判断した（見本）。",
                by=SETUP,
                at=at,
            )
        revision = policy.open_revision(
            node=node,
            sheet_year=year.start_year + 1,
            trigger="drafted"
            if policy_queries.latest_revision(node, year.start_year + 1) is None
            else "confirmed",
            reason=f"{year.label}の実績を確定した",
            by=SETUP,
            at=at,
        )
        self._publish(revision, at)

    def _publish(self, revision: SheetRevision, at: datetime) -> None:
        """Through the office's own approval: a clerk drafts, those on the route decide."""
        day = clock.day_of(at)
        division = division_before(self._body, DIGITAL_DIVISION, day)
        drafter = organization.holders(division, ("CLERK", "SENIOR_CLERK"), day).order_by("number")[0]
        request = policy.submit_revision(
            revision=revision, division=division, drafter=drafter, by=SETUP, at=at
        )
        approve_all(request, at)
        queue.drain(strict=True)


def approve_all(request: ApprovalRequest, at: datetime) -> None:
    """Whoever has the turn approves, until it is decided. Raises Stuck when nobody can."""
    while request.is_pending:
        request = approve_next(request, at)


def approve_next(request: ApprovalRequest, at: datetime) -> ApprovalRequest:
    """One of those whose turn it is approves. Raises Stuck when nobody can."""
    current = round_of(request)
    active = [step for step in steps_of(current) if step.state == StepState.ACTIVE]
    sitting = holders_of(active, clock.day_of(at))
    staff_ids = [seat.staff_id for step in active for seat in sitting[step.pk]]
    for person in StaffMember.objects.filter(pk__in=staff_ids).select_related("body").order_by("number"):
        # Whoever has spoken in this round already is passed over: the step is not open to them.
        with suppress(approvals.UnableToApprove):
            return approvals.approve(
                request=request, digest=current.digest, by=organization.actor_of(person), at=at
            )
    raise Stuck(str(request))


def _carry_staff(body: Body, on: date) -> None:
    """人事異動 on 1 April: those whose division has ended go where its work went. A second head becomes a deputy."""
    ended = Assignment.objects.filter(
        unit__body=body, unit__valid_to=on, unit__successor__isnull=False, is_concurrent=False,
        valid_to__isnull=True,
    ).select_related("unit__successor__body", "post__body", "staff__body")  # fmt: skip
    at = _moment(on, 8)
    deputy = Post.objects.get(body=body, code="DIVISION_DEPUTY")
    for each in ended.order_by("pk"):
        heir, post = each.unit.successor, each.post
        if heir is None:
            continue
        if post.is_head and organization.holders(heir, (post.code,), on).exists():
            post = deputy
        organization_services.reassign(staff=each.staff, unit=heir, post=post, on=on, by=SETUP, at=at)


def _named(value: Any) -> Any:
    """YAML 1.1 reads the key ``no`` as a refusal; here it is the number of a line."""
    if isinstance(value, dict):
        return {"no" if key is False else key: _named(inner) for key, inner in value.items()}
    return [_named(inner) for inner in value] if isinstance(value, list) else value


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.JST)

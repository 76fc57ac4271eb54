"""Where an item's input comes from: made from what the item is about at the moment it is taken, so nothing personal is copied.

A feed also says which subjects a schedule finds, and what a fetched ledger is compared with.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.applications import queries as applications
from kencho.applications.models import Application, Status
from kencho.foundation import clock
from kencho.foundation.registry import Registry
from kencho.robots.models import Robot

APPLICATION = "applications.application"
DECIDED = (Status.DECIDED, Status.ISSUED)
APPROVED, REFUSED = "承認", "不承認"


class NoSubject(Exception):
    """What the item is about is gone, not yet ready, or none of this robot's business."""


@dataclass(frozen=True)
class Feed:
    """``input_of`` makes the input of a subject. ``subjects`` are what a schedule starts with at a time. ``expected``
    gives the inputs, by key, that a fetched ledger should hold, and ``is_known`` whether a number is one of the office's.
    """

    code: str
    label: Promise
    input_of: Callable[[Robot, str], dict[str, Any]]
    subjects: Callable[[Robot, datetime], list[str]] = lambda robot, at: []
    expected: Callable[[Robot, datetime], Iterator[tuple[str, Mapping[str, Any]]]] | None = None
    known: Callable[[Robot, list[str]], dict[str, Mapping[str, Any]]] | None = None


feeds: Registry[Feed] = Registry("robots.feeds")


def feed_of(code: str) -> Feed | None:
    """The feed of this code; None for a robot that is fed by hand, or an unknown code."""
    return feeds.get(code) if code in feeds.keys() else None  # noqa: SIM118  # a registry is no dict


def subject_of(application_id: int) -> str:
    """The subject of an item that carries an application."""
    return f"{APPLICATION}:{application_id}"


def _applications(robot: Robot) -> QuerySet[Application]:
    """Decided applications that a robot may carry: of its procedure, or of its division when it has none."""
    found = Application.objects.filter(body=robot.body_id, status__in=DECIDED)
    if robot.procedure_code:
        found = found.filter(procedure__code=robot.procedure_code)
    else:
        found = found.filter(division=robot.division_id)
    return found.select_related("body", "procedure", "version__procedure__body", "decision")


def _application(robot: Robot, subject: str) -> dict[str, Any]:
    kind, _colon, number = subject.partition(":")
    if kind != APPLICATION or not number.isdigit():
        raise NoSubject(subject)
    application = _applications(robot).filter(pk=int(number)).first()
    if application is None:
        raise NoSubject(subject)
    return input_of_application(application)


def input_of_application(application: Application) -> dict[str, Any]:
    """A decided application as texts for another system; fields that it does not have are left out."""
    plan = applications.compiled_of(application)
    answers = application.answers
    who = applications.applicant_in(plan, answers)
    decision = application.decision
    is_favourable = plan.definition.flow.decision(decision.kind).favourable
    texts = {
        "applicant_name": _line(who.name or application.applicant_name),
        "applicant_kana": _line(who.kana),
        "applicant_email": _line(who.email),
        **{
            role: _line(plan.role_text(answers, role))
            for role in ("applicant_address", "applicant_telephone", "subject_title", "subject_place")
        },
        "amount": "" if decision.amount is None else str(decision.amount),
    }
    decided_at = application.decided_at or application.arrived_at
    return {
        "number": application.number,
        "procedure": plan.definition.title,
        "decided_on": clock.day_of(decided_at).isoformat(),
        "decision": APPROVED if is_favourable else REFUSED,
        "is_issued": application.status == Status.ISSUED,
        **{name: text for name, text in texts.items() if text},
    }


def _line(text: str) -> str:
    return " ".join(text.split())


def _waiting(robot: Robot, at: datetime) -> list[str]:
    """Decided since the robot was set up, and not among its items: what an event missed, a schedule picks up."""
    since = robot.created_at
    carried = set(robot.items.exclude(subject="").values_list("subject", flat=True))
    keys = _applications(robot).filter(decided_at__gte=since).order_by("pk").values_list("pk", flat=True)
    return [subject for key in keys if (subject := subject_of(key)) not in carried]


def _should_be_there(robot: Robot, at: datetime) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Applications decided at least ``grace_hours`` ago (24 unless set), since ``since`` or the robot's beginning."""
    until = at - timedelta(hours=int(robot.parameters.get("grace_hours", 24)))
    found = _applications(robot).filter(decided_at__lte=until)
    since = parse_date(str(robot.parameters.get("since", ""))) if robot.parameters.get("since") else None
    found = (
        found.filter(decided_at__date__gte=since) if since else found.filter(decided_at__gte=robot.created_at)
    )
    for application in found.order_by("pk").iterator(chunk_size=500):
        yield application.number, input_of_application(application)


def _known(robot: Robot, numbers: list[str]) -> dict[str, Mapping[str, Any]]:
    found = _applications(robot).filter(number__in=numbers)
    return {each.number: input_of_application(each) for each in found}


def _day(robot: Robot, subject: str) -> dict[str, Any]:
    kind, _colon, day = subject.partition(":")
    if kind != "robots.day" or not day:
        raise NoSubject(subject)
    return {"day": day}


def _today(robot: Robot, at: datetime) -> list[str]:
    return [f"robots.day:{clock.day_of(at).isoformat()}"]


feeds.register(
    "applications.decided",
    Feed("applications.decided", _("決定した申請"), input_of=_application, subjects=_waiting),
)
feeds.register(
    "applications.ledger",
    Feed(
        "applications.ledger",
        _("決定した申請と台帳の照合"),
        input_of=_day,
        subjects=_today,
        expected=_should_be_there,
        known=_known,
    ),
)

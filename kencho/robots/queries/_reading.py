"""What the console reads, limited to the desk."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from kencho.files import queries as files
from kencho.organization.models import RoleAssignment
from kencho.organization.queries import Desk
from kencho.robots.models import Difference, ItemFailure, Robot, RobotItem, RobotRun, RobotVersion, Target

State = RobotItem.State
# Where a person is waited for.
FOR_PEOPLE = (State.FAILED, State.SET_ASIDE, State.UNCERTAIN)


def _sees_all(desk: Desk) -> bool:
    return desk.has_role(RoleAssignment.Role.SYSTEM_ADMIN)


def _seen(desk: Desk, prefix: str = "") -> Q:
    """Rows of robots that the desk may see."""
    own = Q(**{f"{prefix}body": desk.body})
    return own if _sees_all(desk) else own & Q(**{f"{prefix}division": desk.division})


def robots_of(desk: Desk) -> QuerySet[Robot]:
    """The robots of a desk with what they have to do: ``waiting``, ``uncertain``, ``needs_person``, ``is_running``."""
    return (
        Robot.objects.filter(_seen(desk))
        .select_related("target", "version", "division", "body")
        .annotate(
            waiting=Count("items", filter=Q(items__state__in=[State.WAITING, State.TAKEN, State.SUBMITTING])),
            uncertain=Count("items", filter=Q(items__state=State.UNCERTAIN)),
            needs_person=Count("items", filter=Q(items__state__in=[State.FAILED, State.SET_ASIDE])),
            done=Count("items", filter=Q(items__state=State.DONE)),
            is_running=Exists(RobotRun.objects.filter(robot=OuterRef("pk"), state=RobotRun.State.RUNNING)),
        )
        .order_by("title", "pk")
    )


def robot_of(desk: Desk, pk: int) -> Robot | None:
    """One robot, or None."""
    return (
        Robot.objects.filter(_seen(desk), pk=pk)
        .select_related("target", "version", "division", "body")
        .first()
    )


def targets_of(desk: Desk) -> QuerySet[Target]:
    """Targets of the body that concern the desk, with the number of their robots."""
    found = Target.objects.filter(body=desk.body)
    if not _sees_all(desk):
        found = found.filter(Exists(Robot.objects.filter(target=OuterRef("pk"), division=desk.division)))
    return found.annotate(robot_count=Count("robots")).order_by("name", "pk")


def target_of(desk: Desk, pk: int) -> Target | None:
    """One target, or None."""
    return targets_of(desk).select_related("body").filter(pk=pk).first()


def versions_of(desk: Desk) -> QuerySet[RobotVersion]:
    """Versions of the body, newest first; those of one's own robots for who does not administer."""
    found = RobotVersion.objects.filter(body=desk.body)
    if not _sees_all(desk):
        found = found.filter(
            Exists(Robot.objects.filter(_seen(desk), package=OuterRef("package"), body=OuterRef("body")))
        )
    return found.select_related("body", "source").order_by("-id")


def version_of(desk: Desk, pk: int) -> RobotVersion | None:
    """One version, or None."""
    return versions_of(desk).filter(pk=pk).first()


def usable_versions(robot: Robot) -> QuerySet[RobotVersion]:
    """The versions that a robot may be set to, newest first."""
    allowed = [RobotVersion.State.APPROVED]
    if not robot.target.is_real:
        allowed += [RobotVersion.State.FOUND, RobotVersion.State.IN_APPROVAL]
    return RobotVersion.objects.filter(body=robot.body_id, package=robot.package, state__in=allowed).order_by(
        "-id"
    )


def runs_of(robot: Robot) -> QuerySet[RobotRun]:
    """Runs, newest first."""
    return robot.runs.select_related("version").order_by("-id")


def run_of(desk: Desk, pk: int) -> RobotRun | None:
    """One run, or None."""
    return (
        RobotRun.objects.filter(_seen(desk, "robot__"), pk=pk)
        .select_related("robot__target", "robot__body", "robot__division", "version", "log")
        .first()
    )


def running_of(robot: Robot) -> RobotRun | None:
    """The run that is going on, or None."""
    return robot.runs.filter(state=RobotRun.State.RUNNING).select_related("version").first()


def log_lines(run: RobotRun) -> list[dict[str, Any]]:
    """What happened step by step: names, never values; empty while the run is going on."""
    if run.log is None:
        return []
    return list(_lines(files.content(run.log)))


def _lines(content: bytes) -> Iterator[dict[str, Any]]:
    for line in content.decode().splitlines():
        # The last line of a run that was lost may be half a line.
        try:
            yield json.loads(line)
        except ValueError:
            continue


def items_of(robot: Robot, *, state: str = "", words: str = "") -> QuerySet[RobotItem]:
    """Items, newest first; ``words`` looks at keys and receipts."""
    found = robot.items.select_related("run")
    if state:
        found = found.filter(state=state)
    if words.strip():
        found = found.filter(Q(key__icontains=words.strip()) | Q(receipt__icontains=words.strip()))
    return found.order_by("-id")


def item_of(desk: Desk, pk: int) -> RobotItem | None:
    """One item, or None."""
    return (
        RobotItem.objects.filter(_seen(desk, "robot__"), pk=pk)
        .select_related("robot__target", "robot__body", "robot__division", "robot__version", "run")
        .first()
    )


def items_for_people(desk: Desk) -> QuerySet[RobotItem]:
    """Everything that waits for a person, of all robots of the desk, newest first."""
    return (
        RobotItem.objects.filter(_seen(desk, "robot__"), state__in=FOR_PEOPLE)
        .select_related("robot__target", "robot__division", "run")
        .order_by("-id")
    )


def failures_of(item: RobotItem) -> QuerySet[ItemFailure]:
    """What went wrong with an item, newest first."""
    return item.failures.select_related("run", "screenshot").order_by("-id")


def failure_of(desk: Desk, pk: int) -> ItemFailure | None:
    """One failure, or None."""
    return (
        ItemFailure.objects.filter(_seen(desk, "item__robot__"), pk=pk)
        .select_related("item__robot", "screenshot")
        .first()
    )


def screenshot(failure: ItemFailure) -> bytes | None:
    """The picture of the page (PNG) with personal things blacked out."""
    return files.content(failure.screenshot) if failure.screenshot is not None else None


def differences_of(robot: Robot, *, only_open: bool = True) -> QuerySet[Difference]:
    """Differences between ledgers, newest first."""
    found = robot.differences.select_related("run")
    if only_open:
        found = found.filter(closed_at__isnull=True)
    return found.order_by("-id")


def difference_of(desk: Desk, pk: int) -> Difference | None:
    """One difference, or None."""
    return (
        Difference.objects.filter(_seen(desk, "robot__"), pk=pk)
        .select_related("robot__body", "robot__division")
        .first()
    )


def subject_url(item: RobotItem) -> str:
    """Where what the item is about is shown; empty when nowhere."""
    kind, _colon, number = item.subject.partition(":")
    if kind != "applications.application" or not number.isdigit():
        return ""
    try:
        return reverse("applications:case", args=[int(number)])
    except NoReverseMatch:
        return ""

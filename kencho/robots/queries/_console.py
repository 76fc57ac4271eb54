"""What only the console asks: figures of lists, packages to choose from, who changed what."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from kencho.audit.models import Entry
from kencho.organization.queries import Desk
from kencho.procedures.models import Procedure
from kencho.robots.models import Robot, RobotRun, RobotVersion, Target
from kencho.robots.queries._reading import versions_of


def last_runs(robots: Iterable[Robot]) -> dict[int, datetime]:
    """When each of these robots last began a run; one query."""
    rows = RobotRun.objects.filter(robot__in=[each.pk for each in robots]).order_by()
    return dict(rows.values("robot_id").annotate(last=Max("started_at")).values_list("robot_id", "last"))


def counts_of(robot: Robot) -> dict[str, int]:
    """The number of items by state."""
    rows = robot.items.order_by().values("state").annotate(n=Count("pk"))
    return dict(rows.values_list("state", "n"))


def keys_of(robot: Robot, items: Iterable[int]) -> dict[int, str]:
    """The keys of items of a robot by id; one query."""
    return dict(robot.items.filter(pk__in=list(items)).values_list("pk", "key"))


def packages_of(desk: Desk) -> list[tuple[str, str]]:
    """Packages of which a version was found, with the title of the newest: (id, title)."""
    newest: dict[str, RobotVersion] = {}
    for each in versions_of(desk):
        newest.setdefault(each.package, each)
    return sorted(
        (package, f"{version.manifest.get('title', package)}（{package}）")
        for package, version in newest.items()
    )


def procedures_of(desk: Desk, *, of_all_divisions: bool) -> list[tuple[str, str]]:
    """Procedures whose applications a robot may carry: (code, title); of the own division, or of all."""
    rows = Procedure.objects.filter(body=desk.body).order_by("title", "code")
    if not of_all_divisions:
        rows = rows.filter(division=desk.division)
    return [(code, f"{title}（{code}）") for code, title in rows.values_list("code", "title")]


def deeds_about(robot: Robot) -> QuerySet[Entry]:
    """What people and Kencho did to a robot, its target and the versions of its package."""
    versions = RobotVersion.objects.filter(body=robot.body_id, package=robot.package)
    numbers = [str(pk) for pk in versions.values_list("pk", flat=True)]
    kinds = {
        Robot: [str(robot.pk)],
        Target: [str(robot.target_id)],
        RobotVersion: numbers,
    }
    about = Q()
    for model, ids in kinds.items():
        about |= Q(subject_type=model._meta.label_lower, subject_id__in=ids)  # noqa: SLF001  # documented model API
    return Entry.objects.filter(about, body=robot.body.code)


def deeds_about_target(target: Target) -> QuerySet[Entry]:
    """What was done to a target."""
    kind = Target._meta.label_lower  # noqa: SLF001  # documented model API
    return Entry.objects.filter(subject_type=kind, subject_id=str(target.pk), body=target.body.code)

"""消す: pictures, logs and typed input of robots are kept only for as long as somebody may have to look into them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from kencho.files import services as files
from kencho.foundation.actors import Actor
from kencho.robots.models import ItemFailure, RobotItem, RobotRun
from kencho.robots.services._common import note_act

AT_ONCE = 500
State = RobotItem.State
ENDED = (State.DONE, State.REHEARSED, State.FAILED, State.SET_ASIDE)


@dataclass(frozen=True)
class Erased:
    """How many inputs, pictures and logs were erased."""

    inputs: int
    pictures: int
    logs: int


def erase_old(*, by: Actor, at: datetime) -> Erased:
    """保存する日数（KENCHO_ROBOT_KEEP_DAYS）を過ぎたものを消す. What was done, when and with which receipt stays.

    Raises PermissionDenied for anybody but the system.
    """
    if not by.is_system:
        raise PermissionDenied
    edge = at - timedelta(days=settings.ROBOT_KEEP_DAYS)
    return Erased(_inputs(edge, by, at), _pictures(edge, at), _logs(edge, at))


@transaction.atomic
def _inputs(edge: datetime, by: Actor, at: datetime) -> int:
    """The input typed for items that ended; one that still waits for the robot needs it."""
    old: QuerySet[RobotItem] = RobotItem.objects.filter(state__in=ENDED, created_at__lte=edge).exclude(
        input={}
    )
    items = list(old.select_related("robot__body")[:AT_ONCE])
    for item in items:
        item.input = {}
        item.save(update_fields=["input"])
        note_act("robots.item.erase", item, by=by, at=at)
    return len(items)


@transaction.atomic
def _pictures(edge: datetime, at: datetime) -> int:
    failures = list(
        ItemFailure.objects.filter(at__lte=edge, screenshot__isnull=False).select_related("screenshot__body")[
            :AT_ONCE
        ]
    )
    kept = [each.screenshot for each in failures if each.screenshot is not None]
    ItemFailure.objects.filter(pk__in=[each.pk for each in failures]).update(screenshot=None)
    files.release(files=kept, at=at)
    return len(failures)


@transaction.atomic
def _logs(edge: datetime, at: datetime) -> int:
    runs = list(
        RobotRun.objects.filter(ended_at__lte=edge, log__isnull=False).select_related("log__body")[:AT_ONCE]
    )
    kept = [each.log for each in runs if each.log is not None]
    RobotRun.objects.filter(pk__in=[each.pk for each in runs]).update(log=None)
    files.release(files=kept, at=at)
    return len(runs)

"""Queue entry points: reading and checking dropped files, publishing on the day, reminding."""

from contextlib import suppress
from datetime import timedelta

from kencho.catalog import checking, comparing, exports, harvest, queries, refreshing, services
from kencho.catalog.models import HarvestSource, Preparation, ResourceVersion, WorkView
from kencho.catalog.tables.refusals import Refused
from kencho.foundation import clock, queue


def _preparation(preparation_id: str) -> Preparation | None:
    return (
        Preparation.objects.select_related(
            "body", "original__body", "resource__dataset__body", "resource__dataset__division"
        )
        .filter(pk=preparation_id)
        .first()
    )


@queue.task(atomic=False)
def read_drop(preparation_id: str) -> None:
    """Read a dropped file and propose how it is tidied; done twice, the second time finds nothing to do."""
    preparation = _preparation(preparation_id)
    if preparation is not None and preparation.state == Preparation.State.READING:
        checking.propose(preparation, by=services.KENCHO, at=clock.now())


@queue.task(atomic=False)
def check_drop(preparation_id: str) -> None:
    """Tidy, validate, look for personal data, score, and keep the version."""
    preparation = _preparation(preparation_id)
    if preparation is not None and preparation.state == Preparation.State.CHECKING:
        checking.check(preparation, by=services.KENCHO, at=clock.now())


@queue.task(atomic=False, every=timedelta(minutes=1))
def publish_due() -> None:
    """公開の日が来た版を公開する."""
    services.publish_due(at=clock.now())


@queue.task(atomic=False, every=timedelta(hours=1))
def refresh_views() -> None:
    """業務からの公開を更新する: each approved view once a day, asked for separately so that one cannot hold up the rest."""
    at = clock.now()
    today = clock.day_of(at)
    for view in WorkView.objects.filter(state=WorkView.State.APPROVED).select_related("body"):
        if view.refreshed_at is None or clock.day_of(view.refreshed_at) < today:
            queue.enqueue(
                "catalog.refresh_view",
                {"view_id": view.pk},
                at=at,
                body=view.body.code,
                once_key=f"catalog.refresh_view:{view.pk}:{today.isoformat()}",
            )


@queue.task(atomic=False)
def refresh_view(view_id: int) -> None:
    """One view over work."""
    view = (
        WorkView.objects.select_related("body", "resource__dataset__body", "resource__dataset__division")
        .filter(pk=view_id, state=WorkView.State.APPROVED)
        .first()
    )
    if view is not None:
        refreshing.refresh(view, by=services.KENCHO, at=clock.now())


@queue.task(atomic=False, every=timedelta(minutes=15))
def harvest_due() -> None:
    """Ask for the sources whose time has come, each separately: one that hangs holds up none of the others."""
    at = clock.now()
    for source in HarvestSource.objects.filter(is_paused=False).select_related("keeper"):
        if source.last_run_at is None or source.last_run_at + timedelta(hours=source.every_hours) <= at:
            last = source.last_run_at.isoformat() if source.last_run_at else ""
            queue.enqueue(
                "catalog.harvest_source",
                {"source_id": source.pk},
                at=at,
                body=source.keeper.code,
                once_key=f"catalog.harvest_source:{source.pk}:{last}",
            )


@queue.task(atomic=False)
def harvest_source(source_id: int) -> None:
    """Read one source to its end, or as far as it goes."""
    source = (
        HarvestSource.objects.select_related("body", "keeper").filter(pk=source_id, is_paused=False).first()
    )
    if source is not None:
        records = harvest.read(source.kind, source.url, harvest.Fetcher())
        services.harvest(source=source, records=records, by=services.KENCHO, at=clock.now())


def _shown_version(version_id: int) -> ResourceVersion | None:
    return (
        ResourceVersion.objects.filter(pk=version_id, state__in=queries.SHOWN)
        .select_related("data__body", "resource__dataset__body")
        .first()
    )


@queue.task(atomic=False)
def make_export(version_id: int, form: str) -> None:
    """Make a file that is too large to be waited for; what cannot be made is told on the page that waits."""
    version = _shown_version(version_id)
    if version is not None and form in exports.FORMS:
        with suppress(Refused):
            exports.make(version, exports.FORMS[form])


@queue.task(atomic=False)
def compare_versions(before_id: int, after_id: int) -> None:
    """Compare two versions that are too large to be waited for."""
    before, after = _shown_version(before_id), _shown_version(after_id)
    if before is not None and after is not None:
        with suppress(Refused):
            comparing.compare(before, after)

"""収集: reading other catalogues into the one search, and telling how it went."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, time

from django.db import transaction

from kencho.audit import services as audit
from kencho.catalog import permissions, queries
from kencho.catalog.harvest import BadRecord, Record, UnableToFetch
from kencho.catalog.models import Dataset, HarvestRun, HarvestSource, Resource
from kencho.catalog.services._errors import Reason, UnableTo
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization.models import Body

MOST_PROBLEMS = 500
Health = HarvestSource.Health


class UnableToHarvest(UnableTo):
    """A source cannot be registered or changed."""


@transaction.atomic
def save_source(
    *,
    keeper: Body,
    body: Body,
    name: str,
    kind: str,
    url: str,
    every_hours: int,
    by: Actor,
    at: datetime,
    source: HarvestSource | None = None,
) -> HarvestSource:
    """収集元を登録する、変える. Raises UnableToHarvest."""
    row = source or HarvestSource(keeper=keeper, created_at=at)
    row.keeper = keeper
    if not permissions.may_harvest(by, row):
        raise UnableToHarvest(Reason.NOT_ALLOWED)
    if not name.strip():
        raise UnableToHarvest(Reason.NO_TITLE)
    taken = HarvestSource.objects.filter(keeper=keeper, url=url).exclude(pk=row.pk)
    if taken.exists():
        raise UnableToHarvest(Reason.SOURCE_TAKEN)
    row.body, row.name, row.kind, row.url, row.every_hours = body, name.strip(), kind, url, every_hours
    row.save()
    _audit_source("catalog.harvest_source.save", row, by, at, kind=kind)
    return row


@transaction.atomic
def pause_source(*, source: HarvestSource, is_paused: bool, by: Actor, at: datetime) -> HarvestSource:
    """収集を止める、再開する. Raises UnableToHarvest."""
    row = (
        HarvestSource.objects.select_for_update(of=("self",))
        .select_related("keeper", "body")
        .get(pk=source.pk)
    )
    if not permissions.may_harvest(by, row):
        raise UnableToHarvest(Reason.NOT_ALLOWED)
    row.is_paused = is_paused
    row.save(update_fields=["is_paused"])
    _audit_source(f"catalog.harvest_source.{'pause' if is_paused else 'resume'}", row, by, at)
    return row


def harvest(
    *, source: HarvestSource, records: Iterable[Record | BadRecord], by: Actor, at: datetime
) -> HarvestRun:
    """収集する: each record in a transaction of its own, so that what was read stays when the source breaks off.

    What the source no longer has is withdrawn only after it was read to its end, and never more than half at once:
    a source that suddenly knows little is broken more often than cleared out.
    """
    run = HarvestRun.objects.create(source=source, began_at=at)
    known = {each.external_id: each for each in source.datasets.all()}
    seen: set[int] = set()
    try:
        for record in records:
            run.found += 1
            if isinstance(record, BadRecord):
                _fail(run, record.external_id, record.code)
                continue
            seen.add(_take(run, record, known, seen, at))
    except UnableToFetch as refused:
        run.problem = refused.code[:40]
    else:
        _withdraw_gone(run, seen, at)
    _end(run, by)
    return run


def _fail(run: HarvestRun, external_id: str, code: str) -> None:
    run.failed += 1
    if run.failed <= MOST_PROBLEMS:
        run.problems.create(external_id=external_id, code=code)


@transaction.atomic
def _take(run: HarvestRun, record: Record, known: dict[str, Dataset], seen: set[int], at: datetime) -> int:
    """Add, change or leave one; returns its id."""
    dataset = known.get(record.external_id) or _renumbered(record, known, seen)
    if (
        dataset is not None
        and dataset.external_digest == record.digest
        and dataset.state == Dataset.State.PUBLISHED
    ):
        run.unchanged += 1
        return dataset.pk
    if dataset is None:
        dataset = Dataset(
            body=run.source.body,
            source=run.source,
            code=f"h{run.source.pk}-{hashlib.sha256(record.external_id.encode()).hexdigest()[:12]}",
            created_at=at,
            published_at=at,
        )
        run.added += 1
    else:
        run.changed += 1
    _describe(dataset, record, at)
    dataset.save()
    _link(dataset, record)
    dataset.search_text = queries.search_text_of(dataset)
    dataset.save(update_fields=["search_text"])
    known[record.external_id] = dataset
    return dataset.pk


def _renumbered(record: Record, known: dict[str, Dataset], seen: set[int]) -> Dataset | None:
    """The same dataset under another number: same page, or same title, and not met in this run."""
    for each in known.values():
        if each.pk in seen:
            continue
        if (record.url and each.external_url == record.url) or (
            not record.url and each.title == record.title
        ):
            return each
    return None


def _describe(dataset: Dataset, record: Record, at: datetime) -> None:
    dataset.external_id, dataset.external_digest = record.external_id, record.digest
    dataset.title, dataset.description = record.title, record.description
    dataset.keywords, dataset.license = list(record.keywords), record.license
    dataset.frequency, dataset.theme = record.frequency, record.theme
    dataset.external_url = record.url
    dataset.state, dataset.withdrawn_at, dataset.withdrawn_reason = Dataset.State.PUBLISHED, None, ""
    on = record.modified_on
    dataset.modified_at = datetime.combine(on, time(0), clock.JST) if on is not None else at


def _link(dataset: Dataset, record: Record) -> None:
    dataset.resources.all().delete()
    Resource.objects.bulk_create(
        Resource(
            dataset=dataset,
            code=f"file-{number}",
            title=link.title[:200],
            position=number,
            link=link.url,
            format=link.format,
        )
        for number, link in enumerate(record.links, 1)
    )


def _withdraw_gone(run: HarvestRun, seen: set[int], at: datetime) -> None:
    shown = run.source.datasets.filter(state=Dataset.State.PUBLISHED)
    gone = shown.exclude(pk__in=seen)
    number, before = gone.count(), shown.count()
    if number == 0:
        return
    if number * 2 > before and before > 1:
        run.problem = "too_many_gone"
        return
    run.withdrawn = gone.update(
        state=Dataset.State.WITHDRAWN, withdrawn_at=at, withdrawn_reason="収集元からなくなりました。"
    )


@transaction.atomic
def _end(run: HarvestRun, by: Actor) -> None:
    at = clock.now()
    run.ended_at = at
    run.save()
    source = run.source
    source.last_run_at = at
    if run.problem:
        source.health = Health.PARTIAL if run.found else Health.BAD
    else:
        source.health, source.last_good_at = (Health.PARTIAL if run.failed else Health.GOOD), at
    source.save(update_fields=["health", "last_run_at", "last_good_at"])
    _audit_source(
        "catalog.harvest_source.harvest",
        source,
        by,
        at,
        added=run.added,
        changed=run.changed,
        problem=run.problem,
    )


def _audit_source(code: str, source: HarvestSource, by: Actor, at: datetime, **details: object) -> None:
    audit.record(code, source, by=by, at=at, label=source.name[:60], body=source.keeper.code, details=details)

"""Datasets: registering, describing, withdrawing."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from kencho.catalog import permissions, queries
from kencho.catalog.events import DatasetWithdrawn
from kencho.catalog.models import Dataset, Frequency, License, Resource, ResourceVersion, Theme
from kencho.catalog.services._common import hold_dataset, note_act
from kencho.catalog.services._errors import Reason, UnableToRegister, UnableToWithdraw
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.organization.models import Post, Unit

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DESCRIBED = (
    "title",
    "description",
    "theme",
    "keywords",
    "license",
    "frequency",
    "standard",
    "covers_from",
    "covers_to",
    "post",
)
"""What a clerk may change of a dataset."""


@transaction.atomic
def register_dataset(
    *,
    division: Unit,
    code: str,
    title: str,
    by: Actor,
    at: datetime,
    description: str = "",
    theme: str = Theme.GOVE,
    keywords: tuple[str, ...] = (),
    license: str = License.CC_BY_4,
    frequency: str = Frequency.IRREGULAR,
    standard: str = "",
    covers_from: date | None = None,
    covers_to: date | None = None,
    post: Post | None = None,
) -> Dataset:
    """データセットを登録する, with its first (still empty) table. Raises UnableToRegister."""
    if not permissions.may_register(by, division.body, division):
        raise UnableToRegister(Reason.NOT_ALLOWED)
    if not CODE.fullmatch(code) or len(code) > 100:
        raise UnableToRegister(Reason.BAD_CODE)
    if not title.strip():
        raise UnableToRegister(Reason.NO_TITLE)
    dataset = Dataset(
        body=division.body,
        division=division,
        code=code,
        title=title.strip(),
        description=description.strip(),
        theme=theme,
        keywords=list(keywords),
        license=license,
        frequency=frequency,
        standard=standard,
        covers_from=covers_from,
        covers_to=covers_to,
        post=post,
        created_at=at,
        created_by=by.name,
    )
    dataset.search_text = queries.search_text_of(dataset)
    try:
        with transaction.atomic():
            dataset.save(force_insert=True)
    except IntegrityError:
        raise UnableToRegister(Reason.CODE_TAKEN) from None
    dataset.resources.create(code="data", title=dataset.title, position=1)
    note_act("catalog.dataset.register", dataset, by=by, at=at)
    return dataset


@transaction.atomic
def describe_dataset(*, dataset: Dataset, values: Mapping[str, Any], by: Actor, at: datetime) -> Dataset:
    """説明を変える: any of `DESCRIBED`. Raises UnableToRegister."""
    row = hold_dataset(dataset)
    if row.source_id is not None:
        raise UnableToRegister(Reason.HARVESTED)
    if not permissions.may_edit(by, row):
        raise UnableToRegister(Reason.NOT_ALLOWED)
    changed = [name for name in DESCRIBED if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if not row.title.strip():
        raise UnableToRegister(Reason.NO_TITLE)
    if changed:
        row.search_text = queries.search_text_of(row)
        row.save(update_fields=[*changed, "search_text"])
        note_act("catalog.dataset.change", row, by=by, at=at, changed=changed)
    return row


@transaction.atomic
def add_resource(*, dataset: Dataset, code: str, title: str, by: Actor, at: datetime) -> Resource:
    """表を加える. Raises UnableToRegister."""
    row = hold_dataset(dataset)
    if not permissions.may_edit(by, row):
        raise UnableToRegister(Reason.NOT_ALLOWED)
    if not CODE.fullmatch(code):
        raise UnableToRegister(Reason.BAD_CODE)
    if row.resources.filter(code=code).exists():
        raise UnableToRegister(Reason.CODE_TAKEN)
    resource = row.resources.create(
        code=code, title=title.strip() or code, position=row.resources.count() + 1
    )
    note_act("catalog.resource.add", resource, by=by, at=at, resource=code)
    return resource


@transaction.atomic
def withdraw_dataset(*, dataset: Dataset, reason: str, by: Actor, at: datetime) -> Dataset:
    """公開をやめる: the page stays and says why; the data is no longer handed out. Raises UnableToWithdraw."""
    row = hold_dataset(dataset)
    if not permissions.may_edit(by, row):
        raise UnableToWithdraw(Reason.NOT_ALLOWED)
    if row.state != Dataset.State.PUBLISHED:
        raise UnableToWithdraw(Reason.WRONG_STATE)
    if not reason.strip():
        raise UnableToWithdraw(Reason.NO_REASON)
    live = ResourceVersion.objects.filter(resource__dataset=row, state=ResourceVersion.State.LIVE)
    live.update(state=ResourceVersion.State.WITHDRAWN, withdrawn_reason=reason.strip()[:400])
    row.resources.update(live=None)
    row.state, row.withdrawn_at, row.withdrawn_reason = Dataset.State.WITHDRAWN, at, reason.strip()[:400]
    row.next_due_on = None
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_reason", "next_due_on"])
    note_act("catalog.dataset.withdraw", row, by=by, at=at)
    events.publish(DatasetWithdrawn(row.pk, at), at=at, body=row.body.code)
    return row

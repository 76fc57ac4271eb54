"""Fixtures of intake: a published procedure, its form, a pile of scans and a reader that reads what it is told."""

import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kencho.applications.testing import AT, publish
from kencho.foundation import actors, clock, queue
from kencho.foundation.actors import Actor
from kencho.intake import reading, services
from kencho.intake.engine.shapes import PageReading, Template
from kencho.intake.models import FieldResult, FormTemplate, ScanBatch, Sheet
from kencho.intake.queries import engine_template
from kencho.intake.tests.fake import FakeProcess, reading_of, scan, values_on_paper
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

SYSTEM = actors.system("intake")
DAY = clock.day_of(AT)


@dataclass
class Pile:
    """What lies on the scanner: for each page what the reader will say of it."""

    cast: Cast
    version: ProcedureVersion
    form: FormTemplate
    process: FakeProcess
    pages: dict[int, PageReading] = field(default_factory=dict)
    marks: int = 0

    @property
    def template(self) -> Template:
        """The form's map."""
        return engine_template(self.form)

    def by(self, staff: StaffMember) -> Actor:
        """A member of the cast as an actor."""
        return desk(staff, DAY).actor

    def answers(self, seed: int = 3) -> dict[str, Any]:
        """Valid answers that need no files."""
        plan = procedures.compiled_of(self.version)
        files = {item.id for item in plan.file_items}
        for more in range(100):
            made = plan.sample(random.Random(seed * 1000 + more), on=DAY)
            found = {key: value for key, value in made.items() if key not in files}
            if plan.validate(found, on=DAY).valid:
                return found
        raise AssertionError("no answers without files")

    def paper(self, seed: int = 3, **changes: Any) -> dict[str, Any]:
        """What stands on a filled-in form."""
        found = values_on_paper(self.template, self.answers(seed))
        return {key: value for key, value in {**found, **changes}.items() if value is not None}

    def lay(self, number: int, page: int, values: Mapping[str, Any], **more: Any) -> None:
        """Put a page of the form on the pile."""
        self.pages[number] = reading_of(number, self.template, page, values, **more)

    def lay_whole(self, first: int, values: Mapping[str, Any], **more: Any) -> int:
        """Put a whole form on the pile; returns the number after it."""
        for page in range(1, self.template.pages + 1):
            self.lay(first + page - 1, page, values, **more)
        return first + self.template.pages

    def take_in(self, pages: int, *, at: datetime = AT, arrived_on: date = DAY, **more: Any) -> ScanBatch:
        """Scan so many pages."""
        self.marks += 1
        received = services.receive_scan(
            body=self.cast.body,
            division=self.cast.division,
            file=io.BytesIO(scan(pages, mark=self.marks)),
            name="郵送分.tif",
            arrived_on=arrived_on,
            by=self.by(self.cast.clerk),
            at=at,
            **more,
        )
        return received.batch

    def read(self, pages: int, *, at: datetime = AT, **more: Any) -> ScanBatch:
        """Scan so many pages and let the queue read them."""
        batch = self.take_in(pages, at=at, **more)
        work_off(at)
        batch.refresh_from_db()
        return batch

    def verify_all(self, sheet: Sheet, staff: StaffMember, *, at: datetime = AT) -> None:
        """Agree with everything that waits for this person."""
        services.take_sheet(sheet=sheet, staff=staff, by=self.by(staff), at=at)
        waiting = [each for each in sheet.fields.all() if each.state != FieldResult.State.PASSED]
        services.verify_fields(
            sheet=sheet,
            values={each.pk: each.value for each in waiting},
            by=self.by(staff),
            at=at + timedelta(seconds=30),
        )
        sheet.refresh_from_db()


def work_off(at: datetime) -> None:
    """Let the queue do everything that is due."""
    with clock.simulated(at):
        queue.drain(strict=True)


@pytest.fixture
def pile(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pile]:
    """An empty pile for the form of a published procedure."""
    version = publish(cast, routes=False)
    form = services.generated_template(version=version, by=SYSTEM, at=AT)
    made = Pile(cast, version, form, FakeProcess(lambda number, _templates: made.pages[number]))
    monkeypatch.setattr(reading, "start", lambda: made.process)
    reading.close()
    yield made
    reading.close()

"""What tests of the pages start from: a batch whose pages were read, without the reader: its result is given."""

import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw

from kencho.applications.samples import sample_pdf
from kencho.applications.testing import AT, publish
from kencho.foundation import clock
from kencho.intake import form_maps, services
from kencho.intake.engine.shapes import (
    Candidate,
    Field,
    FieldReading,
    PageReading,
    Reason,
    Rect,
    Refusal,
)
from kencho.intake.models import FieldResult, FormTemplate, ScanBatch, ScanPage, Sheet
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk
from kencho.procedures.models import ProcedureVersion

NOW = AT + timedelta(hours=1)
PX = 200 / 25.4
WIDTH, HEIGHT = 1654, 2339
# A short form, so that a test says all that is on it.
PAGE: dict[str, Any] = {
    "id": "all",
    "title": "申請の内容",
    "items": [
        {"id": "applicant", "type": "name", "label": "氏名", "required": True, "role": "applicant_name"},
        {"id": "born_on", "type": "birth_date", "label": "生年月日", "required": True},
        {"id": "amount", "type": "money", "label": "金額", "required": True, "max": 9999999},
        {
            "id": "how",
            "type": "choice",
            "label": "受け取り方",
            "required": True,
            "options": [{"value": "post", "label": "郵送"}, {"value": "counter", "label": "窓口"}],
        },
        {"id": "reason", "type": "textarea", "label": "理由", "max_length": 200},
    ],
}
# What is written on the paper of the tests: the place in the answers → the value as it was read.
WRITTEN: dict[str, Any] = {
    "applicant.family": "渡辺",
    "applicant.given": "隆",
    "applicant.family_kana": "ワタナベ",
    "applicant.given_kana": "タカシ",
    "born_on": "1965-01-02",
    "amount": 12000,
    "how": "post",
    "reason": "参加費に充てるため",
}


def short_form(cast: Cast) -> ProcedureVersion:
    """A published procedure of the cast's division with the short form."""
    return publish(cast, "sponsorship-approval", identity="none", pages=[PAGE], documents=[])


def by(staff: StaffMember) -> Any:
    """The member of staff at their desk, as the actor of services."""
    return desk(staff, clock.day_of(clock.now())).actor


def receive(cast: Cast, *, pages: int = 1, who: StaffMember | None = None, **more: Any) -> ScanBatch:
    """A batch that has just come in, with its pages laid out."""
    at = clock.now()
    content = sample_pdf() + f"% {uuid.uuid4()}\n".encode()
    received = services.receive_scan(
        body=cast.body,
        division=cast.division,
        file=io.BytesIO(content),
        name="スキャン0001.pdf",
        arrived_on=clock.day_of(at),
        by=by(who or cast.clerk),
        at=at,
        **more,
    )
    batch = received.batch
    batch.state, batch.pages_total, batch.moved_at = ScanBatch.State.READING, pages, at
    batch.save()
    ScanPage.objects.bulk_create(ScanPage(batch=batch, number=n) for n in range(1, pages + 1))
    return batch


def picture(fields: Sequence[Field] = ()) -> bytes:
    """A page with a frame where each field is."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    for field in fields:
        rect = crop_of(field)
        draw.rectangle((rect.x, rect.y, rect.x + rect.width, rect.y + rect.height), outline=0, width=3)
    room = io.BytesIO()
    image.save(room, "PNG")
    return room.getvalue()


def crop_of(field: Field) -> Rect:
    """All boxes of a field in pixels of the kept picture."""
    left = min(part.rect.x for part in field.parts)
    top = min(part.rect.y for part in field.parts)
    right = max(part.rect.x + part.rect.width for part in field.parts)
    bottom = max(part.rect.y + part.rect.height for part in field.parts)
    return Rect(left * PX, top * PX, (right - left) * PX, (bottom - top) * PX)


def readings(
    fields: Sequence[Field], written: Mapping[str, Any], doubtful: Mapping[str, Sequence[str]]
) -> Iterator[FieldReading]:
    """Each field as the reader would tell of it; of a doubtful one with what else it may be."""
    for field in fields:
        value = written.get(field.key)
        text = "" if value is None else str(value)
        is_doubtful = field.key in doubtful
        yield FieldReading(
            key=field.key,
            kind=field.kind,
            raw=text,
            text=text,
            value=value,
            score=0.05 if is_doubtful else 0.9999,
            reasons=(Reason.READERS_DIFFER,) if is_doubtful else (),
            candidates=tuple(Candidate(each, "v5", 0.4) for each in doubtful.get(field.key, ())),
            crop=crop_of(field),
            is_blank=value is None,
        )


def read(
    cast: Cast,
    version: ProcedureVersion,
    *,
    written: Mapping[str, Any] = WRITTEN,
    doubtful: Mapping[str, Sequence[str]] | None = None,
    batch: ScanBatch | None = None,
    page: int = 1,
    template: FormTemplate | None = None,
) -> Sheet:
    """A sheet whose page was read; ``doubtful`` are its doubtful fields with the other candidates of each."""
    at = clock.now()
    made = template or services.generated_template(version=version, by=by(cast.clerk), at=at)
    fields = form_maps.template_of(version).on(1)
    within = batch or receive(cast)
    row = within.pages.get(number=page)
    reading = PageReading(
        number=page,
        template_id=made.code,
        template_page=1,
        fields=tuple(readings(fields, written, doubtful or {})),
        residual_mm=0.04,
        dpi=300,
        cpu_seconds=0.9,
        image=picture(fields),
    )
    services.store_reading(page=row, reading=reading, at=at)
    return Sheet.objects.get(pages=row)


def refuse(batch: ScanBatch, page: int, refusal: Refusal) -> ScanPage:
    """A page that could not be read, with its picture."""
    row = batch.pages.get(number=page)
    services.store_reading(
        page=row, reading=PageReading(page, refusal=refusal, dpi=200, image=picture()), at=clock.now()
    )
    row.refresh_from_db()
    return row


def field(sheet: Sheet, key: str) -> FieldResult:
    """One field of a sheet."""
    return sheet.fields.get(key=key)


def settled(sheet: Sheet, *, but: Sequence[str]) -> Sheet:
    """The sheet with all but these fields passed: names always want an eye, which not every test is about."""
    sheet.fields.exclude(key__in=but).update(state=FieldResult.State.PASSED)
    return sheet

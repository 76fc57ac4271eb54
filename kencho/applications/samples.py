"""Made-up applications for the demo prefecture and for tests: valid answers with real files behind them."""

import io
import random
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from kencho.files import services as files
from kencho.foundation import typesetting
from kencho.foundation.actors import Actor
from kencho.foundation.clock import JST
from kencho.organization.models import Body
from kencho.procedures.definition import Compiled, Item

SAMPLE_MADE_AT = datetime(2020, 4, 1, 9, 0, tzinfo=JST)


@lru_cache(maxsize=1)
def sample_pdf() -> bytes:
    """A one-page PDF that says that it is a sample; the same for all, so that it is rebuilt once."""
    data: typesetting.Document = {
        "title": "添付書類の見本",
        "blocks": [
            {
                "kind": "paragraph",
                "text": "これは添付書類の見本です。実在の人や団体とは関係がありません。",
            }
        ],
    }
    return typesetting.render("document", data, created_at=SAMPLE_MADE_AT)


@lru_cache(maxsize=8)
def sample_image(kind: str) -> bytes:
    """A small picture."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (320, 200), (238, 244, 252))
    ImageDraw.Draw(picture).rectangle((20, 20, 300, 180), outline=(0, 23, 193), width=4)
    room = io.BytesIO()
    picture.save(room, "JPEG" if kind == "jpeg" else "PNG")
    return room.getvalue()


def sample_file(item: Item) -> tuple[str, bytes]:
    """Name and content of a file that an attachment item accepts."""
    label = item.label or item.id
    if "pdf" in item.kinds:
        return f"{label[:40]}.pdf", sample_pdf()
    kind = next((k for k in ("png", "jpeg") if k in item.kinds), None)
    if kind is not None:
        return f"{label[:40]}.{kind}", sample_image(kind)
    return f"{label[:40]}.csv", "項目,値\n見本,1\n".encode()


def sample_answers(
    plan: Compiled, rng: random.Random, *, body: Body, owner: str, by: Actor, at: datetime, on: date
) -> dict[str, Any]:
    """Valid answers; each file in them has been received through ``files`` for this owner."""
    answers: dict[str, Any] = plan.sample(rng, on=on)
    for page in plan.pages:
        for item in page.items:
            if item.id in answers:
                answers[item.id] = _with_files(item, answers[item.id], body=body, owner=owner, by=by, at=at)
    return answers


def _with_files(item: Item, value: Any, *, body: Body, owner: str, by: Actor, at: datetime) -> Any:
    if item.type == "attachment":
        return [_received(item, body=body, owner=owner, by=by, at=at)]
    if item.type == "group" and isinstance(value, list):
        return [_row_with_files(item, row, body=body, owner=owner, by=by, at=at) for row in value]
    return value


def _row_with_files(
    group: Item, row: Mapping[str, Any], *, body: Body, owner: str, by: Actor, at: datetime
) -> dict[str, Any]:
    made = dict(row)
    for child in group.items:
        if child.id in made:
            made[child.id] = _with_files(child, made[child.id], body=body, owner=owner, by=by, at=at)
    return made


def _received(item: Item, *, body: Body, owner: str, by: Actor, at: datetime) -> dict[str, Any]:
    name, content = sample_file(item)
    upload = files.receive(
        body=body,
        content=io.BytesIO(content),
        name=name,
        owner=owner,
        max_bytes=item.max_bytes,
        kinds=item.kinds,
        by=by,
        at=at,
    )
    clean = upload.clean_copy
    if clean is None:
        raise AssertionError("a received upload has its clean copy")
    return {"id": str(upload.pk), "name": upload.name, "bytes": clean.size, "kind": clean.kind}

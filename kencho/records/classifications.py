"""Loading the 文書分類表 from a data file."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.records.models import Classification


@transaction.atomic
def load_classifications(*, body: Body, data: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Add the classes of a file (major > middle > minor) that the body does not have yet; returns how many."""
    start = date(int(data["valid_from_year"]), 4, 1)
    known = set(Classification.objects.filter(body=body).values_list("code", flat=True))
    rows = [row for row in _rows(body, data, start) if row.code not in known]
    Classification.objects.bulk_create(rows)
    if rows:
        audit.record(
            "records.classification.load",
            body,
            by=by,
            at=at,
            label=body.name,
            body=body.code,
            details={"count": len(rows)},
        )
    return len(rows)


def _rows(body: Body, data: Mapping[str, Any], start: date) -> Iterator[Classification]:
    for major in data["classifications"]:
        for middle in major["middle"]:
            for minor in middle["minor"]:
                yield Classification(
                    body=body,
                    code=minor["code"],
                    major=major["name"],
                    middle=middle["name"],
                    minor=minor["name"],
                    retention_years=minor["retention_years"],
                    valid_from=start,
                )

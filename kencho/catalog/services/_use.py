"""Counts of use: how often a dataset was opened, downloaded and asked, by day. Nothing about who did it is kept.

They are added up in the process and written together, so that reading a page does not wait for the disk. What a
process that was killed had not yet written is lost: a few seconds of counts.
"""

import atexit
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import F

from kencho.catalog.models import Dataset, UsageDay

MOST_KEPT: Final = 200
"""Counts after which they are written at once."""
KEPT_SECONDS: Final = 10.0
_lock = threading.Lock()
_kept: Counter[tuple[int, date, str]] = Counter()
_since: list[float] = []


def count_use(*, dataset: Dataset, kind: str, day: date) -> None:
    """利用を数える; `kind` is one of UsageDay.Kind."""
    with _lock:
        _kept[dataset.pk, day, kind] += 1
        _since.append(time.monotonic())
        is_due = len(_since) >= MOST_KEPT or _since[-1] - _since[0] > KEPT_SECONDS
    if is_due:
        write_use()


def write_use() -> int:
    """書き留める: what this process has counted; returns how many days of datasets it added to."""
    with _lock:
        taken = dict(_kept)
        _kept.clear()
        _since.clear()
    if not taken:
        return 0
    known = set(Dataset.objects.filter(pk__in={key[0] for key in taken}).values_list("pk", flat=True))
    with transaction.atomic():
        for (dataset_id, day, kind), count in sorted(taken.items()):
            if dataset_id in known:
                _add(dataset_id, day, kind, count)
    return len(taken)


def _add(dataset_id: int, day: date, kind: str, count: int) -> None:
    row, is_new = UsageDay.objects.get_or_create(
        dataset_id=dataset_id, day=day, kind=kind, defaults={"count": count}
    )
    if not is_new:
        UsageDay.objects.filter(pk=row.pk).update(count=F("count") + count)


def _last_words() -> None:
    # The interpreter ends: the database may be gone already, and counts are worth no traceback.
    with suppress(DatabaseError, RuntimeError):
        write_use()


atexit.register(_last_words)

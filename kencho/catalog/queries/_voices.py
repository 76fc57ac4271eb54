"""What the public may read of requests, opinions and works, and how much a dataset is used."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from kencho.catalog.models import DataRequest, Dataset, Feedback, Showcase, UsageDay
from kencho.organization.models import Body


def shown_requests(body: Body) -> QuerySet[DataRequest]:
    """Requests on show, newest first."""
    return (
        DataRequest.objects.filter(body=body, is_shown=True)
        .exclude(state=DataRequest.State.HIDDEN)
        .select_related("division", "dataset__body")
        .order_by("-received_at", "-id")
    )


def shown_feedback(dataset: Dataset) -> QuerySet[Feedback]:
    """Opinions with their answers, newest first."""
    return dataset.feedback.filter(is_shown=True).order_by("-received_at")


def shown_showcases(body: Body) -> QuerySet[Showcase]:
    """Works on show, newest first."""
    return Showcase.objects.filter(body=body, is_shown=True).order_by("-proposed_at", "-id")


@dataclass(frozen=True)
class Usage:
    """Counts of one kind: of the last 30 days, and of all days."""

    kind: str
    recent: int
    total: int


def usage_of(dataset: Dataset, on: date) -> list[Usage]:
    """How often the page was opened, files were downloaded, the API was asked."""
    days = UsageDay.objects.filter(dataset=dataset)

    def sums(rows: QuerySet[UsageDay]) -> dict[str, int]:
        return dict(rows.order_by().values_list("kind").annotate(sum=Sum("count")))

    total, recent = sums(days), sums(days.filter(day__gt=on - timedelta(days=30)))
    return [Usage(kind, recent.get(kind, 0), total.get(kind, 0)) for kind in UsageDay.Kind.values]

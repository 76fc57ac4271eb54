"""The rule of a body on a day."""

from datetime import date

from django.db.models import QuerySet

from kencho.organization.models import Body
from kencho.workplace.models import TeleworkRule


def rules_of(body: Body) -> QuerySet[TeleworkRule]:
    """All versions of a body's rule, the newest first."""
    return TeleworkRule.objects.filter(body=body).order_by("-in_force_from", "-version")


def rule_on(body: Body, day: date) -> TeleworkRule | None:
    """The version that holds on a day; of two for the same day the later one."""
    return rules_of(body).filter(in_force_from__lte=day).first()

"""A reform: which work is done another way, by whom, since when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, Unit
from kencho.reforms import permissions
from kencho.reforms.models import ReformCase
from kencho.reforms.services._errors import Reason, UnableTo


class UnableToSaveReform(UnableTo):
    """Not of the own division, or the code or the subject is taken."""


@dataclass(frozen=True)
class ReformText:
    """What a reform says about itself; ``subject`` is how the app that does the work names it to `record_effect`."""

    title: str
    solution: str
    subject: str
    began_on: date
    ended_on: date | None = None
    note: str = ""


@transaction.atomic
def save_reform(
    *, body: Body, division: Unit, code: str, text: ReformText, by: Actor, at: datetime
) -> ReformCase:
    """業務の見直しを登録する, or change the one with this code. Raises UnableToSaveReform."""
    reform = ReformCase.objects.select_for_update().filter(body=body, code=code).first()
    if not permissions.may_register(by, body, division) or (
        reform is not None and not permissions.may_edit(by, reform)
    ):
        raise UnableToSaveReform(Reason.NOT_ALLOWED)
    if text.ended_on is not None and text.ended_on < text.began_on:
        raise UnableToSaveReform(Reason.BACKWARD)
    if ReformCase.objects.filter(body=body, subject=text.subject).exclude(code=code).exists():
        raise UnableToSaveReform(Reason.SUBJECT_TAKEN)
    if reform is None:
        reform = ReformCase(body=body, code=code)
    reform.division = division
    for name, value in vars(text).items():
        setattr(reform, name, value)
    reform.save()
    audit.record("reforms.reform_case.save", reform, by=by, at=at, label=reform.title[:60], body=body.code)
    return reform

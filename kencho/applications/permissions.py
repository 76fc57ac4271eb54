"""Who may do what with an application. Pure rules on the actor and the row: views, API, services and templates ask here."""

from django.core.exceptions import PermissionDenied

from kencho.applications.models import OPEN, WITHDRAWABLE, Application, Status
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import Unit

READERS = ("auditor",)


def require(allowed: bool) -> None:
    """Stop with PermissionDenied (403) unless allowed."""
    if not allowed:
        raise PermissionDenied


def is_of_body(actor: Actor, application: Application) -> bool:
    """Staff of the body that received the application."""
    return actor.kind in {ActorKind.STAFF, ActorKind.API} and actor.body == application.body.code


def may_view(actor: Actor, application: Application) -> bool:
    """Staff of the division in charge; auditors of the body."""
    if actor.is_system:
        return True
    return is_of_body(actor, application) and (
        actor.division_id == application.division_id or actor.has_role(*READERS)
    )


def works_on(actor: Actor, application: Application) -> bool:
    """Staff of the division in charge."""
    return actor.is_system or (
        is_of_body(actor, application) and actor.division_id == application.division_id
    )


def may_examine(actor: Actor, application: Application) -> bool:
    """Examine: checklist, amendment, decision draft; while the application is open."""
    return works_on(actor, application) and application.status in OPEN


def may_accept(actor: Actor, application: Application) -> bool:
    """Take up an application that has arrived."""
    return works_on(actor, application) and application.status == Status.SUBMITTED


def may_enter(actor: Actor, division: Unit) -> bool:
    """Enter applications that came on paper: staff of the division in charge of the procedure."""
    return (
        actor.kind == ActorKind.STAFF
        and actor.body == division.body.code
        and actor.division_id == division.pk
    )


def may_transfer(actor: Actor, application: Application) -> bool:
    """Hand over to the right division, before a decision is under way."""
    return works_on(actor, application) and application.status in {
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.IN_REVIEW,
    }


def is_applicant(actor: Actor, application: Application) -> bool:
    """The account that applied, or a guest who proved number and code."""
    if actor.kind == ActorKind.RESIDENT:
        return application.user_id is not None and str(application.user_id) == actor.id
    return actor.kind == ActorKind.GUEST and actor.id == application.number


def may_withdraw(actor: Actor, application: Application) -> bool:
    """取下げ by the applicant, or by staff on the applicant's word, until approval begins."""
    return application.status in WITHDRAWABLE and (
        is_applicant(actor, application) or works_on(actor, application)
    )


def may_amend(actor: Actor, application: Application) -> bool:
    """Answer a request of amendment."""
    return application.status == Status.AWAITING_AMENDMENT and (
        is_applicant(actor, application) or works_on(actor, application)
    )

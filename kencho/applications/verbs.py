"""What the office can do with an application now: one answer for buttons, pages and tests."""

from dataclasses import dataclass

from kencho.applications import permissions
from kencho.applications.models import Application, Decision, Status
from kencho.foundation.actors import Actor
from kencho.procedures.definition import Definition

AMENDABLE_DRAFTS = frozenset({Decision.State.DRAFT, Decision.State.RETURNED})


@dataclass(frozen=True)
class Verbs:
    """Each flag says whether this actor may do it and the state leads on."""

    accept: bool = False
    review: bool = False
    assign: bool = False
    remark: bool = False
    checklist: bool = False
    request_amendment: bool = False
    amend_for: bool = False
    draft_decision: bool = False
    submit_for_approval: bool = False
    complete: bool = False
    transfer: bool = False
    withdraw_for: bool = False
    refuse: bool = False

    @property
    def any_step(self) -> bool:
        """Whether there is something for the action bar."""
        return any(
            (
                self.accept,
                self.review,
                self.request_amendment,
                self.amend_for,
                self.draft_decision,
                self.submit_for_approval,
                self.complete,
            )
        )


def verbs_of(actor: Actor, application: Application, definition: Definition) -> Verbs:
    """The verbs that are open to this actor."""
    works = permissions.works_on(actor, application)
    examines = permissions.may_examine(actor, application)
    reviewing = examines and application.status == Status.IN_REVIEW
    decides = bool(definition.flow.decisions)
    decision: Decision | None = getattr(application, "decision", None)
    return Verbs(
        accept=permissions.may_accept(actor, application),
        review=works and application.status == Status.ACCEPTED,
        assign=examines,
        remark=permissions.may_view(actor, application),
        checklist=examines and bool(definition.review_standards),
        request_amendment=reviewing,
        amend_for=permissions.may_amend(actor, application),
        draft_decision=reviewing and decides,
        submit_for_approval=reviewing and decision is not None and decision.state in AMENDABLE_DRAFTS,
        complete=examines and not decides and application.can_move_to(Status.COMPLETED),
        transfer=permissions.may_transfer(actor, application),
        withdraw_for=works and permissions.may_withdraw(actor, application),
        refuse=examines and application.can_move_to(Status.REFUSED),
    )

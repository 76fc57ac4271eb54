"""Who may do what. The rules on a case come from ``queries``, which the services ask as well: they cannot disagree."""

from kencho.approvals import queries
from kencho.approvals.models import Absence, ApprovalRequest, RequestState
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.queries import Desk, members_of


def may_read(desk: Desk, request: ApprovalRequest) -> bool:
    """Those of the drafting unit, of units on the route, deputies, and auditors of the same body."""
    return queries.visible_to(desk).filter(pk=request.pk).exists()


def may_remark(desk: Desk, request: ApprovalRequest) -> bool:
    """Whoever may read may say something."""
    return may_read(desk, request)


def may_approve(desk: Desk, request: ApprovalRequest) -> bool:
    """It is this staff member's turn: in their own right, as deputy, or by 代決."""
    return queries.open_steps(desk.staff, desk.day).filter(round__request=request).exists()


def may_send_back(desk: Desk, request: ApprovalRequest) -> bool:
    """Whoever may approve may also refuse to."""
    return may_approve(desk, request)


def may_take_back(desk: Desk, request: ApprovalRequest) -> bool:
    """One's own approval, while nobody after it has acted."""
    return queries.step_to_take_back(request, desk.staff) is not None


def may_pull_back(desk: Desk, request: ApprovalRequest) -> bool:
    """The drafter, until it is decided."""
    return request.is_pending and queries.acts_as_drafter(request, desk.staff, desk.day)


def may_resubmit(desk: Desk, request: ApprovalRequest) -> bool:
    """The drafter, after a return or a 引戻し."""
    return request.may_be_resubmitted and queries.acts_as_drafter(request, desk.staff, desk.day)


def may_discard(desk: Desk, request: ApprovalRequest) -> bool:
    """The drafter, of a case that is not before the approvers now."""
    return may_resubmit(desk, request)


def may_review(desk: Desk, request: ApprovalRequest) -> bool:
    """後閲: the holder of the post in whose place was decided."""
    if request.state != RequestState.APPROVED:
        return False
    return queries.reviews_owed(desk.staff, desk.day).filter(round__request=request).exists()


def may_edit_rules(desk: Desk) -> bool:
    """Routes and 専決の定め belong to those who look after the organisation."""
    return desk.has_role(RoleAssignment.Role.ORGANIZATION_ADMIN)


def may_register_absence(desk: Desk, staff: StaffMember) -> bool:
    """One's own; the head of a unit for those below; the organisation's administrators for the whole body."""
    if staff.body_id != desk.body.pk:
        return False
    if staff.pk == desk.staff.pk or may_edit_rules(desk):
        return True
    return desk.post.is_head and members_of(desk.unit, desk.day).filter(pk=staff.pk).exists()


def may_end_absence(desk: Desk, absence: Absence) -> bool:
    """Whoever might have registered it."""
    return may_register_absence(desk, absence.staff)

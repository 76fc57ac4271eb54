"""Who may do what. Plans and logs of persons stay in the division; what leaves it names nobody."""

from datetime import date

from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.queries import Desk
from kencho.workplace import queries
from kencho.workplace.models import DeskBooking, SatelliteOffice, TeleworkRule, TeleworkSession


def is_self(actor: Actor, staff: StaffMember) -> bool:
    """The staff member in person."""
    return actor.kind == ActorKind.STAFF and actor.id == f"{staff.body.code}:{staff.number}"


def may_plan(actor: Actor, staff: StaffMember) -> bool:
    """One's own plan."""
    return actor.is_system or is_self(actor, staff)


def may_report(actor: Actor, staff: StaffMember) -> bool:
    """One's own start and end; the system for connection records."""
    return actor.is_system or is_self(actor, staff)


def may_read_rule(desk: Desk, rule: TeleworkRule) -> bool:
    """The rule is open to all staff of the body."""
    return rule.body_id == desk.body.pk


def may_edit_rules(desk: Desk) -> bool:
    """Rules and offices belong to those who look after the organisation."""
    return desk.has_role(RoleAssignment.Role.ORGANIZATION_ADMIN)


def may_save_offices(actor: Actor) -> bool:
    """The same, for who is not at a desk: the system, and programs in the name of such staff."""
    return actor.is_system or actor.has_role(RoleAssignment.Role.ORGANIZATION_ADMIN)


def may_edit_office(desk: Desk, office: SatelliteOffice) -> bool:
    """Offices of the own body."""
    return may_edit_rules(desk) and office.body_id == desk.body.pk


def may_use_office(staff: StaffMember, office: SatelliteOffice) -> bool:
    """The own body's offices, and shared ones."""
    return office.is_active and (office.body_id == staff.body_id or office.is_shared)


def may_cancel_booking(actor: Actor, booking: DeskBooking) -> bool:
    """One's own booking."""
    return actor.is_system or is_self(actor, booking.staff)


def may_read_figures(desk: Desk) -> bool:
    """Unit-days of the whole body: they name nobody, so all staff may see them."""
    return True


def may_decide_splits(desk: Desk) -> bool:
    """Planning staff, and those who look after the organisation."""
    return desk.has_role(RoleAssignment.Role.PLANNER, RoleAssignment.Role.ORGANIZATION_ADMIN)


def may_keep_records(desk: Desk) -> bool:
    """Plans and logs of the own division as a file: its head, who acts for them, and the posts that the rule names."""
    approvers = queries.approvers_on(desk.body, desk.day)
    # As if for somebody new in the division: nobody has the number 0.
    if approvers.right_of(desk.staff.pk, division=desk.division.pk, staff=0) is not None:
        return True
    rule = queries.rule_on(desk.body, desk.day)
    keepers = rule.rule.records.keepers if rule else ()
    return queries.staff_holding(desk.division, keepers, desk.day).filter(pk=desk.staff.pk).exists()


def may_correct(staff: StaffMember, session: TeleworkSession, day: date) -> bool:
    """One's own session, or as who decides on the telework of that person."""
    if session.staff_id == staff.pk:
        return True
    if session.body_id != staff.body_id:
        return False
    approvers = queries.approvers_on(staff.body, day)
    return approvers.right_of(staff.pk, division=session.unit_at_use_id, staff=session.staff_id) is not None

"""Tables of the app. Telework: rules, plans, sessions, the ledger of unit-days, satellite desks."""

from kencho.workplace.models._desks import DeskBooking, SatelliteDesk, SatelliteOffice
from kencho.workplace.models._ledger import SplitDecision, TeleworkUnitDay
from kencho.workplace.models._rules import TeleworkRule
from kencho.workplace.models._telework import (
    COUNTING_STATES,
    Capacity,
    DayState,
    Kind,
    Part,
    Place,
    PlanDecision,
    PlannedDay,
    SessionState,
    Source,
    TeleworkPlan,
    TeleworkSession,
)

__all__ = [
    "COUNTING_STATES",
    "Capacity",
    "DayState",
    "DeskBooking",
    "Kind",
    "Part",
    "Place",
    "PlanDecision",
    "PlannedDay",
    "SatelliteDesk",
    "SatelliteOffice",
    "SessionState",
    "Source",
    "SplitDecision",
    "TeleworkPlan",
    "TeleworkRule",
    "TeleworkSession",
    "TeleworkUnitDay",
]

"""Facts about bodies, units and staff that apps above may react to."""

from dataclasses import dataclass
from datetime import date

from kencho.foundation.events import Event


@dataclass(frozen=True)
class UnitCreated(Event):
    """A unit begins on a day without taking over from another."""

    unit_id: int
    on: date


@dataclass(frozen=True)
class UnitReorganised(Event):
    """A unit ends on a day (renamed, moved, merged, split, closed); its work goes to the successor from that day."""

    unit_id: int
    successor_id: int
    on: date


@dataclass(frozen=True)
class StaffHired(Event):
    """A staff member entered the register."""

    staff_id: int
    unit_id: int
    on: date


@dataclass(frozen=True)
class StaffReassigned(Event):
    """人事異動: the main post changed on a day."""

    staff_id: int
    from_unit_id: int
    to_unit_id: int
    on: date


@dataclass(frozen=True)
class ConcurrentPostBegun(Event):
    """兼務 in a further unit begins."""

    staff_id: int
    unit_id: int
    on: date


@dataclass(frozen=True)
class ConcurrentPostEnded(Event):
    """兼務 in a unit ends."""

    staff_id: int
    unit_id: int
    on: date


@dataclass(frozen=True)
class StaffRetired(Event):
    """A staff member leaves; from this day they hold no post and no role."""

    staff_id: int
    on: date


@dataclass(frozen=True)
class RoleGranted(Event):
    """A power was given."""

    staff_id: int
    role: str
    on: date


@dataclass(frozen=True)
class RoleRevoked(Event):
    """A power was taken back."""

    staff_id: int
    role: str
    on: date

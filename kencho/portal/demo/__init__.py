"""The demo prefecture: its organisation and procedures from data files, its history driven through the real services."""

from kencho.portal.demo._checkpoint import Terms, UnableToResume, begun
from kencho.portal.demo._history import Scale, drive_history
from kencho.portal.demo._setup import PASSWORD, PREFECTURE, set_up, sign_ins

__all__ = [
    "PASSWORD",
    "PREFECTURE",
    "Scale",
    "Terms",
    "UnableToResume",
    "begun",
    "drive_history",
    "set_up",
    "sign_ins",
]

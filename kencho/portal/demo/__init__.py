"""The demo prefecture: its organisation and procedures from data files, its history driven through the real services."""

from kencho.portal.demo._catalog import publish_catalogue
from kencho.portal.demo._checkpoint import Span, Terms, UnableToResume, begun
from kencho.portal.demo._history import Scale, drive_history, years_until
from kencho.portal.demo._setup import PASSWORD, PREFECTURE, set_up, sign_ins

__all__ = [
    "PASSWORD",
    "PREFECTURE",
    "Scale",
    "Span",
    "Terms",
    "UnableToResume",
    "begun",
    "drive_history",
    "publish_catalogue",
    "set_up",
    "sign_ins",
    "years_until",
]

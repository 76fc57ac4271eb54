"""The demo prefecture: its organisation and procedures from data files, its history driven through the real services."""

from kencho.portal.demo._history import Scale, drive_history
from kencho.portal.demo._setup import PASSWORD, set_up, sign_ins

__all__ = ["PASSWORD", "Scale", "drive_history", "set_up", "sign_ins"]

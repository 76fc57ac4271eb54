"""Where scans are fetched from: watched folders and mailboxes. Each tells of what arrived, and is told when that is kept."""

from kencho.intake.inlets._arrival import Arrival, InletFailed
from kencho.intake.inlets.folder import FolderInlet
from kencho.intake.inlets.mailbox import MailInlet, has_secret

__all__ = ["Arrival", "FolderInlet", "InletFailed", "MailInlet", "has_secret"]

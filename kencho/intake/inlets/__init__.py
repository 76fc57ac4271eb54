"""Where scans are fetched from: watched folders and mailboxes. Each tells of what arrived, and is told when that is kept."""

from kencho.intake.inlets._arrival import Arrival, InletFailed, Unusable
from kencho.intake.inlets.folder import FolderInlet
from kencho.intake.inlets.mailbox import MailInlet, has_secret, secret_name

__all__ = ["Arrival", "FolderInlet", "InletFailed", "MailInlet", "Unusable", "has_secret", "secret_name"]

"""Who may read the audit log. Roles are named as text because they belong to an app above."""

from kencho.audit.models import Entry
from kencho.foundation.actors import Actor, ActorKind

READERS = ("auditor", "system_admin")


def may_read_log(actor: Actor) -> bool:
    """Staff who hold the role of auditor or system administrator."""
    return actor.kind == ActorKind.STAFF and bool(actor.body) and actor.has_role(*READERS)


def may_read(actor: Actor, entry: Entry) -> bool:
    """One entry: in the name of one's own body."""
    return may_read_log(actor) and entry.body == actor.body

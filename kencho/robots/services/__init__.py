"""Writes: one function per verb of the office, each checked, audited and told."""

from kencho.robots import acts as acts  # the audit log learns the sentences of this app's acts
from kencho.robots.services._errors import Refused, UnableTo
from kencho.robots.services._items import (
    Imported,
    close_difference,
    enqueue,
    finish_by_hand,
    import_items,
    input_for,
    manifest_for,
    note_item,
    retry_item,
    set_aside,
)
from kencho.robots.services._reconciling import reconcile
from kencho.robots.services._retention import Erased, erase_old
from kencho.robots.services._robots import (
    bind_reform,
    change_robot,
    pause_robot,
    register_robot,
    resume_robot,
    use_version,
)
from kencho.robots.services._runs import KENCHO, recover, start_due, start_run, stop_run
from kencho.robots.services._targets import change_target, register_target, resume_target, stop_target
from kencho.robots.services._versions import (
    MATTER,
    SUBJECT_TYPE,
    Discovery,
    PackageProblem,
    approve_version,
    discover,
    request_version_approval,
    retire_version,
    return_version,
    take_up_version,
)
from kencho.robots.services._working import work_run

__all__ = [
    "KENCHO",
    "MATTER",
    "SUBJECT_TYPE",
    "Discovery",
    "Erased",
    "Imported",
    "PackageProblem",
    "Refused",
    "UnableTo",
    "approve_version",
    "bind_reform",
    "change_robot",
    "change_target",
    "close_difference",
    "discover",
    "enqueue",
    "erase_old",
    "finish_by_hand",
    "import_items",
    "input_for",
    "manifest_for",
    "note_item",
    "pause_robot",
    "reconcile",
    "recover",
    "register_robot",
    "register_target",
    "request_version_approval",
    "resume_robot",
    "resume_target",
    "retire_version",
    "retry_item",
    "return_version",
    "set_aside",
    "start_due",
    "start_run",
    "stop_run",
    "stop_target",
    "take_up_version",
    "use_version",
    "work_run",
]

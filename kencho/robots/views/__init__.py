"""The console: robots, what they do, what they could not do, and what may run where."""

from kencho.robots.views._items import (
    difference_close,
    difference_list,
    failure_picture,
    item_finish,
    item_left,
    item_note,
    item_retry,
    item_set_aside,
    item_show,
)
from kencho.robots.views._measuring import robot_bind
from kencho.robots.views._robots import (
    robot_create,
    robot_edit,
    robot_history,
    robot_import,
    robot_list,
    robot_pause,
    robot_resume,
    robot_show,
    robot_start,
    robot_use_version,
)
from kencho.robots.views._runs import run_list, run_show, run_stop
from kencho.robots.views._targets import (
    target_create,
    target_edit,
    target_list,
    target_resume,
    target_show,
    target_stop,
)
from kencho.robots.views._versions import (
    version_find,
    version_list,
    version_request,
    version_retire,
    version_show,
)

__all__ = [
    "difference_close",
    "difference_list",
    "failure_picture",
    "item_finish",
    "item_left",
    "item_note",
    "item_retry",
    "item_set_aside",
    "item_show",
    "robot_bind",
    "robot_create",
    "robot_edit",
    "robot_history",
    "robot_import",
    "robot_list",
    "robot_pause",
    "robot_resume",
    "robot_show",
    "robot_start",
    "robot_use_version",
    "run_list",
    "run_show",
    "run_stop",
    "target_create",
    "target_edit",
    "target_list",
    "target_resume",
    "target_show",
    "target_stop",
    "version_find",
    "version_list",
    "version_request",
    "version_retire",
    "version_show",
]

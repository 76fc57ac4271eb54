"""Robots: a target, a version, a robot, a run, an item that failed, a difference."""

from collections.abc import Callable
from typing import Any

from kencho.robots.testing import Robots, make_robots

__all__ = ["THINGS", "Robots", "make_robots"]

THINGS: dict[str, Callable[[Robots], dict[str, Any]]] = {
    **{
        f"robots:{name}": lambda r: {"pk": r.robot.pk}
        for name in (
            *(
                f"robot_{verb}"
                for verb in ("show", "edit", "start", "pause", "resume", "use_version", "bind")
            ),
            "robot_import",
            "robot_history",
            "run_list",
            "difference_list",
        )
    },
    **{f"robots:run_{verb}": lambda r: {"pk": r.run.pk} for verb in ("show", "stop")},
    **{
        f"robots:item_{verb}": lambda r: {"pk": r.item.pk}
        for verb in ("show", "retry", "set_aside", "finish", "note")
    },
    "robots:failure_picture": lambda r: {"pk": r.failure.pk},
    "robots:difference_close": lambda r: {"pk": r.difference.pk},
    **{f"robots:version_{verb}": lambda r: {"pk": r.version.pk} for verb in ("show", "request", "retire")},
    **{f"robots:target_{verb}": lambda r: {"pk": r.target.pk} for verb in ("show", "edit", "stop", "resume")},
}

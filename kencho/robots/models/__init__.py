"""Tables of the app: targets, robots and their versions, runs, items, failures, and differences between ledgers."""

from kencho.robots.models._robots import Robot, RobotVersion, Target
from kencho.robots.models._work import Difference, ItemFailure, RobotItem, RobotRun, Trigger

__all__ = [
    "Difference",
    "ItemFailure",
    "Robot",
    "RobotItem",
    "RobotRun",
    "RobotVersion",
    "Target",
    "Trigger",
]

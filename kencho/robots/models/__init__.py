"""Tables of the app: targets, robots and their versions, runs, items and failures."""

from kencho.robots.models._robots import Robot, RobotVersion, Target
from kencho.robots.models._work import ItemFailure, RobotItem, RobotRun, Trigger

__all__ = ["ItemFailure", "Robot", "RobotItem", "RobotRun", "RobotVersion", "Target", "Trigger"]

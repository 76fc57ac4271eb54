"""Facts that robots tell; each is the past participle of its verb."""

from dataclasses import dataclass

from kencho.foundation.events import Event


@dataclass(frozen=True)
class RobotItemDone(Event):
    """An item is registered in the target, by the robot or by hand."""

    item_id: int
    robot_id: int


@dataclass(frozen=True)
class RobotItemLeft(Event):
    """An item waits for a person, with its reason."""

    item_id: int
    robot_id: int
    reason: str


@dataclass(frozen=True)
class RobotRunEnded(Event):
    """A run has ended, however it went."""

    run_id: int
    robot_id: int
    state: str

"""One of everything in one body, and for every address that names a thing, the thing of that body."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kencho.organization.testing import Cast
from tests.world import _addresses, _catalog, _intake, _policy, _reforms, _robots, _surveys, _telework
from tests.world._catalog import Catalog, make_catalog
from tests.world._ground import Ground, approve_all, make_ground
from tests.world._intake import Intake, make_intake
from tests.world._policy import Policy, make_figure, make_policy, open_sheet
from tests.world._reforms import Reforms, make_reforms
from tests.world._robots import Robots, make_robots
from tests.world._surveys import Surveys, make_surveys
from tests.world._telework import Telework, make_telework

__all__ = ["THINGS", "World", "approve_all", "make_figure", "make_world", "open_sheet"]

Part = TypeVar("Part")
Names = Callable[["World"], dict[str, Any]]


@dataclass(frozen=True)
class World(Ground):
    """The cast and one of everything of ``cast.body``."""

    policy: Policy
    surveys: Surveys
    telework: Telework
    reforms: Reforms
    robots: Robots
    catalog: Catalog
    intake: Intake


def make_world(cast: Cast) -> World:
    """Build it through the real services."""
    return World(
        **make_ground(cast),
        policy=make_policy(cast),
        surveys=make_surveys(cast),
        telework=make_telework(cast),
        reforms=make_reforms(cast),
        robots=make_robots(cast),
        catalog=make_catalog(cast),
        intake=make_intake(cast),
    )


def _of(
    part: Callable[[World], Part], things: Mapping[str, Callable[[Part], dict[str, Any]]]
) -> Iterator[tuple[str, Names]]:
    """A part's table as one of the whole world."""

    def lifted(names: Callable[[Part], dict[str, Any]]) -> Names:
        return lambda world: names(part(world))

    return ((address, lifted(names)) for address, names in things.items())


THINGS: dict[str, Names] = {
    **_addresses.THINGS,
    **dict(_of(lambda world: world.policy, _policy.THINGS)),
    **dict(_of(lambda world: world.surveys, _surveys.THINGS)),
    **dict(_of(lambda world: world.telework, _telework.THINGS)),
    **dict(_of(lambda world: world.reforms, _reforms.THINGS)),
    **dict(_of(lambda world: world.robots, _robots.THINGS)),
    **dict(_of(lambda world: world.intake, _intake.THINGS)),
    **dict(_of(lambda world: world.catalog, _catalog.THINGS)),
}

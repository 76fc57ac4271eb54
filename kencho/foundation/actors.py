"""Who does something: every write is told its actor."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ActorKind(StrEnum):
    """What sort of party acts."""

    RESIDENT = "resident"
    GUEST = "guest"
    STAFF = "staff"
    SYSTEM = "system"
    API = "api"


@dataclass(frozen=True)
class Actor:
    """The acting party. ``name`` is for display and documents only; the audit log keeps kind and id.

    ``body`` is the local government code of the body in whose name staff act, empty for residents and the system;
    ``division_id`` and ``roles`` say where staff work now and what they may do beyond that, so that permissions are
    decided without a query.
    """

    kind: ActorKind
    id: str
    name: str
    body: str = ""
    division_id: int | None = None
    roles: frozenset[str] = frozenset()

    @property
    def is_system(self) -> bool:
        """Whether Kencho itself acts."""
        return self.kind == ActorKind.SYSTEM

    def has_role(self, *roles: str) -> bool:
        """Whether any of these roles is held."""
        return not self.roles.isdisjoint(roles)

    def as_payload(self) -> dict[str, Any]:
        """Plain values for a queued task."""
        return {
            "kind": self.kind.value,
            "id": self.id,
            "name": self.name,
            "body": self.body,
            "division_id": self.division_id,
            "roles": sorted(self.roles),
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Actor":
        """The reverse of ``as_payload``."""
        return cls(
            ActorKind(payload["kind"]),
            payload["id"],
            payload["name"],
            payload["body"],
            payload.get("division_id"),
            frozenset(payload.get("roles", ())),
        )


def system(part: str) -> Actor:
    """Kencho itself acting through one of its parts, e.g. ``system("worker")``."""
    return Actor(ActorKind.SYSTEM, part, "Kencho")

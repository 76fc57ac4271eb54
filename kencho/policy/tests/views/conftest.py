"""Fixtures of the pages: a book of facts as the only declared indicator, 施策406 bound to it, and its planner."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pytest
import time_machine
from django.test import Client

from kencho.foundation.clock import JST
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, desk, grant, sign_in
from kencho.policy import services
from kencho.policy.models import Indicator, PolicyNode, SheetRevision
from kencho.policy.services import Binding
from kencho.policy.testing import Fact, Ledger, declared, import_measure406, indicator_coded

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=JST)
CODE = "test.facts"
YEAR = 2020


@dataclass
class Office:
    """What the pages show."""

    cast: Cast
    ledger: Ledger
    measure: PolicyNode

    @property
    def applications(self) -> Indicator:
        """The indicator that counts the book."""
        return indicator_coded(self.measure, "ind-406-sub2")

    def planner(self) -> Client:
        """A browser of planning staff."""
        return sign_in(Client(), self.cast.clerk)

    def reader(self) -> Client:
        """A browser of staff of the same body without a role."""
        return sign_in(Client(), self.cast.chief)

    def add(
        self, sign: str, on: date, recorded_at: datetime = datetime(2020, 7, 1, 9, 0, tzinfo=JST)
    ) -> None:
        """A fact of the book."""
        self.ledger.add(Fact(sign, on, recorded_at))

    def publish(self) -> SheetRevision:
        """The newest revision as if it had been approved."""
        revision = SheetRevision.objects.filter(node=self.measure).order_by("-number")[0]
        SheetRevision.objects.filter(pk=revision.pk).update(
            state=SheetRevision.State.PUBLISHED, published_at=NOW, approved_by="課長"
        )
        revision.refresh_from_db()
        return revision


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """A working day of 令和8年度."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(cast: Cast) -> Iterator[Office]:
    """施策406 as imported, its third indicator bound to a book with three facts of 令和2年度."""
    grant(cast.clerk, RoleAssignment.Role.PLANNER)
    ledger = Ledger()
    with declared({CODE: ledger.spec(CODE)}):
        made = Office(cast, ledger, import_measure406(cast.body))
        definition = made.applications.definitions.get()
        services.bind(
            definition=definition, binding=Binding(CODE), by=desk(cast.clerk, NOW.date()).actor, at=NOW
        )
        for number in range(3):
            made.add(f"f{number}", date(2020, 5 + number, 1))
        yield made

"""Taking routes and 専決の定め from data files (seeds/organization/routes.yaml and delegated_decisions.yaml)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from kencho.approvals.models import DelegationRule, Matter, Place, Route, StepRole
from kencho.approvals.services._errors import Reason
from kencho.approvals.services._rules import StepSpec, UnableToSaveRoute, save_matter, save_route, set_rule
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, Post

_PLACES = {
    "OWN_DIVISION": Place.OWN_DIVISION,
    "OWN_DEPARTMENT": Place.OWN_DEPARTMENT,
    "OWN_BODY": Place.OWN_BODY,
}
Data = Mapping[str, Any]


@dataclass(frozen=True)
class _Loading:
    body: Body
    posts: dict[str, Post]
    matters: dict[str, Matter]
    by: Actor
    at: datetime

    def post(self, code: str) -> Post:
        if code not in self.posts:
            raise UnableToSaveRoute(Reason.NO_POST, f"{self.body} {code}")
        return self.posts[code]

    def matter(self, code: str) -> Matter:
        if code not in self.matters:
            raise UnableToSaveRoute(Reason.NO_MATTER, f"{self.body} {code}")
        return self.matters[code]


@transaction.atomic
def load_routes(*, body: Body, data: Data, by: Actor, at: datetime) -> None:
    """経路と専決の定めを読み込む。もう一度読み込んでも増えない。

    ``data`` holds any of the keys of the two files: ``matters``, ``rules`` (by kind of body) with ``valid_from``,
    ``routes``. Only what names the kind of this body is taken. Raises UnableToSaveRoute for an unknown post or
    kind of matter, UnableToSetRule for a rule that overlaps one already there.
    """
    for each in data.get("matters", ()):
        save_matter(
            body=body, code=each["code"], name=each["name"], name_en=each.get("name_en", ""), by=by, at=at
        )
    loading = _Loading(
        body,
        {post.code: post for post in Post.objects.filter(body=body)},
        {matter.code: matter for matter in Matter.objects.filter(body=body).select_related("body")},
        by,
        at,
    )
    _load_rules(loading, data.get("rules", {}).get(body.kind, ()), data.get("valid_from"))
    _load_routes(loading, [each for each in data.get("routes", ()) if body.kind in each["body_kinds"]])


def _load_rules(loading: _Loading, rows: Iterable[Data], general_start: date | None) -> None:
    for row in rows:
        matter = loading.matter(row["matter"])
        valid_from = row.get("valid_from", general_start)
        over_yen, up_to_yen = row.get("over_yen"), row.get("up_to_yen")
        divisions = [str(code) for code in row.get("divisions", ())]
        kept = DelegationRule.objects.filter(
            matter=matter, valid_from=valid_from, over_yen=over_yen, up_to_yen=up_to_yen
        )
        if any(rule.division_codes == divisions for rule in kept):
            continue
        set_rule(
            matter=matter,
            post=loading.post(row["decided_by"]),
            valid_from=valid_from,
            division_codes=divisions,
            substitutes=[loading.post(code) for code in row.get("substitutes", ())],
            deferred_review=row.get("deferred_review", False),
            basis=row.get("basis", ""),
            over_yen=over_yen,
            up_to_yen=up_to_yen,
            by=loading.by,
            at=loading.at,
        )


def _load_routes(loading: _Loading, rows: Iterable[Data]) -> None:
    with_default = set(
        Route.objects.filter(body=loading.body, is_default=True, is_active=True).values_list(
            "matter__code", flat=True
        )
    )
    for row in rows:
        matter = loading.matter(row["matter"])
        # The first route of a kind of matter in the file is its standard one.
        kept = Route.objects.filter(body=loading.body, code=row["code"]).first()
        is_default = kept.is_default if kept else matter.code not in with_default
        with_default.add(matter.code)
        save_route(
            matter=matter,
            code=row["code"],
            name=row["name"],
            name_en=row.get("name_en", ""),
            is_default=is_default,
            steps=list(_steps(loading, row["steps"])),
            by=loading.by,
            at=loading.at,
        )


def _steps(loading: _Loading, rows: Iterable[Data]) -> Iterator[StepSpec]:
    order = 0
    for row in rows:
        role = StepRole[row["role"]]
        people = row.get("who", ())
        if not people:
            order += 1
            yield StepSpec(order, role)
        elif row.get("mode") == "PARALLEL":
            order += 1
            yield from (_step(loading, order, role, each) for each in people)
        else:
            for each in people:
                order += 1
                yield _step(loading, order, role, each)


def _step(loading: _Loading, order: int, role: StepRole, who: Data) -> StepSpec:
    code = str(who.get("division", ""))
    place = Place.NAMED if code else _PLACES[who["within"]]
    return StepSpec(order, role, place, code, loading.post(who["post"]))

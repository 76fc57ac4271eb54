"""専決の定め, routes, and the data files."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from kencho.approvals import queries, services
from kencho.approvals.models import DelegationRule, Matter, Place, Route, RouteStep, StepRole
from kencho.approvals.services import Reason
from kencho.approvals.tests.people import AT, DAY, DOCUMENT, Office
from kencho.organization.models import Body, Unit
from kencho.organization.testing import Cast, actor, make_body, make_cast

SEEDS = Path(settings.BASE_DIR) / "seeds" / "organization"


def seed() -> dict[str, Any]:
    files = ("routes.yaml", "delegated_decisions.yaml")
    return {key: value for name in files for key, value in yaml.safe_load((SEEDS / name).read_text()).items()}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


class TestLoading:
    """seeds/organization/routes.yaml and delegated_decisions.yaml."""

    @pytest.mark.parametrize("kind", [Body.Kind.PREFECTURE, Body.Kind.CITY, Body.Kind.TOWN])
    def test_the_files_load_for_every_kind_of_body(self, cast: Cast, kind: str) -> None:
        body = make_body("999997", "kind", "試験", kind=kind)
        data = seed()
        services.load_routes(body=body, data=data, by=actor(cast.org_admin), at=AT)
        assert DelegationRule.objects.filter(matter__body=body).count() == len(data["rules"][kind])
        assert Matter.objects.filter(body=body).count() == len(data["matters"])
        wanted = [each for each in data["routes"] if kind in each["body_kinds"]]
        assert Route.objects.filter(body=body).count() == len(wanted)
        assert not Route.objects.exclude(body=body).exists()

    def test_loading_again_changes_nothing(self, cast: Cast) -> None:
        for _ in range(2):
            services.load_routes(body=cast.body, data=seed(), by=actor(cast.org_admin), at=AT)
        data = seed()
        assert DelegationRule.objects.count() == len(data["rules"]["prefecture"])
        steps = sum(
            max(1, len(step.get("who", ())))
            for route in data["routes"]
            if "prefecture" in route["body_kinds"]
            for step in route["steps"]
        )
        assert RouteStep.objects.count() == steps

    def test_parallel_steps_share_their_order(self, cast: Cast) -> None:
        services.load_routes(body=cast.body, data=seed(), by=actor(cast.org_admin), at=AT)
        route = queries.route_of(cast.body, "subsidy")
        assert route is not None
        assert [(step.order, step.role, step.unit_code) for step in route.steps.all()] == [
            (1, "circulate", ""),
            (2, "circulate", ""),
            (3, "concur", "03010"),
            (3, "concur", "11001"),
            (4, "decide", ""),
        ]

    def test_the_first_route_of_a_kind_is_its_standard_and_stays_so_when_changed(self, cast: Cast) -> None:
        services.load_routes(body=cast.body, data=seed(), by=actor(cast.org_admin), at=AT)
        permits = Route.objects.filter(matter__code="permit")
        assert [(route.code, route.is_default) for route in permits] == [
            ("permit", True),
            ("permit_with_legal", False),
        ]
        Route.objects.filter(code="permit").update(is_default=False)
        Route.objects.filter(code="permit_with_legal").update(is_default=True)
        services.load_routes(body=cast.body, data=seed(), by=actor(cast.org_admin), at=AT)
        assert permits.get(is_default=True).code == "permit_with_legal"

    def test_a_case_runs_on_the_loaded_rules(self, cast: Cast) -> None:
        services.load_routes(body=cast.body, data=seed(), by=actor(cast.org_admin), at=AT)
        request = services.request_approval(
            matter="inquiry_reply",
            title="照会への回答",
            document=DOCUMENT,
            division=cast.division,
            subject=services.Subject("a.b", "1"),
            by=actor(cast.clerk),
            at=AT,
        )
        decide = queries.round_of(request).steps.get(role=StepRole.DECIDE)
        assert (decide.post.code, decide.unit) == ("DIVISION_DIRECTOR", cast.division)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [({"decided_by": "NOBODY"}, Reason.NO_POST), ({"matter": "nothing"}, Reason.NO_MATTER)],
    )
    def test_what_is_unknown_is_refused(self, cast: Cast, change: dict[str, str], reason: Reason) -> None:
        data = {
            "matters": [{"code": "permit", "name": "許可"}],
            "valid_from": DAY,
            "rules": {"prefecture": [{"matter": "permit", "decided_by": "HEAD"} | change]},
        }
        with pytest.raises(services.UnableToSaveRoute) as refusal:
            services.load_routes(body=cast.body, data=data, by=actor(cast.org_admin), at=AT)
        assert refusal.value.reason == reason


class TestRules:
    """Rules do not overlap and are not rewritten."""

    @pytest.mark.parametrize(
        ("over", "up_to", "divisions", "refused"),
        [
            (None, None, [], True),
            (500_000, 2_000_000, [], True),
            (None, 1_000_000, [], True),
            (1_000_000, None, ["03009"], False),
        ],
    )
    def test_overlaps(
        self, office: Office, over: int | None, up_to: int | None, divisions: list[str], refused: bool
    ) -> None:
        def set_it() -> DelegationRule:
            return services.set_rule(
                matter=office.grant,
                post=office.cast.posts["HEAD"],
                over_yen=over,
                up_to_yen=up_to,
                division_codes=divisions,
                valid_from=DAY,
                by=actor(office.cast.org_admin),
                at=AT,
            )

        if not refused:
            assert set_it().pk
            return
        with pytest.raises(services.UnableToSetRule) as refusal:
            set_it()
        assert refusal.value.reason == Reason.RULE_OVERLAP

    def test_a_new_rule_follows_an_ended_one(self, office: Office) -> None:
        rule, day = queries.rules_of(office.cast.body).get(matter=office.permit), date(2026, 10, 1)
        by = actor(office.cast.org_admin)
        services.end_rule(rule=rule, on=day, by=by, at=AT)
        with pytest.raises(services.UnableToEndRule):
            services.end_rule(rule=rule, on=day, by=by, at=AT)
        new = services.set_rule(
            matter=office.permit, post=office.cast.posts["HEAD"], valid_from=day, by=by, at=AT
        )
        for on, wanted in ((date(2026, 9, 30), rule), (day, new)):
            assert queries.rule_for(office.permit, amount=None, division_code="03009", day=on) == wanted

    def test_amounts_and_bodies_are_checked(self, office: Office) -> None:
        by = actor(office.cast.org_admin)
        with pytest.raises(services.UnableToSetRule) as amounts:
            services.set_rule(
                matter=office.grant,
                post=office.cast.posts["HEAD"],
                over_yen=5,
                up_to_yen=5,
                valid_from=DAY,
                by=by,
                at=AT,
            )
        assert amounts.value.reason == Reason.WRONG_AMOUNTS
        foreign = office.cast.other_body.posts.get(code="HEAD")
        with pytest.raises(services.UnableToSetRule) as body:
            services.set_rule(matter=office.grant, post=foreign, valid_from=DAY, by=by, at=AT)
        assert body.value.reason == Reason.OTHER_BODY

    @pytest.mark.parametrize(
        ("amount", "fits"),
        [(None, False), (1_000_000, False), (1_000_001, True), (2_000_000, True), (2_000_001, False)],
    )
    def test_limits(self, amount: int | None, fits: bool) -> None:
        assert (
            DelegationRule(over_yen=1_000_000, up_to_yen=2_000_000).fits(amount=amount, division_code="")
            == fits
        )


class TestRoutes:
    """A route ends with one decision."""

    @pytest.mark.parametrize(
        "roles",
        [[], [StepRole.CIRCULATE], [StepRole.DECIDE, StepRole.DECIDE], [StepRole.DECIDE, StepRole.CIRCULATE]],
    )
    def test_shapes(self, office: Office, roles: list[StepRole]) -> None:
        steps = [
            services.StepSpec(order, role, post=office.cast.posts["CLERK"])
            for order, role in enumerate(roles, start=1)
        ]
        with pytest.raises(services.UnableToSaveRoute) as refusal:
            services.save_route(
                matter=office.permit, code="x", name="x", steps=steps, by=actor(office.cast.org_admin), at=AT
            )
        assert refusal.value.reason == Reason.NO_STEPS

    def test_a_new_standard_takes_the_place_of_the_old(self, office: Office) -> None:
        services.save_route(
            matter=office.permit,
            code="short",
            name="短い",
            is_default=True,
            by=actor(office.cast.org_admin),
            at=AT,
            steps=[services.StepSpec(1, StepRole.DECIDE)],
        )
        default = queries.default_route(office.permit)
        assert default is not None
        assert default.code == "short"

    def test_a_named_unit_that_was_reorganised_is_followed(self, office: Office) -> None:
        old = Unit.objects.create(
            body=office.cast.body,
            level=Unit.Level.DIVISION,
            code="03001",
            name="旧課",
            valid_from=date(2020, 4, 1),
            valid_to=DAY,
            successor=office.cast.other_division,
        )
        services.save_route(
            matter=office.permit,
            code="named",
            name="合議",
            is_default=True,
            by=actor(office.cast.org_admin),
            at=AT,
            steps=[
                services.StepSpec(
                    1, StepRole.CONCUR, Place.NAMED, old.code, office.cast.posts["DIVISION_DIRECTOR"]
                ),
                services.StepSpec(2, StepRole.DECIDE),
            ],
        )
        request = services.request_approval(
            matter="permit",
            title="許可",
            document=DOCUMENT,
            division=office.cast.division,
            subject=services.Subject("a.b", "1"),
            by=actor(office.clerk),
            at=AT,
        )
        first = queries.round_of(request).steps.first()
        assert first is not None
        assert first.unit == office.cast.other_division

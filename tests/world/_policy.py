"""施策406 with a counted figure, a published sheet and one that waits to be sent for approval."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kencho.foundation import clock, queue
from kencho.foundation.clock import JST
from kencho.foundation.indicators import IndicatorSpec, Measure, Parameter
from kencho.organization.models import Body
from kencho.organization.testing import Cast
from kencho.policy import services
from kencho.policy.models import (
    BudgetLine,
    Indicator,
    Issue,
    PolicyNode,
    ProjectLine,
    SheetRevision,
    Snapshot,
)
from kencho.policy.testing import SETUP, Fact, Ledger, declared, import_measure406, indicator_coded
from tests.world._ground import approve_all

SHEET_YEAR = 2021
YEAR = 2020
COUNTED_AT = datetime(2021, 5, 31, 17, 0, tzinfo=JST)
# More than fit on one page of rows.
FACTS = 60
COUNTED = {
    "surveys.positive_share": (Measure.RATIO, ("program", "question", "positive_options")),
    "workplace.telework_divisions": (Measure.DISTINCT, ("kinds",)),
    "applications.received": (Measure.FLOW, ("channels",)),
}


@dataclass(frozen=True)
class Policy:
    """One of each thing of policy evaluation."""

    measure: PolicyNode
    indicator: Indicator
    snapshot: Snapshot
    published: SheetRevision
    waiting: SheetRevision
    project: ProjectLine
    budget: BudgetLine


def _any(code: str) -> Parameter:
    return Parameter(code, code, lambda body: [("online", "オンライン"), ("api", "API")], is_multiple=True)


def _book() -> dict[str, IndicatorSpec]:
    book = Ledger()
    for number in range(FACTS):
        book.add(Fact(f"row{number:02}", date(YEAR, 6, 1), datetime(YEAR, 7, 1, tzinfo=JST)))
    return {
        code: book.spec(code, measure, parameters=tuple(_any(each) for each in parameters))
        for code, (measure, parameters) in COUNTED.items()
    }


def make_figure(body: Body) -> tuple[Indicator, Snapshot]:
    """施策406 with a confirmed figure of 令和2年度 and the rows behind it. The book that was counted is gone afterwards."""
    with declared(_book()):
        measure = import_measure406(body)
        indicator = indicator_coded(measure, "ind-406-sub2")
        actual = services.freeze_actual(
            indicator=indicator, year=YEAR, status="confirmed", by=SETUP, at=COUNTED_AT
        )
    if actual.snapshot is None:
        raise AssertionError("a figure without its rows")
    return indicator, actual.snapshot


def open_sheet(measure: PolicyNode, trigger: str) -> SheetRevision:
    """The next revision of the sheet of 令和3年度."""
    return services.open_revision(
        node=measure, sheet_year=SHEET_YEAR, trigger=trigger, reason="見本", by=SETUP, at=clock.now()
    )


def make_policy(cast: Cast) -> Policy:
    """Through the real services; the published sheet has gone through its approval."""
    indicator, snapshot = make_figure(cast.body)
    measure = indicator.node
    at = clock.now()
    services.add_comment(
        node=measure, year=SHEET_YEAR, expert="有識者", text="着実に進めてください。", by=SETUP, at=at
    )
    published = open_sheet(measure, "confirmed")
    request = services.submit_revision(
        revision=published, division=cast.division, drafter=cast.clerk, by=SETUP, at=clock.now()
    )
    approve_all(request, cast)
    queue.drain(strict=True)
    published.refresh_from_db()
    project = ProjectLine.objects.filter(node=measure, sheet_year=SHEET_YEAR)[0]
    budget = services.write_budget(
        project=project,
        year=SHEET_YEAR,
        stage=BudgetLine.Stage.SUPPLEMENTARY,
        number=1,
        amount_thousand_yen=1200,
        reason="見本",
        by=SETUP,
        at=clock.now(),
    )
    issue = Issue.objects.get(node=measure, sheet_year=SHEET_YEAR, number=1)
    services.write_issue(
        node=measure,
        sheet_year=SHEET_YEAR,
        number=1,
        text=f"{issue.text}補正予算で対応を加えます。",
        programs=list(issue.programs.all()),
        by=SETUP,
        at=clock.now(),
    )
    return Policy(
        measure=measure,
        indicator=indicator,
        snapshot=snapshot,
        published=published,
        waiting=open_sheet(measure, "supplemented"),
        project=project,
        budget=budget,
    )


def _measure(p: Policy) -> dict[str, Any]:
    return {"pk": p.measure.pk}


def _year(p: Policy) -> dict[str, Any]:
    return {**_measure(p), "year": SHEET_YEAR}


def _line(p: Policy) -> dict[str, Any]:
    return {**_year(p), "kind": "project", "number": p.project.number}


def _indicator(p: Policy) -> dict[str, Any]:
    return {"pk": p.indicator.pk}


def _figure(p: Policy) -> dict[str, Any]:
    return {**_indicator(p), "year": YEAR}


def _plan(p: Policy) -> dict[str, Any]:
    return {"plan": p.measure.plan.code}


def _snapshot(p: Policy) -> dict[str, Any]:
    return {"pk": p.snapshot.pk}


def _revision(p: Policy) -> dict[str, Any]:
    return {"pk": p.waiting.pk}


def _body(p: Policy) -> dict[str, Any]:
    return {"body": p.measure.plan.body.slug}


def _public(p: Policy) -> dict[str, Any]:
    return {**_body(p), "code": p.measure.code}


def _sheet(p: Policy) -> dict[str, Any]:
    return {**_public(p), "year": SHEET_YEAR, "number": p.published.number}


def _evidence(p: Policy) -> dict[str, Any]:
    return {**_public(p), "figure": p.indicator.code, "year": YEAR}


THINGS: dict[str, Callable[[Policy], dict[str, Any]]] = {
    **{f"policy:{name}": _plan for name in ("plan_show", "plan_edit", "node_create")},
    "policy:node_edit": _measure,
    **{
        f"policy:{name}": _measure
        for name in ("measure_desk", "desired_state_edit", "indicator_create", "revision_create")
    },
    **{f"policy:{name}": _year for name in ("judgement_edit", "comment_create", "lines_show", "sheet_yaml")},
    "policy:measure_file": lambda p: {**_year(p), "form": "xlsx"},
    **{f"policy:line_{verb}": _line for verb in ("edit", "remove")},
    "policy:budget_edit": lambda p: {"pk": p.project.pk},
    "policy:budget_remove": lambda p: {"pk": p.budget.pk},
    **{
        f"policy:{name}": _indicator
        for name in ("indicator_desk", "indicator_edit", "binding_edit", "targets_edit")
    },
    **{f"policy:figure_{name}": _figure for name in ("desk", "desk_rows")},
    **{f"policy:actual_{verb}": _figure for verb in ("freeze", "confirm", "record", "change")},
    **{f"policy:snapshot_{name}": _snapshot for name in ("desk", "desk_rows", "recompute")},
    **{f"policy:revision_{name}": _revision for name in ("show", "submit")},
    "policy:revision_file": lambda p: {**_revision(p), "form": "docx"},
    "policy:policy_list": _body,
    **{f"policy:snapshot_{name}": lambda p: {**_body(p), **_snapshot(p)} for name in ("show", "rows")},
    "policy:measure_show": _public,
    "policy:sheet_show": _sheet,
    "policy:sheet_file": lambda p: {**_sheet(p), "form": "pdf"},
    **{f"policy:figure_{name}": _evidence for name in ("show", "rows")},
}

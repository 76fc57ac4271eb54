"""A staff survey from closing to publication: boxes opened, mixed, sealed, counted and kept back where needed."""

import random
import time
from collections import Counter
from datetime import timedelta

from kencho.foundation import actors
from kencho.foundation.fiscal import FiscalYear
from kencho.organization.models import Assignment, Body, Post, StaffMember, Unit
from kencho.organization.testing import make_body, make_unit
from kencho.surveys import demo, services
from kencho.surveys.models import Ballot, Cell, Cycle
from scripts.bench._report import line, many, sized

BY = actors.system("bench")
DEPARTMENTS = 14
YEAR = FiscalYear(2026)


def run() -> None:
    """Open a survey of 167 divisions, answer it, close and publish it; then count the same ballots bare."""
    count = many(5_000, 400)
    body = _prefecture(count, sized(167, 20))
    program = demo.load_seed(body=body, by=BY, at=demo.terms_of(YEAR).opens_at - timedelta(days=60)).program
    began = time.perf_counter()
    cycle = demo.open_one(body=body, program=program, terms=demo.terms_of(YEAR), by=BY)
    opened = time.perf_counter()
    answers = list(demo.ballots_of(cycle, random.Random(406), 1.0, 0.4))  # noqa: S311  # made-up answers
    made = time.perf_counter()
    stored = services.answer_many(cycle=cycle, ballots=answers, at=cycle.opens_at)
    answered = time.perf_counter()
    _close(cycle)
    closed = time.perf_counter()
    bare = _bare(cycle)
    line(
        "survey_close",
        "職員アンケートの締切から公表まで、票/秒（開封、混合、封印、秘匿つき集計、公表）",
        ours=stored / (closed - answered),
        against="同じ票をSQLから読み、秘匿せずに数えるだけ",
        theirs=stored / bare,
        ratio=bare / (closed - answered),
        rows=stored,
        divisions=cycle.roster.count(),
        cells=Cell.objects.filter(cycle=cycle).count(),
        close_and_publish_seconds=closed - answered,
        answers_per_second=stored / (answered - made),
        open_seconds=opened - began,
        once=True,
    )


def _close(cycle: Cycle) -> None:
    services.close_cycle(cycle=cycle, by=BY, at=cycle.closes_at)
    services.publish_cycle(cycle=cycle, by=BY, at=cycle.closes_at)


def _bare(cycle: Cycle) -> float:
    """Seconds to read the answers and count them by division and question, nothing kept back, nothing stored."""
    began = time.perf_counter()
    counts: Counter[tuple[str, str, str]] = Counter()
    for group, answers in Ballot.objects.filter(cycle=cycle).values_list("group", "answers"):
        for question, chosen in answers.items():
            for option in chosen:
                counts[group, question, option] += 1
    if not counts:
        raise RuntimeError("nothing was counted")
    return time.perf_counter() - began


def _prefecture(count: int, divisions: int) -> Body:
    """A prefecture whose divisions share that many people, from a handful to some dozens each."""
    body = make_body("990002", "bench-survey", "測定県")
    first = YEAR.start
    departments = [
        make_unit(body, f"{n:02}", f"第{n}部", level=Unit.Level.DEPARTMENT, valid_from=first)
        for n in range(DEPARTMENTS)
    ]
    units = [
        make_unit(
            body,
            f"{n % DEPARTMENTS:02}{n:03}",
            f"第{n}課",
            parent=departments[n % DEPARTMENTS],
            valid_from=first,
        )
        for n in range(divisions)
    ]
    staff = StaffMember.objects.bulk_create(
        StaffMember(body=body, number=f"B{n:05}", name=f"測定 {n}") for n in range(count)
    )
    post = Post.objects.get(body=body, code="CLERK")
    lot = random.Random(9)  # noqa: S311  # sizes of divisions, the same each time
    weights = [lot.choice((1, 8, 10, 14)) for _unit in units]
    Assignment.objects.bulk_create(
        Assignment(staff=person, unit=unit, post=post, valid_from=first)
        for person, unit in zip(staff, lot.choices(units, weights, k=count), strict=True)
    )
    return body

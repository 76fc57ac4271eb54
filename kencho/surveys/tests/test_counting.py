"""Questions that depend on each other, and cuts: no number can be had by way of another question."""

from dataclasses import replace

from kencho.surveys import services
from kencho.surveys.anonymity import new_receipt
from kencho.surveys.definition import Definition
from kencho.surveys.models import VALID, Cell, Cycle
from kencho.surveys.tests.people import DURING, SYSTEM, Office, answers, close, open_cycle, token


def _all_answer(office: Office, cycle: Cycle, hours: list[str], ages: list[str]) -> None:
    people = [person for group in office.staff.values() for person in group]
    ballots = []
    for n, person in enumerate(people):
        given = answers("strongly_felt" if n % 2 else "not_felt", q_hours=(hours[n % len(hours)],))
        if hours[n % len(hours)] == "more":
            given["q_more_because"] = ("learning",)
        age = ages[n % len(ages)]
        given.pop("q_age")
        if age:
            given["q_age"] = (age,)
        ballots.append((token(cycle, person), new_receipt(), given))
    services.answer_many(cycle=cycle, ballots=ballots, at=DURING)


def _numbers(question: str, option: str, cut: str = "") -> dict[str, int | None]:
    return dict(Cell.objects.filter(question=question, option=option, cut=cut).values_list("group", "n"))


def test_a_dependent_question_shows_no_number_that_its_condition_hides(office: Office) -> None:
    cycle = open_cycle(office)
    _all_answer(office, cycle, ["less", "less", "more", "same", "more", "less", "more"], ["thirties"])
    close(cycle)
    asked, gave = _numbers("q_more_because", VALID), _numbers("q_hours", "more")
    for group, n in asked.items():
        assert n is None or n == gave[group]
    assert asked[office.body.code] == gave[office.body.code]
    assert any(n is None for n in gave.values())


def test_a_cut_has_the_same_whole_and_hides_what_its_question_hides(office: Office) -> None:
    cycle = open_cycle(office, cuts=("q_age",))
    _all_answer(office, cycle, ["less"], ["thirties", "forties", "forties", "fifties_up"] * 6 + ["under_30"])
    close(cycle)
    whole = _numbers("q_hours", VALID)[office.body.code]
    cut = _numbers("q_hours", VALID, "q_age")
    assert cut["_all"] == whole == 53
    for code in ("under_30", "thirties", "forties", "fifties_up"):
        own = _numbers("q_age", code)[office.body.code]
        assert cut[code] in (own, None)
    assert cut["under_30"] is None


def test_who_did_not_answer_the_dividing_question_is_a_group(office: Office) -> None:
    definition = office.questionnaire.definition
    questions = tuple(replace(q, required=False) if q.code == "q_age" else q for q in definition.questions)
    content = Definition(definition.title, definition.intro, questions)
    services.save_questionnaire(questionnaire=office.questionnaire, content=content, by=SYSTEM, at=DURING)
    cycle = open_cycle(office, cuts=("q_age",))
    _all_answer(office, cycle, ["less"], ["thirties", "forties"] * 12 + [""])
    close(cycle)
    cut = _numbers("q_hours", VALID, "q_age")
    # The two who gave no age would be the difference of the whole and the ages: an age is kept back with them.
    assert cut["_all"] == 53
    assert cut["no_answer"] is None
    assert sum(n is None for code, n in cut.items() if code in {"thirties", "forties"}) == 1

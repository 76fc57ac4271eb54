from __future__ import annotations

import random
import timeit
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kencho.procedures.definition import Compiled, check, compiled, load
from kencho.procedures.tests.definition.forms import EVERY_TYPE, SEEDS, TODAY, definitions, form, make, seed


def post_of(compiled_form: Compiled, answers: dict[str, Any]) -> dict[str, list[str]]:
    """What a browser would send: every control of every page as the server filled it."""
    post: dict[str, list[str]] = {}

    def take(item: Any) -> None:
        for one in item.inputs:
            if one.kind == "file":
                continue
            if one.options:
                post[one.name] = [o.value for o in one.options if o.checked]
            else:
                post[one.name] = [one.value]
        if item.rows_name:
            post[item.rows_name] = [str(len(item.rows))]
        for row in item.rows:
            for nested in row.items:
                take(nested)

    for page in compiled_form.pages:
        view = compiled_form.page_view(page.id, answers, on=TODAY)
        for item in view.items:
            take(item)
    return post


@settings(max_examples=30000, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(definitions(), st.randoms(use_true_random=False), st.data())
def test_page_plan_and_schema_give_one_verdict(
    data: dict[str, Any], rng: random.Random, draw: st.DataObject
) -> None:
    made = compiled(load(data))
    answers = made.sample(rng, on=TODAY)
    for key in draw.draw(st.lists(st.sampled_from(sorted(answers) or ["none"]), max_size=2)):
        answers.pop(key, None)
    verdict = made.validate(answers, on=TODAY)
    validator = jsonschema_rs.Draft202012Validator(made.json_schema(), validate_formats=True)
    if verdict.valid:
        assert validator.is_valid(verdict.answers)
    told = set()
    post = post_of(made, answers)
    seen = made.visible(answers, on=TODAY)
    for page in made.pages:
        if page.id in seen:
            read = made.read_page(page.id, post, answers, on=TODAY)
            told |= {(one.name, one.code) for one in read.errors}
            for item in page.items:
                if item.id in seen and read.values.get(item.id) is not None:
                    assert read.values[item.id] == answers.get(item.id)
    assert told == {(one.name, one.code) for one in verdict.errors}
    # Whatever the schema refuses, the plan refuses too.
    if not validator.is_valid(verdict.answers):
        assert not verdict.valid


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_generated_cases_of_published_procedures(path: Any) -> None:
    made = seed(path.stem)
    for case in made.cases(7, on=TODAY):
        verdict = made.validate(case.answers, on=TODAY)
        assert verdict.valid is case.valid, case.note
        assert case.expected_error_codes <= {one.code for one in verdict.errors}, case.note


def test_generated_cases_of_every_type() -> None:
    made = form(
        *[{**one, "required": True} if one["type"] not in {"heading", "note"} else one for one in EVERY_TYPE]
    )
    cases = made.cases(1, on=TODAY)
    assert len(cases) > 60
    for case in cases:
        verdict = made.validate(case.answers, on=TODAY)
        assert verdict.valid is case.valid, (case.note, verdict.errors)
        assert case.expected_error_codes <= {one.code for one in verdict.errors}, case.note


def test_hidden_answers_are_dropped_and_have_no_effect() -> None:
    made = form(
        {"id": "a", "type": "yes_no", "label": "一"},
        {"id": "b", "type": "yes_no", "label": "二", "visible": {"item": "a"}},
        {"id": "c", "type": "text", "label": "三", "required": True, "visible": {"item": "b"}},
    )
    assert made.validate({"a": False, "b": True, "c": 5}, on=TODAY).answers == {"a": False}
    assert made.validate({"a": False, "b": True}, on=TODAY).valid
    assert not made.validate({"a": True, "b": True}, on=TODAY).valid


def test_calculated_values_are_filled_and_never_taken_from_outside() -> None:
    made = form(
        {"id": "n", "type": "integer", "label": "枚数"},
        {
            "id": "fee",
            "type": "calculated",
            "label": "額",
            "value": {"mul": [{"item": "n"}, 10]},
            "unit": "円",
        },
    )
    assert made.validate({"n": 3, "fee": 1}, on=TODAY).answers == {"n": 3, "fee": 30}
    assert made.summary({"n": 300}, on=TODAY) == [("はじめ", [("枚数", "300"), ("額", "3,000円")])]


def test_rules_over_the_form_and_over_rows() -> None:
    rule = {"le": [{"sum": [{"item": "share"}]}, 100]}
    made = compiled(make([EVERY_TYPE[-2]], rules=[{"rule": rule, "message": "持分の合計は100までです。"}]))
    name = {"family": "森", "given": "恵", "family_kana": "モリ", "given_kana": "メグミ"}
    answers = {"a_group": [{"member": name, "share": 60}, {"member": name, "share": 60}]}
    (error,) = made.validate(answers, on=TODAY).errors
    assert (error.item_id, error.code, str(error.message)) == (
        "a_group",
        "constraint",
        "持分の合計は100までです。",
    )
    answers["a_group"][1] = {"member": name, "share": 40}
    assert made.validate(answers, on=TODAY).valid


def test_fee_role_and_notice() -> None:
    table = [
        {"label": "新規", "amount": 3000, "when": {"eq": [{"item": "kind"}, "new"]}},
        {"label": "更新", "amount": 1000},
    ]
    made = form(
        {"id": "kind", "type": "choice", "label": "区分", "options": ["new", "renew"]}, fee={"table": table}
    )
    assert (made.fee({"kind": "new"}, on=TODAY), made.fee({"kind": "renew"}, on=TODAY)) == (3000, 1000)
    disclosure = seed("public-record-disclosure")
    answers = disclosure.sample(random.Random(2), on=TODAY)
    assert disclosure.role(answers, "applicant_email") == answers["email"]
    assert disclosure.role_text(answers, "applicant_name").startswith(answers["requester_name"]["family"])
    text = disclosure.notice("disclose", answers, {"受付日": "令和8年11月1日"})
    assert "令和8年11月1日付け" in text
    assert "{" not in text
    with pytest.raises(KeyError):
        disclosure.notice("withhold", answers, {"受付日": "令和8年11月1日"})


def test_samples_repeat() -> None:
    made = seed("public-record-disclosure")
    first, second = (made.sample(random.Random(5), on=TODAY) for _n in range(2))
    assert first == second
    assert made.validate(first, on=TODAY).valid


def test_compiled_once_per_digest() -> None:
    data = make([{"id": "a", "type": "text", "label": "一"}])
    assert compiled(data) is compiled(load(dict(reversed(list(data.items())))))
    assert not [one for one in check(data) if one.severity == "error"]


def test_speed_of_a_form_of_twelve_fields() -> None:
    """The goal is 100 µs on a quiet machine; the test leaves room for a busy one."""
    made = form(*[{**one, "required": True} for one in EVERY_TYPE[2:14]])
    answers = made.sample(random.Random(1), on=TODAY)
    assert len(answers) == 12
    assert made.validate(answers, on=TODAY).valid
    best = min(timeit.repeat(lambda: made.validate(answers, on=TODAY), number=100, repeat=5)) / 100
    assert best < 400e-6

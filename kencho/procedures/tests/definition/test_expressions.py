from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.procedures.definition._expressions import (
    ARITY,
    age_at,
    compile_expression,
    problems,
    references,
)

TODAY = date(2026, 11, 24)


def run(rule: Any, group_of: dict[str, str] | None = None, /, **values: Any) -> Any:
    return compile_expression(rule, group_of or {})(values, {}, TODAY)


X, Y = {"item": "x"}, {"item": "y"}


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ({"all": [X, Y]}, {"x": True}, None),
        ({"all": [X, Y]}, {"x": False}, False),
        ({"any": [X, Y]}, {"x": True}, True),
        ({"any": [X, Y]}, {"x": False}, None),
        ({"not": X}, {}, None),
        ({"not": X}, {"x": False}, True),
        ({"eq": [X, "a"]}, {}, None),
        ({"eq": [X, "a"]}, {"x": "a"}, True),
        ({"eq": [X, 1]}, {"x": True}, None),
        ({"ne": [X, 2]}, {"x": 1}, True),
        ({"lt": [X, 10]}, {"x": 9}, True),
        ({"gt": [X, Y]}, {"x": "2026-05-01", "y": "2026-04-30"}, True),
        ({"le": [X, {"today": []}]}, {"x": "2026-11-24"}, True),
        ({"in": [X, "a", "b"]}, {"x": "b"}, True),
        ({"in": [X, "a", "b"]}, {"x": "c"}, False),
        ({"contains": [X, "a"]}, {"x": ["a", "b"]}, True),
        ({"contains": [X, "a"]}, {}, None),
        ({"empty": X}, {}, True),
        ({"empty": X}, {"x": {"a": ""}}, True),
        ({"age_at": [X, "2026-04-01"]}, {"x": "2008-04-01"}, 18),
        ({"add": [X, 1]}, {"x": 2}, Decimal(3)),
        ({"add": [X, Y]}, {"x": 2}, None),
        ({"sub": [X, Y]}, {"x": "2026-05-01", "y": "2026-04-01"}, Decimal(30)),
        ({"mul": [X, "1.5"]}, {"x": 2}, Decimal("3.0")),
        ({"count": X}, {"x": ["a", ""]}, Decimal(1)),
        ({"if": [X, 1, 2]}, {"x": False}, 2),
        ({"if": [X, 1, 2]}, {}, None),
        ({"item": "x.city"}, {"x": {"city": "津市"}}, "津市"),
    ],
)
def test_operators(rule: Any, values: dict[str, Any], expected: Any) -> None:
    assert run(rule, **values) == expected


def test_nested_items_are_lists_outside_and_values_inside() -> None:
    group_of = {"n": "rows"}
    rows = [{"n": 1}, {}, {"n": 4}]
    assert run({"sum": [{"item": "n"}]}, group_of, rows=rows) == 5
    inside = compile_expression({"gt": [{"item": "n"}, 3]}, group_of, "rows")
    assert [inside({"rows": rows}, row, TODAY) for row in rows] == [False, None, True]


@pytest.mark.parametrize(
    ("born", "at", "age"),
    [("2004-02-29", "2022-02-28", 17), ("2004-02-29", "2022-03-01", 18), ("2027-01-01", "2026-01-01", None)],
)
def test_age(born: str, at: str, age: int | None) -> None:
    assert age_at(born, at) == age


VALUES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.lists(st.integers(), max_size=3)
)
RULES = st.recursive(
    VALUES.filter(lambda one: not isinstance(one, list)) | st.sampled_from([X, Y, {"today": []}]),
    lambda inner: st.sampled_from(sorted(set(ARITY) - {"item", "today"})).flatmap(
        lambda name: st.lists(inner, min_size=ARITY[name][0], max_size=min(3, ARITY[name][1])).map(
            lambda a: {name: a}
        )
    ),
    max_leaves=12,
)


@given(RULES, VALUES, VALUES)
def test_a_checked_expression_never_raises(rule: Any, x: Any, y: Any) -> None:
    assert not list(problems(rule))
    assert set(references(rule)) <= {"x", "y"}
    run(rule, x=x, y=y)


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=4))
def test_de_morgan_in_three_values(parts: list[bool | None]) -> None:
    negated = [None if one is None else not one for one in parts]
    both = run(
        {"all": [{"item": f"p{i}"} for i in range(len(parts))]}, **{f"p{i}": p for i, p in enumerate(parts)}
    )
    one = run(
        {"any": [{"item": f"p{i}"} for i in range(len(parts))]}, **{f"p{i}": p for i, p in enumerate(negated)}
    )
    assert one is (None if both is None else not both)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"eval": ["1"]}, "unknown_operator"),
        ({"eq": [1]}, "operand_count"),
        ({"a": 1, "b": 2}, "not_expression"),
    ],
)
def test_what_is_no_expression(rule: Any, code: str) -> None:
    assert [one for one, _detail in problems(rule)] == [code]

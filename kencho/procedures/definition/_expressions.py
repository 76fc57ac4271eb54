"""The closed expression language of a definition, compiled to closures.

An expression is data: a literal, `{"item": "id"}`, `{"today": []}` or `{"operator": [arguments]}`. There are no
loops and no code. Logic has three values: True, False and None for "not known yet" (an unanswered question).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kencho.procedures.definition._model import Json

Values = Mapping[str, Any]
# (all visible values, values of the row in hand, the day) -> value
Compiled = Callable[[Values, Values, date], Any]

ARITY: dict[str, tuple[int, int]] = {
    "all": (1, 50), "any": (1, 50), "not": (1, 1), "eq": (2, 2), "ne": (2, 2), "lt": (2, 2), "le": (2, 2),
    "gt": (2, 2), "ge": (2, 2), "in": (2, 50), "contains": (2, 2), "empty": (1, 1), "age_at": (2, 2),
    "add": (2, 20), "sub": (2, 2), "mul": (2, 20), "sum": (1, 20), "count": (1, 1), "if": (3, 3),
    "today": (0, 0), "item": (1, 1),
}  # fmt: skip
OPERATORS = frozenset(ARITY)
_LIMIT = Decimal(10) ** 18


def operands(node: Json) -> tuple[str, list[Json]]:
    """(operator, arguments) of an expression node; ("literal", [value]) for a literal."""
    if isinstance(node, dict) and len(node) == 1:
        ((name, body),) = node.items()
        return name, body if isinstance(body, list) else [body]
    return "literal", [node]


def references(node: Json) -> Iterator[str]:
    """Ids of the items an expression reads (`id` or `id.part`)."""
    stack = [node]
    while stack:
        name, arguments = operands(stack.pop())
        if name == "item":
            yield str(arguments[0]) if arguments else ""
        elif name != "literal":
            stack.extend(arguments)


def problems(node: Json) -> Iterator[tuple[str, str]]:
    """(code, detail) for every node that is not an expression."""
    stack = [node]
    while stack:
        current = stack.pop()
        name, arguments = operands(current)
        if name == "literal":
            if isinstance(current, dict | list):
                yield "not_expression", str(current)[:40]
            continue
        if name not in ARITY:
            yield "unknown_operator", name
            continue
        low, high = ARITY[name]
        if not low <= len(arguments) <= high:
            yield "operand_count", name
        if name == "item":
            if not all(isinstance(one, str) for one in arguments):
                yield "not_expression", "item"
            continue
        stack.extend(arguments)


def number(value: Any) -> Decimal | None:
    """The number in a value, or None. Text counts only when it is a plain decimal; booleans never do."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Decimal):
        result = Decimal(value)
    elif isinstance(value, float | str):
        try:
            result = Decimal(str(value))
        except InvalidOperation:
            return None
    else:
        return None
    return result if result.is_finite() and abs(result) <= _LIMIT else None


def as_date(value: Any) -> date | None:
    """The day in an ISO text, or None."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def is_empty(value: Any) -> bool:
    """Nothing answered: None, blank text, empty list, or an object with only empty parts."""
    if value is None or value == "" or value == [] or value == {}:
        return True
    if isinstance(value, dict):
        # A loop: it ends at the first part that is there, mostly the first, without a generator around it.
        for one in value.values():  # noqa: SIM110
            if not is_empty(one):
                return False
        return True
    return False


def age_at(born: Any, at: Any) -> int | None:
    """Full years of age on a day. Born on 29 February counts up on 1 March in other years.

    年齢計算ニ関スル法律 lets an age be reached at the end of the day before the birthday; for a question asked
    on a day, counting on the birthday itself gives what people expect and what offices write.
    """
    start, end = as_date(born), as_date(at)
    if start is None or end is None or end < start:
        return None
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    if left is None or right is None:
        return None
    if isinstance(left, bool) or isinstance(right, bool):
        return (left, right) if isinstance(left, bool) and isinstance(right, bool) else None
    if isinstance(left, date) or isinstance(right, date):
        left, right = as_date(left), as_date(right)
        return None if left is None or right is None else (left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left, right
    first, second = number(left), number(right)
    return None if first is None or second is None else (first, second)


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Compiled, Compiled], Compiled]:
    def build(left: Compiled, right: Compiled) -> Compiled:
        def run(values: Values, row: Values, today: date) -> bool | None:
            one, other = left(values, row, today), right(values, row, today)
            # Two texts, or two truths, as most questions compare, are comparable as they are.
            if type(one) is type(other) and isinstance(one, str | bool):
                return test(one, other)
            pair = _comparable(one, other)
            return None if pair is None else test(*pair)

        return run

    return build


def _all(parts: list[Compiled]) -> Compiled:
    def run(values: Values, row: Values, today: date) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(values, row, today)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return run


def _any(parts: list[Compiled]) -> Compiled:
    def run(values: Values, row: Values, today: date) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(values, row, today)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return run


def _not(part: Compiled) -> Compiled:
    def run(values: Values, row: Values, today: date) -> bool | None:
        value = part(values, row, today)
        return (not value) if isinstance(value, bool) else None

    return run


def _in(needle: Compiled, hay: list[Compiled]) -> Compiled:
    return _any([_compare(lambda a, b: bool(a == b))(needle, one) for one in hay])


def _contains(hay: Compiled, needle: Compiled) -> Compiled:
    def run(values: Values, row: Values, today: date) -> bool | None:
        whole, part = hay(values, row, today), needle(values, row, today)
        if whole is None or part is None:
            return None
        if isinstance(whole, str):
            return str(part) in whole
        return part in whole if isinstance(whole, list) else None

    return run


def _flatten(results: list[Any]) -> Iterator[Any]:
    for result in results:
        if isinstance(result, list):
            yield from result
        else:
            yield result


def _fold(parts: list[Compiled], start: int, step: Callable[[Decimal, Decimal], Decimal]) -> Compiled:
    def run(values: Values, row: Values, today: date) -> Decimal | None:
        total = Decimal(start)
        for part in parts:
            value = number(part(values, row, today))
            if value is None:
                return None
            total = step(total, value)
        return total if abs(total) <= _LIMIT else None

    return run


def _sum(parts: list[Compiled]) -> Compiled:
    """Unlike `add`, `sum` counts what is there: rows not filled in yet are left out."""

    def run(values: Values, row: Values, today: date) -> Decimal:
        found = (number(one) for one in _flatten([part(values, row, today) for part in parts]))
        return sum((one for one in found if one is not None), Decimal(0))

    return run


def _sub(left: Compiled, right: Compiled) -> Compiled:
    def run(values: Values, row: Values, today: date) -> Decimal | None:
        first, second = left(values, row, today), right(values, row, today)
        start, end = as_date(second), as_date(first)
        if start is not None and end is not None:
            return Decimal((end - start).days)
        one, two = number(first), number(second)
        return None if one is None or two is None else one - two

    return run


def _if(test: Compiled, yes: Compiled, no: Compiled) -> Compiled:
    def run(values: Values, row: Values, today: date) -> Any:
        value = test(values, row, today)
        if value is True:
            return yes(values, row, today)
        return no(values, row, today) if value is False else None

    return run


def _count(part: Compiled) -> Compiled:
    def run(values: Values, row: Values, today: date) -> Decimal:
        value = part(values, row, today)
        if isinstance(value, list):
            return Decimal(sum(1 for one in value if not is_empty(one)))
        return Decimal(0 if is_empty(value) else 1)

    return run


def _empty(part: Compiled) -> Compiled:
    return lambda values, row, today: is_empty(part(values, row, today))


def _age(born: Compiled, at: Compiled) -> Compiled:
    return lambda values, row, today: age_at(born(values, row, today), at(values, row, today))


_BINARY: dict[str, Callable[[Compiled, Compiled], Compiled]] = {
    "eq": _compare(lambda a, b: bool(a == b)),
    "ne": _compare(lambda a, b: bool(a != b)),
    "lt": _compare(lambda a, b: bool(a < b)),
    "le": _compare(lambda a, b: bool(a <= b)),
    "gt": _compare(lambda a, b: bool(a > b)),
    "ge": _compare(lambda a, b: bool(a >= b)),
    "contains": _contains,
    "age_at": _age,
    "sub": _sub,
}
_MANY: dict[str, Callable[[list[Compiled]], Compiled]] = {
    "all": _all,
    "any": _any,
    "add": lambda parts: _fold(parts, 0, lambda a, b: a + b),
    "mul": lambda parts: _fold(parts, 1, lambda a, b: a * b),
    "sum": _sum,
    "in": lambda parts: _in(parts[0], parts[1:]),
    "if": lambda parts: _if(*parts),
}
_UNARY: dict[str, Callable[[Compiled], Compiled]] = {"not": _not, "empty": _empty, "count": _count}


def compile_expression(node: Json, group_of: Mapping[str, str], inside: str = "") -> Compiled:
    """Closure for a checked expression.

    `group_of` gives the group of every nested item; `inside` is the group whose row the expression belongs to.
    From outside, a nested item means the list of its values over all rows.
    """
    name, arguments = operands(node)
    if name == "literal":
        return lambda values, row, today: node
    if name == "today":
        return lambda values, row, today: today
    if name == "item":
        return _item(str(arguments[0]), group_of, inside)
    parts = [compile_expression(one, group_of, inside) for one in arguments]
    if name in _UNARY:
        return _UNARY[name](parts[0])
    if name in _BINARY:
        return _BINARY[name](parts[0], parts[1])
    return _MANY[name](parts)


def _item(reference: str, group_of: Mapping[str, str], inside: str) -> Compiled:
    item_id, _dot, part = reference.partition(".")
    group = group_of.get(item_id, "")
    pick: Callable[[Any], Any] = (
        (lambda value: value.get(part) if isinstance(value, dict) else None)
        if part
        else (lambda value: value)
    )
    if not part and not group:
        return lambda values, row, today: values.get(item_id)
    if group and group == inside:
        return lambda values, row, today: pick(row.get(item_id))
    if group:
        return lambda values, row, today: [
            pick(one.get(item_id)) for one in values.get(group) or () if isinstance(one, dict)
        ]
    return lambda values, row, today: pick(values.get(item_id))

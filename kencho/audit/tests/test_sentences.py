"""Every act that the code writes has its sentence. The test reads the code."""

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from kencho.audit import sentences

APPS = Path(settings.BASE_DIR) / "kencho"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _modules(app: str = "*") -> Iterator[tuple[str, ast.Module]]:
    for file in APPS.glob(f"{app}/**/*.py"):
        if "tests" not in file.parts and "migrations" not in file.parts:
            yield file.relative_to(APPS).parts[0], ast.parse(file.read_text(encoding="utf-8"))


def _codes() -> Iterator[tuple[str, str]]:
    """Each app and code; what is put together at run time is followed to the calls that give the parts."""
    for app, module in _modules():
        for function in _functions(module):
            for call in _calls(function):
                if _writes_audit(call):
                    for code in _values(call.args[0], function, app):
                        yield app, code


def _writes_audit(call: ast.Call) -> bool:
    return ast.unparse(call.func) in {"audit.record", "audit.build"}


def _functions(module: ast.Module) -> Iterator[Function]:
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            yield each


def _values(node: ast.expr, function: Function, app: str) -> list[str]:
    """All texts that an expression may become."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return _values(node.body, function, app) + _values(node.orelse, function, app)
    if isinstance(node, ast.JoinedStr):
        parts = [
            _values(part.value if isinstance(part, ast.FormattedValue) else part, function, app)
            for part in node.values
        ]
        return ["".join(chosen) for chosen in itertools.product(*parts)]
    if isinstance(node, ast.Name):
        return _arguments(node.id, function, app)
    if isinstance(node, ast.Attribute):
        # A member of TextChoices whose value is its name in small letters.
        return [node.attr.lower()]
    raise AssertionError(f"{app}.{function.name}: {ast.unparse(node)} cannot be followed")


def _arguments(name: str, function: Function, app: str) -> list[str]:
    plain = [argument.arg for argument in function.args.args]
    found: list[str] = []
    for _app, module in _modules(app):
        for caller in _functions(module):
            for call in _calls(caller):
                if _name_of(call) == function.name and caller is not function:
                    given = {keyword.arg: keyword.value for keyword in call.keywords}
                    if name in plain and len(call.args) > plain.index(name):
                        given[name] = call.args[plain.index(name)]
                    if name in given:
                        found += _values(given[name], caller, app)
    assert found, f"{app}.{function.name}: nobody gives {name}"
    return found


def _name_of(call: ast.Call) -> str:
    return (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )


CODES = sorted(set(_codes()))


@pytest.mark.parametrize(("app", "code"), CODES, ids=[code for _app, code in CODES])
def test_every_act_has_its_sentence(app: str, code: str) -> None:
    assert code in sentences.codes(), f"kencho/audit/sentences.py に「{code}」の文を加えてください（{app}）"
    assert sentences.of(code).endswith(("た", "だ"))


def test_the_search_finds_acts_put_together_at_run_time() -> None:
    found = {code for _app, code in CODES}
    assert {
        "applications.application.accept",
        "applications.application.transfer",
        "accounts.user.sign_in",
    } <= found
    assert {"records.record.issued", "organization.staff_member.hire", "approvals.request.decide"} <= found
    assert len(found) > 60


def test_an_act_of_an_older_version_shows_its_code() -> None:
    assert sentences.of("gone.thing.do") == "gone.thing.do"

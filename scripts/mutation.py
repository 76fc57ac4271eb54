"""Mutation testing of the policy rules: changes the code in small ways and counts how many changes the tests notice.

`mutmut` makes the changes. The tests are collected once by pytest and shown to pass; then every change gets a process
of its own (a fork, so that it can hang or break what it likes) in which the tests run until the first one fails. All
happens on a copy under build/ with nothing but the rules and their tests: no database, no server, no plugin.

The score is printed last; below the floor the command fails. Changes that make no difference to any result are
listed, each with its reason, in kencho/policy/tests/rules/equivalent_mutants.yaml. They are named by what they change,
so the list survives other edits; an entry that no longer survives is reported and fails the command too.
"""

import ast
import difflib
import gc
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutation"
RULES = "kencho/policy/rules"
TESTS = "kencho/policy/tests/rules"
FLOOR = 95.0
CPU_SECONDS = 20.0
"""A change that keeps the tests busy for longer made an endless loop: it was noticed."""

COPIED = (
    "kencho/__init__.py",
    "kencho/foundation/__init__.py",
    "kencho/foundation/fiscal.py",
    "kencho/foundation/wareki.py",
    "kencho/policy/__init__.py",
    "kencho/policy/tests/__init__.py",
    RULES,
    TESTS,
    "seeds/policy/profiles.yaml",
)

FIRST = {
    "_achievement": "test_ach",
    "_aggregate": "test_agg",
    "_binding": "test_bind",
    "_budget": "test_bud",
    "_checks": "test_checks",
    "_expected": "test_exp",
    "_judgement": "test_jdg",
    "_printing": "test_miss",
    "_profiles": "test_profiles",
    "_reader": "test_profiles",
    "_revision": "test_rev",
    "_status": "test_stat",
    "_values": "test_val",
}
"""Which tests most likely notice a change of a module, and so run first."""


@dataclass(frozen=True)
class Mutant:
    """One change: its name for mutmut, the function it is in, and the lines before and after."""

    name: str
    function: str
    removed: str
    added: str

    @property
    def change(self) -> tuple[str, str, str]:
        """What identifies it in the list of exceptions."""
        return self.function, self.removed, self.added


UNCHANGED = Mutant("", "", "", "")
"""The rules as they are: the control, in which every test must pass."""


@dataclass(frozen=True)
class Case:
    """One test as a plain call."""

    module: str
    slow: bool
    run: Callable[[], object]


def main() -> int:
    """Runs all mutants and prints the score."""
    started = time.monotonic()
    make_copy()
    os.chdir(COPY)
    sys.path[:] = [str(COPY), *(path for path in sys.path if path not in {"", str(ROOT)})]
    os.environ["MUTANT_UNDER_TEST"] = ""
    mutants = list(make_mutants())
    cases = collect()
    if not cases:
        print("The tests do not pass without a change.")
        return 1
    if run_all([UNCHANGED], cases) != [UNCHANGED]:
        print("The tests do not pass as plain calls.")
        return 1
    survivors = run_all(mutants, cases)
    print(f"{len(mutants)} mutants, {len(cases)} tests, {time.monotonic() - started:.0f} s")
    return report(mutants, survivors)


def make_copy() -> None:
    """A fresh tree with what the rules need."""
    shutil.rmtree(COPY, ignore_errors=True)
    for name in COPIED:
        source, target = ROOT / name, COPY / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    # mutmut wants to be told where the sources are, pytest where the project begins.
    (COPY / "setup.cfg").write_text(f"[mutmut]\nsource_paths={RULES}\n", encoding="utf-8")
    (COPY / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n", encoding="utf-8")


def make_mutants() -> Iterator[Mutant]:
    """Writes every change into the copy, each beside the original and chosen by an environment variable."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    for path in sorted((COPY / RULES).glob("_*.py")):
        if path.name in {"__init__.py", "_messages.py"}:
            continue
        made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
        path.write_text(made.code, encoding="utf-8")
        functions = {
            node.name: ast.unparse(node).splitlines()[1:]
            for node in ast.walk(ast.parse(made.code))
            if isinstance(node, ast.FunctionDef)
        }
        module = ".".join((*Path(RULES).parts, path.stem))
        for name in made.mutant_names:
            original = functions[f"{name.partition('__mutmut_')[0]}__mutmut_orig"]
            yield Mutant(
                f"{module}.{name}", readable(path.stem, name), *difference(original, functions[name])
            )


def readable(module: str, mutant: str) -> str:
    """_budget.Stage.__post_init__"""
    function = mutant.partition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return f"{module}.{function}"


def difference(before: list[str], after: list[str]) -> tuple[str, str]:
    """The statements taken away and those put in their place."""
    lines = list(difflib.ndiff(before, after))
    removed = " ".join(line[2:].strip() for line in lines if line.startswith("- "))
    added = " ".join(line[2:].strip() for line in lines if line.startswith("+ "))
    return removed, added


def collect() -> list[Case]:
    """The tests as plain calls, after they passed without a change; none when they did not."""
    import pytest
    from django.conf import settings
    from hypothesis import Phase
    from hypothesis import settings as hypothesis_settings

    settings.configure(USE_I18N=False, BASE_DIR=COPY)
    hypothesis_settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=20,
        phases=[Phase.explicit, Phase.generate],
    )
    hypothesis_settings.load_profile("mutation")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    items: list[pytest.Item] = []

    class Keep:
        """Keeps what pytest collected."""

        def pytest_collection_finish(self, session: pytest.Session) -> None:
            items.extend(session.items)

    code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--no-header", TESTS], plugins=[Keep()])
    if code:
        return []
    # Frozen objects are left alone by the collector, so a fork does not copy the pages they lie on.
    gc.freeze()
    return [as_case(item) for item in items]


def as_case(item: object) -> Case:
    """A collected test function with its parameters bound; the only fixture that the tests use is a folder."""
    import pytest

    if not isinstance(item, pytest.Function):
        raise TypeError(item)
    arguments = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    if "tmp_path" in item.fixturenames:
        arguments["tmp_path"] = Path(tempfile.mkdtemp(dir=COPY))
    test = item.obj
    return Case(item.path.stem, hasattr(test, "hypothesis"), lambda: test(**arguments))


def run_all(mutants: list[Mutant], cases: list[Case]) -> list[Mutant]:
    """The changes that no test noticed. As many processes at a time as there are cores."""
    running: dict[int, Mutant] = {}
    survivors = []
    for mutant in [*mutants, *([None] * (os.cpu_count() or 1))]:
        if running and (mutant is None or len(running) >= (os.cpu_count() or 1)):
            pid, status = os.wait()
            tested = running.pop(pid)
            if status == 0:
                survivors.append(tested)
        if mutant is not None:
            running[start(mutant, cases)] = mutant
    return survivors


def start(mutant: Mutant, cases: list[Case]) -> int:
    """A process that ends with 0 when every test passes in spite of the change."""
    pid = os.fork()
    if pid:
        return pid
    os.environ["MUTANT_UNDER_TEST"] = mutant.name
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    first = FIRST.get(mutant.function.partition(".")[0], "")
    try:
        for case in sorted(cases, key=lambda case: (case.slow, case.module != first)):
            case.run()
    except BaseException:  # noqa: BLE001  # whatever it is, a test that does not pass has noticed the change
        os._exit(1)
    os._exit(0)


def report(mutants: list[Mutant], survivors: list[Mutant]) -> int:
    """Prints every surviving change and the score; 1 when it is below the floor or the list of exceptions is stale."""
    known = equivalents()
    open_ = [mutant for mutant in survivors if mutant.change not in known]
    excepted = len(survivors) - len(open_)
    unused = set(known) - {mutant.change for mutant in survivors}
    for mutant in open_:
        print(f"\nsurvived: {mutant.function}\n  - {mutant.removed}\n  + {mutant.added}")
    for function, removed, added in sorted(unused):
        print(f"\nno longer a survivor, take it off the list: {function}\n  - {removed}\n  + {added}")
    counted = len(mutants) - excepted
    score = 100 * (counted - len(open_)) / counted
    print(f"{excepted} equivalent (listed with reasons), {len(open_)} survived")
    print(f"mutation score {score:.2f} % (at least {FLOOR:.0f} %)")
    return int(score < FLOOR or bool(unused))


def equivalents() -> dict[tuple[str, str, str], str]:
    """The listed changes without effect, with their reasons."""
    entries = yaml.safe_load((ROOT / TESTS / "equivalent_mutants.yaml").read_text(encoding="utf-8")) or []
    return {(entry["function"], entry["removed"], entry["added"]): entry["reason"] for entry in entries}


if __name__ == "__main__":
    sys.exit(main())

"""The measurements run and print what they promise. How fast anything is, no test asks: that depends on the machine."""

import json
import os
import subprocess
import sys

from django.conf import settings

NAMES = {"submit", "notice"}
NEEDED = {"bench", "measured", "database", "ours", "against", "theirs", "ratio", "rows", "load"}


def test_every_line_can_be_read() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench", ",".join(sorted(NAMES))],
        cwd=settings.BASE_DIR,
        env={**os.environ, "QUICK": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(each) for each in done.stdout.splitlines()]
    assert {each["bench"] for each in lines} == NAMES
    for each in lines:
        assert each.keys() >= NEEDED
        assert min(each["ours"], each["theirs"], each["ratio"], each["rows"]) > 0
    statements = [each["sql_statements"] for each in lines if each["bench"] == "submit"]
    # A count, not a time: the same on every machine.
    assert all(0 < number <= 12 for number in statements)


def test_an_unknown_name_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench", "sumbit"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "ONLY": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "sumbit" in done.stderr

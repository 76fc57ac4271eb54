"""``make test``: all tests on embedded SQLite, then those that touch the database again on PostgreSQL."""

import os
import subprocess
import sys
import tempfile
import time

from scripts import postgres

PROCESSES = ["-n", "2", "--dist", "loadfile"]
# Nothing in these touches the database; they ran in the first half.
WITHOUT_DATABASE = (
    "kencho/catalog/tests/fixer",
    "kencho/catalog/tests/gate",
    "kencho/catalog/tests/quality",
    "kencho/catalog/tests/standards",
    "kencho/catalog/tests/tables",
    "kencho/catalog/tests/test_fixer_accuracy.py",
    "kencho/files/tests/sanitize",
    "kencho/intake/tests/engine",
    "kencho/intake/tests/test_accuracy_generator.py",
    "kencho/policy/tests/rules",
    "kencho/foundation/tests/typesetting",
    "kencho/procedures/tests/definition",
    "kencho/records/tests/seals",
    "tests/architecture/test_api_contract.py",
    "tests/performance",
)


def _pytest(arguments: list[str], **environment: str) -> int:
    with tempfile.TemporaryDirectory(prefix="kencho-test-") as folder:
        env = {**os.environ, "KENCHO_VAR": folder, **environment}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *PROCESSES, *arguments], env=env, check=False
        ).returncode


def main() -> int:
    """Run; stop at the first red half."""
    chosen = sys.argv[1:]
    began = time.monotonic()
    print("== SQLite", flush=True)
    code = _pytest(chosen)
    if code:
        return code
    print("== PostgreSQL", flush=True)
    # Browser pages and faults of the embedded database do not depend on the server; they ran above.
    with postgres.server("fsync=off") as url:
        skipped = [f"--ignore={place}" for place in WITHOUT_DATABASE]
        code = _pytest([*chosen, *skipped, "-m", "not browser and not faults"], KENCHO_DATABASE_URL=url)
    print(f"tests took {time.monotonic() - began:.0f} s", flush=True)
    # With a narrowed choice nothing may be left for the second half; pytest calls that 5.
    return 0 if chosen and code == 5 else code


if __name__ == "__main__":
    raise SystemExit(main())

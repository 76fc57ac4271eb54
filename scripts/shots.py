"""``make shots``: the whole journey in a real browser, recorded as pictures in build/shots and the README's picture."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From a resident's form to the notice; from a printed form to the hours saved in the sheet; a form of another office.
JOURNEYS = (
    "tests/journeys/test_whole_journey.py",
    "tests/journeys/test_paper_to_sheet.py",
    "tests/journeys/test_intake.py",
)


def main() -> int:
    """Run the journey test with recording on."""
    folder = ROOT / "build" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:randomly",
        *JOURNEYS,
    ]
    code = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "KENCHO_SHOTS": str(folder)}, check=False
    ).returncode
    print(f"{len(list(folder.glob('*.png')))} 枚を {folder.relative_to(ROOT)} に保存しました。")
    return code


if __name__ == "__main__":
    raise SystemExit(main())

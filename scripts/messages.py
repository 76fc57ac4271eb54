"""Collect the texts to translate into locale/en, or check that every text has its English.

Needs GNU gettext. ``--check`` works on a copy and changes nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
SHOWN = 20


def collect(tree: Path) -> None:
    """Run Django's makemessages in a tree."""
    (tree / "locale").mkdir(exist_ok=True)
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(tree)}
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "-l",
        "en",
        "--no-wrap",
        "--no-obsolete",
        "--add-location",
        "file",
        "--ignore",
        ".venv/*",
        "--ignore",
        "var/*",
        "--ignore",
        "build/*",
        "--ignore",
        "*/tests/*",
        "--ignore",
        "tests/*",
    ]
    subprocess.run(command, cwd=tree, env=env, check=True, stdout=subprocess.DEVNULL)


def _without_date(text: str) -> str:
    # The date would change the file at each run.
    return "\n".join(line for line in text.splitlines() if not line.startswith('"POT-Creation-Date'))


def missing(catalogue: Path) -> list[str]:
    """Texts without a sure translation."""
    return [
        e.msgid
        for e in polib.pofile(str(catalogue))
        if not e.obsolete and (not e.translated() or "fuzzy" in e.flags)
    ]


def _copy(target: Path) -> None:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True
    ).stdout.split(b"\0")
    for name in filter(None, names):
        source = ROOT / os.fsdecode(name)
        if source.suffix in {".py", ".html", ".txt", ".po"} and source.is_file():
            place = target / os.fsdecode(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def check() -> int:
    """Say which texts lack English; 1 when there are any."""
    with tempfile.TemporaryDirectory(prefix="kencho-messages-") as folder:
        tree = Path(folder)
        _copy(tree)
        collect(tree)
        gaps = missing(tree / CATALOGUE)
    for text in gaps[:SHOWN]:
        print(f"英訳がありません: {text[:100]!r}")
    if gaps:
        print(f"{len(gaps)} 件。make messages を実行し、{CATALOGUE} に英訳を書いてください。")
    return 1 if gaps else 0


def main() -> int:
    """Command line."""
    if "--check" in sys.argv:
        return check()
    collect(ROOT)
    file = ROOT / CATALOGUE
    file.write_text(_without_date(file.read_text(encoding="utf-8")) + "\n", encoding="utf-8")
    print(f"{CATALOGUE}: 英訳のないもの {len(missing(file))} 件")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

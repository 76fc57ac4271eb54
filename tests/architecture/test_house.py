"""The promises of the house about the shape of the code."""

import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# The house splits files near 400 lines; past this nobody can have overlooked it.
MOST_LINES = 500
PLACE_WORDS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/")


def test_every_app_has_a_readme_and_names_the_programs_it_serves() -> None:
    for app in apps.get_app_configs():
        if app.name.startswith("kencho."):
            assert (Path(app.path) / "README.md").is_file(), app.name
            assert set(app.serves) <= {"40601", "40602", "40603"}, app.name  # type: ignore[attr-defined]  # ours declare it


def test_no_module_grows_past_its_size() -> None:
    too_long = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "kencho").rglob("*.py")
        if "migrations" not in file.parts and len(file.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    ]
    assert too_long == []


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8").lower()
    names = [
        line.split(">")[0].split("<")[0].split("=")[0].split("[")[0].strip().lower()
        for file in ("base.in", "dev.in")
        for line in (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    assert [name for name in names if f"`{name}`" not in reasons] == []


def test_no_heavy_library_is_loaded_by_the_web_process() -> None:
    heavy = ("pikepdf", "pypdfium2", "PIL", "openpyxl", "pyhanko", "lxml.etree", "boto3", "typst")
    script = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
        "from config.wsgi import application\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]", done.stdout


def test_no_place_of_one_machine_is_written_down() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    found = [
        name
        for name in listed
        if not name.endswith((".png", ".pdf", ".mo"))
        and (ROOT / name).is_file()
        and any(word in (ROOT / name).read_text(encoding="utf-8", errors="replace") for word in PLACE_WORDS)
    ]
    assert found == []


def test_pages_answer_head_like_get() -> None:
    # RFC 9110 section 9.1: servers must support HEAD; Django's decorator for GET alone refuses it.
    forbidden = "require" + "_GET"
    assert [
        str(file.relative_to(ROOT))
        for file in (ROOT / "kencho").rglob("*.py")
        if forbidden in file.read_text(encoding="utf-8")
    ] == []

"""The web process stays light: no engine of tables is loaded by the pages, the API or the feeds."""

import subprocess
import sys

from django.conf import settings

HEAVY = ("polars", "duckdb", "python_calamine", "xlsxwriter", "openpyxl", "rdflib", "pyarrow")


def test_no_engine_is_loaded_by_the_web_process() -> None:
    script = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
        "from config.wsgi import application\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "import kencho.catalog.exports, kencho.catalog.comparing, kencho.catalog.tasks\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]", done.stdout

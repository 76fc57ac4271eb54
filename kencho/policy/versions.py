"""Which program counted: kept with every figure that is frozen."""

import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def code_version() -> str:
    """The version of Kencho, from its own project file: ``kencho 0.1.0``."""
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8"))
    return f"{project['project']['name']} {project['project']['version']}"

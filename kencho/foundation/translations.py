"""Compiled message catalogues (.mo) are made from the sources (.po) where they are missing or older."""

from pathlib import Path

from django.apps import apps
from django.conf import settings


def catalogue_sources() -> list[Path]:
    """All .po files of the project: those of its own apps and of the shared folder."""
    roots = [Path(root) for root in settings.LOCALE_PATHS]
    roots += [Path(app.path) / "locale" for app in apps.get_app_configs() if app.name.startswith("kencho.")]
    return sorted(file for root in roots for file in root.glob("*/LC_MESSAGES/*.po"))


def compile_catalogues() -> int:
    """Compile what is out of date; returns how many files were written."""
    import polib

    written = 0
    for source in catalogue_sources():
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written += 1
    return written

"""Where packages lie: those shipped with Kencho, and those that an office put into a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from kencho.robots.manifest import MANIFEST, BadPackage, Package, read_package

SHIPPED = Path(__file__).resolve().parent / "packages"


def folders() -> Iterator[Path]:
    """Every folder with a manifest; an office's own package stands in the place of a shipped one of the same name."""
    seen: set[str] = set()
    for place in [*map(Path, settings.ROBOTS_DIRS), SHIPPED]:
        for folder in sorted(place.iterdir()) if place.is_dir() else ():
            if folder.name not in seen and (folder / MANIFEST).is_file():
                seen.add(folder.name)
                yield folder


def package(name: str) -> Package:
    """The package of this name as it lies there now. Raises BadPackage, LookupError when there is none."""
    for folder in folders():
        if folder.name == name:
            return read_package(folder)
    raise LookupError(name)


def digest_now(name: str) -> str:
    """The digest of the package as it lies there now; empty when it is gone or broken."""
    try:
        return package(name).digest
    except (BadPackage, LookupError):
        return ""

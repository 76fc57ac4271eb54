"""The files of versions, and what changed between them."""

import difflib
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kencho.files import queries as files
from kencho.robots import shelf
from kencho.robots.manifest import MANIFEST, InputField, Manifest, read_manifest
from kencho.robots.models import RobotVersion


@dataclass(frozen=True)
class FileChange:
    """One file beside the last approved version; ``kind`` is added, changed, removed or same."""

    name: str
    kind: str
    lines: tuple[str, ...]

    @property
    def label(self) -> str:
        """The kind in words."""
        words = {"added": _("新しい"), "changed": _("変更"), "removed": _("削除"), "same": _("同じ")}
        return words[self.kind]


def source_bytes(version: RobotVersion) -> bytes:
    """All files of a version as one JSON, as it was found."""
    return files.content(version.source)


def version_files(version: RobotVersion) -> dict[str, str]:
    """The files of a version by name."""
    found: dict[str, str] = json.loads(source_bytes(version))
    return found


def manifest_of(version: RobotVersion) -> Manifest:
    """The manifest from the bytes that were kept."""
    return read_manifest(version_files(version)[MANIFEST].encode())


def input_fields(version: RobotVersion) -> list[InputField]:
    """The fields of the input."""
    return list(manifest_of(version).fields())


def last_approved(version: RobotVersion) -> RobotVersion | None:
    """The version of the same package that was approved last before this one."""
    return (
        RobotVersion.objects.filter(
            body=version.body_id, package=version.package, decided_at__isnull=False, pk__lt=version.pk
        )
        .select_related("source", "source__body")
        .order_by("-decided_at", "-pk")
        .first()
    )


def version_changes(version: RobotVersion) -> tuple[FileChange, ...]:
    """File by file, what is different from the last approved version (everything when there is none)."""
    before = last_approved(version)
    old = version_files(before) if before is not None else {}
    new = version_files(version)
    return tuple(_change(name, old.get(name), new.get(name)) for name in sorted({*old, *new}))


def _change(name: str, old: str | None, new: str | None) -> FileChange:
    if old == new:
        return FileChange(name, "same", ())
    kind = "added" if old is None else "removed" if new is None else "changed"
    lines = difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), lineterm="", n=3)
    # The first two lines name the files.
    return FileChange(name, kind, tuple(lines)[2:])


def on_shelf(version: RobotVersion) -> bool:
    """Whether the package's folder holds exactly these bytes now."""
    return shelf.digest_now(version.package) == version.digest

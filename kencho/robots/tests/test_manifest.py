"""Manifests: what is wrong is said, all at once; another byte is another version."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kencho.robots.kit import is_allowed
from kencho.robots.manifest import BadPackage, hosts_of, read_manifest, read_package
from kencho.robots.shelf import SHIPPED
from kencho.robots.tests.people import SHELF

GOOD: dict[str, Any] = yaml.safe_load((SHIPPED / "decided_to_ledger" / "manifest.yaml").read_text())


def _findings(**changes: Any) -> set[str]:
    plain = {**GOOD, **changes}
    with pytest.raises(BadPackage) as bad:
        read_manifest(yaml.safe_dump(plain, allow_unicode=True).encode())
    return {finding.path for finding in bad.value.findings}


@pytest.mark.parametrize("folder", sorted([*SHIPPED.iterdir(), *SHELF.iterdir()]), ids=lambda path: path.name)
def test_every_package_of_the_project_is_in_order(folder: Path) -> None:
    if folder.is_dir() and folder.name != "__pycache__":
        package = read_package(folder)
        assert package.manifest.id == folder.name


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kencho": "robot/2"}, "kencho"),
        ({"id": "Decided"}, "id"),
        ({"version": 1.0}, "version"),
        ({"entry": "../robot.py:Robot"}, "entry"),
        ({"entry": "robot.py"}, "entry"),
        ({"title": " "}, "title"),
        ({"allowed_hosts": ["http://x/"]}, "allowed_hosts"),
        ({"allowed_hosts": []}, "allowed_hosts"),
        ({"allowed_hosts": ["*"]}, "allowed_hosts"),
        ({"needs": ["password"]}, "needs"),
        ({"steps": []}, "steps"),
        ({"max_seconds": 0}, "max_seconds"),
        ({"max_seconds": True}, "max_seconds"),
        ({"max_attempts": 11}, "max_attempts"),
        ({"browser": "yes"}, "browser"),
        ({"key": "fixed"}, "key"),
        ({"key": "{applicant_name}"}, "key"),
        ({"key": "{nothing}"}, "key"),
        ({"key": "{amount}"}, "key"),
        ({"key": "{number.__class__}"}, "key"),
        ({"key": "{"}, "key"),
        ({"password": "x"}, "password"),
        ({"input": {"type": "object", "properties": {}}}, "input.properties"),
        ({"input": {"type": "array"}}, "input"),
        ({"input": {**GOOD["input"], "additionalProperties": True}}, "input.additionalProperties"),
        ({"input": {**GOOD["input"], "properties": {**GOOD["input"]["properties"], "x": {"type": "text"}}}}, "input"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change: dict[str, Any], path: str) -> None:
    assert path in _findings(**change)


def test_everything_wrong_is_said_at_once() -> None:
    assert {"id", "version", "needs"} <= _findings(id="", version="", needs=["x"])


@pytest.mark.parametrize("content", [b"", b"- 1", b"a: &a [*a, *a]", b"\xff\xfe", b"a: [", b"[" * 5000])
def test_no_manifest_at_all(content: bytes) -> None:
    with pytest.raises(BadPackage):
        read_manifest(content)


def test_another_byte_or_name_is_another_digest(tmp_path: Path) -> None:
    folder = tmp_path / "plain_entry"
    folder.mkdir()
    for name in ("manifest.yaml", "robot.py"):
        (folder / name).write_bytes((SHELF / "plain_entry" / name).read_bytes())
    seen = {read_package(folder).digest}
    (folder / "note.txt").write_text("a")
    seen.add(read_package(folder).digest)
    (folder / "note.txt").rename(folder / "mote.txt")
    seen.add(read_package(folder).digest)
    (folder / "mote.txt").write_text("")
    seen.add(read_package(folder).digest)
    assert len(seen) == 4
    (folder / "link").symlink_to("/etc/passwd")
    with pytest.raises(BadPackage):
        read_package(folder)


def test_a_binary_or_missing_file_is_no_package(tmp_path: Path) -> None:
    folder = tmp_path / "plain_entry"
    folder.mkdir()
    (folder / "manifest.yaml").write_bytes((SHELF / "plain_entry" / "manifest.yaml").read_bytes())
    with pytest.raises(BadPackage) as bad:
        read_package(folder)
    assert [finding.path for finding in bad.value.findings] == ["entry"]
    (folder / "robot.py").write_bytes(b"\x00\xff")
    with pytest.raises(BadPackage):
        read_package(folder)


def test_problems_of_an_input_are_names() -> None:
    manifest = read_package(SHIPPED / "decided_to_ledger").manifest
    good = {"number": "1", "applicant_name": "名", "decided_on": "2026-06-01", "decision": "承認"}
    assert manifest.problems(good) == []
    assert manifest.problems({**good, "decision": "秘密の値", "amount": "秘密の値"}) == ["amount", "decision"]
    assert manifest.problems({"number": "1"}) == ["applicant_name", "decided_on", "decision"]
    assert manifest.problems({**good, "more": 1})
    assert manifest.key_of(good) == "1"


@pytest.mark.parametrize(
    ("url", "is_in"),
    [
        ("http://ledger.lg.jp/x", True),
        ("http://ledger.lg.jp:80/x", True),
        ("http://LEDGER.lg.jp/x", True),
        ("https://ledger.lg.jp/x", False),
        ("http://ledger.lg.jp:8080/", False),
        ("http://ledger.lg.jp.evil.example/", False),
        ("http://evil.example/ledger.lg.jp", False),
        ("http://ledger.lg.jp@evil.example/", False),
        ("http://user@ledger.lg.jp/", False),
        ("http://a.files.lg.jp/", True),
        ("https://a.files.lg.jp/", True),
        ("http://files.lg.jp/", False),
        ("http://evilfiles.lg.jp/", False),
        ("file:///etc/passwd", False),
        ("ftp://ledger.lg.jp/", False),
        ("http://ledger.lg.jp:99999/", False),
        ("data:text/plain,x", True),
    ],
)
def test_allowed_hosts(url: str, is_in: bool) -> None:
    manifest = read_manifest(
        yaml.safe_dump({**GOOD, "allowed_hosts": ["{target}", "*.files.lg.jp"]}, allow_unicode=True).encode()
    )
    assert is_allowed(url, hosts_of(manifest, "http://ledger.lg.jp")) is is_in

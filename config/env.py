"""Readers of the settings that an installer may give through the environment.

Each reader notes its name, kind, default and Japanese help, from which docs/reference/settings.md is written.
A secret may also come from a file named by ``<NAME>_FILE`` (how container and systemd credentials arrive).
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, kind, printed default and help text."""

    name: str
    kind: str
    default: str
    help: str


SETTINGS: dict[str, Setting] = {}


class BadSetting(Exception):
    """An environment variable holds a value that cannot be read; the message says which and what is expected."""


def _note(name: str, kind: str, default: str, help: str) -> str | None:
    SETTINGS[name] = Setting(name, kind, default, help)
    return os.environ.get(name)


def text(name: str, default: str = "", *, help: str) -> str:
    """A text value."""
    given = _note(name, "文字列", default, help)
    return default if given is None else given


def words(name: str, default: str = "", *, help: str) -> list[str]:
    """A list of words divided by commas."""
    return [word.strip() for word in text(name, default, help=help).split(",") if word.strip()]


def flag(name: str, *, default: bool = False, help: str) -> bool:
    """A yes or no: 1/true/yes/on or 0/false/no/off."""
    given = _note(name, "はい・いいえ", "1" if default else "0", help)
    if given is None:
        return default
    if given.lower() in {"1", "true", "yes", "on"}:
        return True
    if given.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise BadSetting(f"{name}={given!r}: 1 か 0 を指定してください。")


def number(name: str, default: int, *, help: str) -> int:
    """A whole number."""
    given = _note(name, "整数", str(default), help)
    if given is None:
        return default
    try:
        return int(given)
    except ValueError as wrong:
        raise BadSetting(f"{name}={given!r}: 整数を指定してください。") from wrong


def folder(name: str, default: Path, *, help: str, shown: str) -> Path:
    """A folder; ``shown`` is the default as the documentation prints it."""
    given = _note(name, "フォルダー", shown, help)
    return Path(given).resolve() if given else default


def secret(name: str, *, help: str) -> str:
    """A secret from the variable itself or from the file named by ``<name>_FILE``; empty when neither is given."""
    given = _note(name, "秘密", "", help)
    file = os.environ.get(f"{name}_FILE")
    if given is None and file:
        return Path(file).read_text(encoding="utf-8").strip()
    return given or ""

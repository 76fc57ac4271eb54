"""Reading a definition from text, and the one byte form that is hashed."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from kencho.procedures.definition._model import DefinitionError, Finding, Json

MAX_BYTES = 512 * 1024
MAX_DEPTH = 40
MAX_NODES = 50_000


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases (they blow up in memory) and without dates or octal surprises."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _value in node.value]
        if len(keys) != len(set(map(str, keys))):
            raise yaml.YAMLError("duplicate key")
        return super().construct_mapping(node, deep=deep)


# 2026-04-01 stays text, `no` and `on` stay words: people write them as answers, not as booleans.
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:merge"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _refuse(code: str, message: Any) -> DefinitionError:
    return DefinitionError([Finding(code, "", message)])


def parse(text: str | bytes) -> dict[str, Json]:
    """YAML or JSON text → data. Raises DefinitionError for broken, oversized or alias-bearing text."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise _refuse("too_large", _("定義が大きすぎます。512KB以内にしてください。"))
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refuse("encoding", _("文字コードはUTF-8にしてください。")) from error
    data = _parse_any(source)
    if not isinstance(data, dict):
        raise _refuse("not_mapping", _("定義は「名前: 値」の並びで書いてください。"))
    _limit(data)
    return data


def _parse_any(source: str) -> Json:
    if source.lstrip().startswith("{"):
        try:
            return json.loads(source)
        except (ValueError, RecursionError):
            # Flow-style YAML also starts with a brace; the YAML reader gives the final word.
            pass
    try:
        # The loader is a SafeLoader with fewer features, not more.
        return yaml.load(source, Loader=_Loader)  # noqa: S506  # the loader above is a stricter SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = str(mark.line + 1) if mark else "?"
        message = _(
            "書き方が正しくありません（%(line)s行目付近）。別名（&と*）や同じ名前の重なりも使えません。"
        )
        raise _refuse("syntax", message % {"line": line}) from error


def _limit(data: Json) -> None:
    nodes = 0
    stack: list[tuple[Json, int]] = [(data, 0)]
    while stack:
        node, depth = stack.pop()
        nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise _refuse("too_deep", _("定義が深すぎるか、項目が多すぎます。"))
        _limit_leaf(node)
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        stack.extend((child, depth + 1) for child in children)


def _limit_leaf(node: Json) -> None:
    if isinstance(node, dict) and not all(isinstance(key, str) for key in node):
        raise _refuse("key", _("名前は文字で書いてください。"))
    if isinstance(node, float) and not math.isfinite(node):
        raise _refuse("number", _("無限大や非数は使えません。"))
    if not isinstance(node, dict | list | str | int | float | bool | None):
        raise _refuse("kind", _("使えない種類の値があります。"))


def canonical(data: Json) -> bytes:
    """The one byte form of a definition: sorted keys, no spaces, UTF-8 (after RFC 8785)."""
    return json.dumps(
        _plain(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def _plain(node: Json) -> Json:
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    # RFC 8785 writes 1.0 as 1, so that two spellings of one number have one hash.
    if isinstance(node, float) and node.is_integer() and abs(node) < 2**53:
        return int(node)
    return node


def digest(data: Json) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data)).hexdigest()

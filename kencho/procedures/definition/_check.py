"""Findings on a definition: what makes it unusable (errors) and what a careful colleague would ask (warnings)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from django.utils.translation import gettext_lazy as _

from kencho.procedures.definition import _check_meaning as meaning
from kencho.procedures.definition._model import Finding, Json

_META = Path(__file__).with_name("schema.json")

_KINDS: dict[str, Any] = {
    "required": _("「%(property)s」がありません。"),
    "additionalProperties": _("知らない名前があります（%(unexpected)s）。つづりを確かめてください。"),
    "enum": _("使える値のどれかではありません（%(value)s）。"),
    "const": _("決められた値ではありません（%(value)s）。"),
    "type": _("値の種類が正しくありません（%(value)s）。"),
    "pattern": _("書き方が正しくありません（%(value)s）。"),
    "maxLength": _("長すぎます。"),
    "minLength": _("空です。"),
    "minItems": _("1つ以上書いてください。"),
    "maxItems": _("多すぎます。"),
    "minimum": _("小さすぎます（%(value)s）。"),
    "maximum": _("大きすぎます（%(value)s）。"),
}


@lru_cache(maxsize=1)
def meta_schema() -> dict[str, Json]:
    """The published JSON Schema of the vocabulary."""
    found: dict[str, Json] = json.loads(_META.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(meta_schema())


def check(data: Json) -> list[Finding]:
    """All findings on the data of a definition, errors first. Never raises."""
    shape = list(_shape(data))
    if shape:
        return shape
    found: list[Finding] = []
    for part in meaning.CHECKS:
        found += part(data)
    return sorted(found, key=lambda one: one.severity != "error")


def _shape(data: Json) -> Iterator[Finding]:
    try:
        errors = list(_validator().iter_errors(data))
    except (ValueError, RecursionError):
        yield Finding("shape", "", _("定義として読めない値があります。"))
        return
    for error in errors:
        path = "/".join(map(str, error.instance_path))
        yield Finding(f"shape_{error.kind.name}", path, _message(error))


def _message(error: jsonschema_rs.ValidationError) -> Any:
    name = error.kind.name
    if name not in _KINDS:
        return _("書き方が決まりに合っていません。")
    unexpected = getattr(error.kind, "unexpected", ())
    values: Mapping[str, str] = {
        "property": str(getattr(error.kind, "property", "")),
        "unexpected": "、".join(map(str, unexpected)),
        "value": json.dumps(error.instance, ensure_ascii=False, default=str)[:60],
    }
    return _KINDS[name] % values

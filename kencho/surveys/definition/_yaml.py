"""Questionnaires as YAML files, and the difference of two."""

import difflib
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _

from kencho.surveys.definition._parts import Definition, Kind

MAX_BYTES = 200_000
_TOP = {"title", "intro", "questions"}
_QUESTION = {
    "code", "kind", "text", "hint", "page", "required", "options", "positive", "when", "max_length",
}  # fmt: skip


class UnreadableDefinition(Exception):
    """The file is no questionnaire; the message says where and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Loader(yaml.SafeLoader):
    """Plain values only; names that stand for other parts of the file are refused, for they can grow without end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise UnreadableDefinition(_("YAMLの別名（*）は使えません。"))
        return super().compose_node(parent, index)


def from_yaml(text: str) -> Definition:
    """Read a questionnaire. Raises UnreadableDefinition; what it says is checked by ``findings``, not here."""
    if len(text.encode()) > MAX_BYTES:
        raise UnreadableDefinition(_("ファイルが大きすぎます。"))
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader that refuses even more
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise UnreadableDefinition(_("%(line)s行目：YAMLとして読めません。") % {"line": line}) from problem
    return from_plain(data)


def from_plain(data: object) -> Definition:
    """A questionnaire from plain values. Raises UnreadableDefinition."""
    if not isinstance(data, Mapping) or not isinstance(data.get("questions"), list):
        raise UnreadableDefinition(_("「title」と「questions」のあるファイルにしてください。"))
    _known(data, _TOP, _("ファイルの先頭"))
    for number, each in enumerate(data["questions"], start=1):
        _check_question(each, _("%(n)s番目の設問") % {"n": number})
    try:
        return Definition.from_data(data)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise UnreadableDefinition(
            _("書かれている値の形が違います（%(what)s）。") % {"what": problem}
        ) from problem


def _check_question(data: object, where: str) -> None:
    if not isinstance(data, Mapping):
        raise UnreadableDefinition(_("%(where)sの形が違います。") % {"where": where})
    _known(data, _QUESTION, where)
    if missing := [name for name in ("code", "kind", "text") if name not in data]:
        raise UnreadableDefinition(
            _("%(where)sに「%(names)s」がありません。") % {"where": where, "names": "、".join(missing)}
        )
    if data["kind"] not in Kind.values:
        raise UnreadableDefinition(
            _("%(where)sの種類（kind）は %(kinds)s のどれかにしてください。")
            % {"where": where, "kinds": "、".join(Kind.values)}
        )


def _known(data: Mapping[Any, Any], known: set[str], where: str) -> None:
    if unknown := [str(name) for name in data if name not in known]:
        raise UnreadableDefinition(
            _("%(where)sに、知らない項目「%(names)s」があります。")
            % {"where": where, "names": "、".join(unknown)}
        )


def to_yaml(definition: Definition) -> str:
    """The questionnaire as people edit it; reading it again gives the same."""
    return yaml.safe_dump(definition.as_data(), allow_unicode=True, sort_keys=False, width=10_000)


def digest(definition: Definition) -> str:
    """SHA-256 over the canonical form."""
    text = json.dumps(definition.as_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def difference(old: Definition, new: Definition) -> list[str]:
    """Lines of a unified diff between the two, without its header; empty when they are the same."""
    lines = difflib.unified_diff(to_yaml(old).splitlines(), to_yaml(new).splitlines(), lineterm="", n=2)
    return [line for line in lines if not line.startswith(("---", "+++"))]

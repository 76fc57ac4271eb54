"""One Japanese term, one identifier: the glossary and the names of the models say the same."""

from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils import translation

GLOSSARY: list[dict[str, Any]] = yaml.safe_load(
    (Path(settings.BASE_DIR) / "seeds" / "glossary.yaml").read_text(encoding="utf-8")
)
BY_TERM = {each["term"]: each for each in GLOSSARY}
SOURCES = {"L", "L'", "G", "S", "K"}


def _models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("kencho.")]


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _japanese(model: type[Model]) -> str:
    with translation.override("ja"):
        return str(model._meta.verbose_name)


def test_each_entry_is_whole_and_no_term_has_two_identifiers() -> None:
    assert all({"term", "identifier", "app", "source"} <= set(each) for each in GLOSSARY)
    assert {each["source"] for each in GLOSSARY} <= SOURCES
    assert [term for term, n in Counter(each["term"] for each in GLOSSARY).items() if n > 1] == []
    within = Counter((_plain(each["identifier"]), each["app"]) for each in GLOSSARY)
    assert [one for one, n in within.items() if n > 1] == []


def test_models_use_a_term_only_for_what_it_means() -> None:
    wrong = []
    for model in _models():
        entry = BY_TERM.get(_japanese(model))
        if entry is None:
            continue
        named = _plain(model.__name__) == _plain(entry["identifier"])
        if not named and model._meta.label not in entry.get("models", ()):
            wrong.append(f"{model._meta.label}: {entry['term']} is {entry['identifier']}")
    assert wrong == []


def test_models_named_by_an_identifier_bear_its_term() -> None:
    wrong = []
    for model in _models():
        for entry in GLOSSARY:
            same = _plain(entry["identifier"]) == _plain(model.__name__)
            if same and entry["app"] == model._meta.app_label and entry["term"] != _japanese(model):
                wrong.append(f"{model._meta.label}: {_japanese(model)} should be {entry['term']}")
    assert wrong == []


def test_models_that_the_glossary_names_exist() -> None:
    labels = {model._meta.label for model in _models()}
    named = {label for each in GLOSSARY for label in each.get("models", ())}
    assert named <= labels


def test_the_printed_glossary_names_every_term() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
    assert [
        each["term"] for each in GLOSSARY if f"| {each['term']} | `{each['identifier']}` |" not in page
    ] == []

"""What would blow up or crash a reader of YAML is refused before it is read."""

import pytest
import yaml

from kencho.foundation import yaml_bounds

LAUGHS = "a: &a [x, x, x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
MERGES = "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nc: {<<: [*b, *b]}\n"


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        MERGES,
        "[" * 200_000,
        "{a: " * 200_000,
        "- " * 5_000 + "x",
        "[" + "a," * (yaml_bounds.MAX_NODES + 1) + "]",
    ],
    ids=["aliases", "merges", "brackets", "braces", "dashes", "many"],
)
def test_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError) as refused:
        yaml_bounds.check(text)
    assert getattr(refused.value, "problem_mark", None) is not None


@pytest.mark.parametrize(
    "text", ["", "a: 1\nb: [x, {c: y}]\n", "[" * yaml_bounds.MAX_DEPTH + "]" * yaml_bounds.MAX_DEPTH]
)
def test_taken(text: str) -> None:
    yaml_bounds.check(text)

"""The vectors are enough, and every rule has its own."""

from kencho.policy.tests.rules.vectors import FOLDER, rows

RULES = {"fy", "val", "miss", "ach_spec", "ach_grid", "agg", "exp", "bud", "jdg", "stat", "rev", "bind"}


def test_at_least_500_vectors_over_all_rules() -> None:
    names = {path.stem for path in FOLDER.glob("*.yaml")}
    assert names >= RULES
    assert sum(len(rows(name)) for name in RULES) >= 500
    assert all(len(rows(name)) >= 30 for name in RULES)


def test_no_vector_is_written_twice() -> None:
    for name in RULES:
        texts = [repr(row) for row in rows(name)]
        assert len(texts) == len(set(texts)), name

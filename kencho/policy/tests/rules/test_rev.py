"""Rule REV: revisions and definition versions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.policy.rules import (
    DefinitionVersion,
    FieldChange,
    Revision,
    RuleError,
    SheetStage,
    Trigger,
    append,
    close_and_add,
    next_stage,
    versions_at,
)
from kencho.policy.tests.rules.vectors import Row, rows

CELL = "施策406 令和3年度"
START = datetime(2021, 6, 1, tzinfo=UTC)
DRAFT = Revision(
    1, SheetStage.DRAFT, Trigger.DRAFTED, "主査", START, "作成", (FieldChange("実績値", "", "100"),)
)


@pytest.mark.parametrize("row", rows("rev", "next"))
def test_stages(row: Row) -> None:
    stage = None if row["stage"] == "none" else SheetStage(row["stage"])
    trigger = Trigger(row["trigger"])
    if row["next"] != "refused":
        assert next_stage(stage, trigger, cell=CELL) == row["next"]
        return
    with pytest.raises(RuleError) as caught:
        next_stage(stage, trigger, cell=CELL)
    assert (caught.value.code, caught.value.cell) == ("trigger_not_allowed", CELL)
    word = "作成前" if stage is None else str(stage.text)
    assert caught.value.message == f"「{CELL}」は{word}の段階なので、「{trigger.text}」はできません。"


def versions_of(starts: list[int]) -> tuple[DefinitionVersion, ...]:
    versions: tuple[DefinitionVersion, ...] = ()
    for start in starts:
        versions = close_and_add(versions, start)
    return versions


@pytest.mark.parametrize("row", rows("rev", "starts"))
def test_definitions(row: Row) -> None:
    if "code" not in row:
        assert [entry.version for entry in versions_at(versions_of(row["starts"]), row["at"])] == row[
            "versions"
        ]
        return
    with pytest.raises(RuleError) as caught:
        versions_of(row["starts"])
    assert (caught.value.code, caught.value.cell) == (row["code"], str(row["starts"][-1]))
    assert str(row["starts"][-2]) in caught.value.message


def test_old_years_stay_under_the_old_definition() -> None:
    assert versions_of([2020, 2022]) == (DefinitionVersion(1, 2020, 2022), DefinitionVersion(2, 2022, None))


def add(
    history: tuple[Revision, ...],
    trigger: Trigger,
    *,
    who: str = " 課長 ",
    why: str = " 理由 ",
    when: datetime = START,
    changes: tuple[FieldChange, ...] = (),
) -> tuple[Revision, ...]:
    return append(history, trigger, who=who, when=when, why=why, changes=changes, cell=CELL)


def test_a_history_from_draft_to_correction() -> None:
    history = add((), Trigger.DRAFTED, changes=(FieldChange("実績値", "", "100"),))
    history = add(history, Trigger.CONFIRMED)
    later = START + timedelta(days=1)
    history = add(history, Trigger.ERRATUM, when=later, changes=(FieldChange("実績値", "100", "101"),))
    assert [(entry.number, entry.stage) for entry in history] == [
        (1, SheetStage.DRAFT),
        (2, SheetStage.CONFIRMED),
        (3, SheetStage.CORRECTED),
    ]
    assert history[-1] == Revision(
        3,
        SheetStage.CORRECTED,
        Trigger.ERRATUM,
        "課長",
        later,
        "理由",
        (FieldChange("実績値", "100", "101"),),
    )


CONFIRMED = add((DRAFT,), Trigger.CONFIRMED)


@pytest.mark.parametrize(
    ("trigger", "given_", "code", "cell"),
    [
        (Trigger.OWNER_MOVED, {"who": "　"}, "author_missing", CELL),
        (Trigger.OWNER_MOVED, {"why": " "}, "reason_missing", CELL),
        (Trigger.OWNER_MOVED, {}, "nothing_changed", CELL),
        (Trigger.ERRATUM, {}, "nothing_changed", CELL),
        (Trigger.CONFIRMED, {}, "trigger_not_allowed", CELL),
        (Trigger.OWNER_MOVED, {"when": START - timedelta(seconds=1)}, "revision_goes_back", CELL),
        (Trigger.ERRATUM, {"changes": (FieldChange("実績値", "100", "100"),)}, "nothing_changed", "実績値"),
        (Trigger.ERRATUM, {"changes": (FieldChange("実績値", "99", "101"),)}, "old_value_differs", "実績値"),
    ],
)
def test_revisions_that_are_refused(
    trigger: Trigger, given_: dict[str, object], code: str, cell: str
) -> None:
    with pytest.raises(RuleError) as caught:
        add(CONFIRMED, trigger, **given_)  # type: ignore[arg-type]  # the table mixes the types of the arguments
    assert (caught.value.code, caught.value.cell) == (code, cell)
    assert cell in caught.value.message


def test_a_field_that_was_never_written_may_have_any_old_value() -> None:
    history = add(
        CONFIRMED, Trigger.OWNER_MOVED, changes=(FieldChange("主担当部局", "総務部", "デジタル社会推進局"),)
    )
    assert history[-1].changes[0].new == "デジタル社会推進局"
    with pytest.raises(RuleError) as caught:
        add(history, Trigger.OWNER_MOVED, changes=(FieldChange("主担当部局", "総務部", "地域連携部"),))
    assert caught.value.code == "old_value_differs"


def test_a_draft_may_be_empty() -> None:
    assert add((), Trigger.DRAFTED)[0].changes == ()


@given(st.lists(st.sampled_from(list(Trigger)), max_size=8))
def test_what_was_written_stays(triggers: list[Trigger]) -> None:
    history: tuple[Revision, ...] = ()
    for count, trigger in enumerate(triggers):
        try:
            longer = add(history, trigger, changes=(FieldChange("実績値", str(count), str(count + 1)),))
        except RuleError:
            continue
        assert longer[:-1] == history
        assert longer[-1].number == len(longer)
        history = longer
    stages = [entry.stage for entry in history]
    assert stages == sorted(stages, key=list(SheetStage).index)

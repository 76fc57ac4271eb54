"""Questionnaires as data: reading, checking, comparing; and what may be answered."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kencho.surveys import demo
from kencho.surveys.definition import (
    Condition,
    Definition,
    Kind,
    Option,
    Question,
    UnreadableDefinition,
    checked,
    decode,
    difference,
    digest,
    encode,
    findings,
    from_plain,
    from_yaml,
    payload_size,
    to_yaml,
    visible_on,
)

YES_NO = (Option("yes", "はい"), Option("no", "いいえ"))
FIRST = Question("first", Kind.SINGLE, "満足ですか", options=YES_NO, positive=("yes",))
WHY = Question("why", Kind.TEXT, "なぜですか", page=2, when=Condition("first", ("no",)))
PLAIN = Definition("調べ", questions=(FIRST, WHY))


@pytest.mark.parametrize("file", sorted(demo.FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_seed_can_be_used(file: object) -> None:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]  # a path
    definition = from_plain(data["questionnaire"])
    assert findings(definition) == []
    assert from_yaml(to_yaml(definition)) == definition
    assert Definition.from_data(definition.as_data()) == definition


def test_the_seed_holds_the_question_of_the_main_indicator() -> None:
    data = yaml.safe_load((demo.FOLDER / "smart-government-staff-survey.yaml").read_text(encoding="utf-8"))
    question = from_plain(data["questionnaire"]).get("q_smart_progress_felt")
    assert question is not None
    assert question.positive == ("strongly_felt", "somewhat_felt")


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (replace(FIRST, code="Bad"), "英小文字で始め"),
        (replace(FIRST, text=" "), "設問の文を書いて"),
        (replace(FIRST, options=YES_NO[:1], positive=()), "二つ以上"),
        (replace(FIRST, positive=("maybe",)), "選択肢にありません"),
        (replace(FIRST, positive=("yes", "no")), "割合の意味がなくなります"),
        (replace(FIRST, kind=Kind.MULTI), "一つを選ぶ設問"),
        (replace(FIRST, options=(Option("yes", "はい"), Option("yes", "うん")), positive=()), "同じコード"),
        (replace(FIRST, options=(Option("yes", "はい"), Option("no", "はい")), positive=()), "同じもの"),
        (replace(WHY, code="first", when=None), "2問あります"),
        (replace(WHY, when=Condition("gone", ("no",))), "がありません"),
        (replace(WHY, page=1), "前のページ"),
        (replace(WHY, when=Condition("first", ("maybe",))), "もとの設問にありません"),
        (replace(WHY, options=YES_NO), "選択肢を置けません"),
        (replace(WHY, max_length=5000), "文字までにして"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(question: Question, says: str) -> None:
    messages = " ".join(each.message for each in findings(Definition("調べ", questions=(FIRST, question))))
    assert says in messages


def test_nothing_is_wrong_with_the_plain_one() -> None:
    assert findings(PLAIN) == []


def test_long_texts_together_would_not_fit_the_draft() -> None:
    more = tuple(replace(WHY, code=f"t{n}", when=None) for n in range(2))
    assert any("合わせて" in each.message for each in findings(Definition("調べ", questions=(FIRST, *more))))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "行目：YAML"),
        ("title: x", "questions"),
        ("title: x\nquestions: [1]", "1番目の設問の形"),
        ("title: x\nquestions: [{code: a, kind: single}]", "「text」がありません"),
        ("title: x\nquestions: [{code: a, kind: slider, text: t}]", "種類"),
        ("title: x\nquestions: [{code: a, kind: text, text: t, colour: red}]", "知らない項目「colour」"),
        ("title: x\nquestions: [{code: a, kind: text, text: t, page: two}]", "形が違います"),
        ("title: x\nquestions: [{code: a, kind: single, text: t, when: yes}]", "形が違います"),
        ("a: &a [x]\ntitle: *a\nquestions: []", "別名"),
        ("title: " + "x" * 200_001, "大きすぎます"),
    ],
)
def test_files_that_are_no_questionnaires_are_refused_with_the_place(text: str, says: str) -> None:
    with pytest.raises(UnreadableDefinition, match=says):
        from_yaml(text)


def test_versions_can_be_compared() -> None:
    new = replace(PLAIN, questions=(replace(FIRST, text="とても満足ですか"), WHY))
    lines = difference(PLAIN, new)
    assert "-  text: 満足ですか" in lines
    assert "+  text: とても満足ですか" in lines
    assert difference(PLAIN, PLAIN) == []
    assert digest(PLAIN) != digest(new)


class TestAnswers:
    """What counts of what was sent."""

    def test_conditions(self) -> None:
        assert [q.code for q in visible_on(PLAIN, {"first": ("yes",)})] == ["first"]
        assert [q.code for q in visible_on(PLAIN, {"first": ("no",)})] == ["first", "why"]
        assert [q.code for q in visible_on(PLAIN, {"first": ("no",)}, 2)] == ["why"]

    def test_answers_that_are_not_asked_are_dropped(self) -> None:
        assert checked(PLAIN, {"first": ("yes",), "why": ("なんとなく",), "more": ("x",)}) == (
            {"first": ("yes",)},
            [],
        )

    @pytest.mark.parametrize(
        "given",
        [{}, {"first": ("maybe",)}, {"first": ("yes", "no")}, {"first": ("no",), "why": ("あ" * 401,)}],
    )
    def test_what_cannot_be_taken(self, given: dict[str, tuple[str, ...]]) -> None:
        assert checked(PLAIN, given)[1]

    def test_the_order_of_ticking_is_not_kept(self) -> None:
        question = replace(FIRST, kind=Kind.MULTI, positive=())
        definition = Definition("調べ", questions=(question,))
        assert checked(definition, {"first": ("no", "yes")})[0] == {"first": ("yes", "no")}

    @given(st.text(max_size=400), st.sampled_from(["yes", "no"]))
    def test_every_ballot_fits_the_longest(self, text: str, first: str) -> None:
        answers, problems = checked(PLAIN, {"first": (first,), "why": (text,)})
        if not problems:
            data = encode(answers)
            assert len(data) <= payload_size(PLAIN)
            assert decode(data) == answers


@pytest.mark.parametrize("text", ["[" * 90_000, "title: 2021-99-99\n"], ids=["brackets", "no such day"])
def test_files_that_would_harm_their_reader(text: str) -> None:
    with pytest.raises(UnreadableDefinition):
        from_yaml(text)

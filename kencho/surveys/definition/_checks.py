"""What is wrong with a questionnaire, in sentences that its owner understands."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kencho.surveys.definition._parts import MAX_TEXT, MAX_TEXT_TOTAL, Definition, Kind, Question

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAX_QUESTIONS = 40
MAX_OPTIONS = 12
MAX_PAGES = 12
MAX_WORDS = 400
FEWEST_OPTIONS = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right; ``question`` is the code of the question, empty for the whole."""

    message: str
    question: str = ""


def findings(definition: Definition) -> list[Finding]:
    """Everything that must be put right before the questionnaire can be used; empty when it can."""
    return [*_of_whole(definition), *(each for q in definition.questions for each in _of(q, definition))]


def _of_whole(definition: Definition) -> Iterator[Finding]:
    if not definition.title.strip():
        yield Finding(_("題名を書いてください。"))
    if not definition.closed:
        yield Finding(_("選んで答える設問を、一つは置いてください。"))
    if len(definition.questions) > MAX_QUESTIONS:
        yield Finding(_("設問が多すぎます。%(limit)s問までにしてください。") % {"limit": MAX_QUESTIONS})
    for code, count in Counter(question.code for question in definition.questions).items():
        if count > 1:
            yield Finding(
                _("同じコード「%(code)s」の設問が%(n)s問あります。") % {"code": code, "n": count}, code
            )
    if sum(question.max_length for question in definition.texts) > MAX_TEXT_TOTAL:
        yield Finding(
            _(
                "自由記述は、全部合わせて%(limit)s文字までにしてください。途中の答えを端末に保存できるようにするためです。"
            )
            % {"limit": MAX_TEXT_TOTAL}
        )


def _of(question: Question, definition: Definition) -> Iterator[Finding]:
    said = [*_words(question), *_options(question), *_positive(question), *_condition(question, definition)]
    yield from (Finding(message, question.code) for message in said)


def _words(question: Question) -> Iterator[str]:
    if CODE.fullmatch(question.code) is None:
        yield _("設問のコードは、英小文字で始め、英小文字・数字・_ の40文字までにしてください。")
    if not question.text.strip():
        yield _("設問の文を書いてください。")
    if len(question.text) > MAX_WORDS or len(question.hint) > MAX_WORDS:
        yield _("設問の文と説明は、それぞれ%(limit)s文字までにしてください。") % {"limit": MAX_WORDS}
    if not 1 <= question.page <= MAX_PAGES:
        yield _("ページは1から%(limit)sまでにしてください。") % {"limit": MAX_PAGES}
    if question.is_text and not 1 <= question.max_length <= MAX_TEXT:
        yield _("自由記述の長さは、1文字から%(limit)s文字までにしてください。") % {"limit": MAX_TEXT}


def _options(question: Question) -> Iterator[str]:
    if question.is_text:
        if question.options:
            yield _("自由記述には、選択肢を置けません。")
        return
    if len(question.options) < FEWEST_OPTIONS:
        yield _("選択肢を二つ以上置いてください。")
    if len(question.options) > MAX_OPTIONS:
        yield _("選択肢が多すぎます。%(limit)sまでにしてください。") % {"limit": MAX_OPTIONS}
    if len(set(question.codes)) != len(question.codes):
        yield _("同じコードの選択肢があります。")
    labels = [option.label.strip() for option in question.options]
    if len(set(labels)) != len(labels) or not all(labels):
        yield _("選択肢の文が空か、同じものが二つあります。")
    if any(CODE.fullmatch(code) is None for code in question.codes):
        yield _("選択肢のコードは、英小文字で始め、英小文字・数字・_ の40文字までにしてください。")


def _positive(question: Question) -> Iterator[str]:
    if not question.positive:
        return
    if question.kind not in (Kind.SINGLE, Kind.SCALE):
        yield _("肯定的な選択肢は、一つを選ぶ設問か段階で答える設問だけに決められます。")
    elif unknown := set(question.positive) - set(question.codes):
        yield _("肯定的な選択肢「%(codes)s」が、選択肢にありません。") % {"codes": "、".join(sorted(unknown))}
    elif set(question.positive) == set(question.codes):
        yield _("すべての選択肢を肯定的とすると、割合の意味がなくなります。")


def _condition(question: Question, definition: Definition) -> Iterator[str]:
    if question.when is None:
        return
    asked = definition.get(question.when.question)
    if asked is None or asked.is_text or asked.code == question.code:
        yield _("表示する条件の設問「%(code)s」がありません。") % {"code": question.when.question}
        return
    if asked.page >= question.page:
        yield _("条件のもとになる設問（%(code)s）は、この設問より前のページに置いてください。") % {
            "code": asked.code
        }
    if not question.when.any_of or set(question.when.any_of) - set(asked.codes):
        yield _("表示する条件の選択肢が、もとの設問にありません。")

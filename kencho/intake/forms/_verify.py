"""The verify screen: each field with its picture's words, what may be chosen, and what the clerk says it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from kencho.foundation import wareki
from kencho.foundation.wareki import WarekiError
from kencho.intake import values, variants, words
from kencho.intake.engine.shapes import TICKED, Kind, Reason
from kencho.intake.engine.shapes import Field as Spec
from kencho.intake.models import FieldResult

MOST_CANDIDATES = 8
MOST_TEXT = 4_000
BLANK, TYPED = "blank", "typed"
DATES = frozenset({Kind.DATE, Kind.BIRTH_DATE})
WITH_SHAPES = frozenset({Kind.NAME, Kind.ORGANIZATION, Kind.ADDRESS, Kind.TEXT, Kind.TEXTAREA})
NUMERIC = frozenset(
    {Kind.POSTAL_CODE, Kind.TELEPHONE, Kind.MONEY, Kind.INTEGER, Kind.DIGITS, Kind.LEGAL_ENTITY_NUMBER}
)
State = FieldResult.State
BLIND = frozenset({State.AUDIT, State.SECOND})


@dataclass(frozen=True)
class Candidate:
    """One reading that can be taken by its number."""

    number: int
    text: str
    by: str
    note: str = ""


@dataclass(frozen=True)
class Option:
    """One box of a question with boxes."""

    value: str
    label: str
    is_chosen: bool


@dataclass
class Line:
    """One field of the screen. ``text`` stands in the input, ``picked`` is the number of a candidate or a word above."""

    result: FieldResult
    spec: Spec | None
    is_blind: bool
    candidates: tuple[Candidate, ...] = ()
    options: tuple[Option, ...] = ()
    text: str = ""
    picked: str = ""
    error: str = ""
    reasons: tuple[str, ...] = ()
    letters: list[variants.Letter] = field(default_factory=list)

    @property
    def pk(self) -> int:
        """Of the field."""
        return int(self.result.pk)

    @property
    def kind(self) -> Kind:
        """Of the field."""
        return Kind(self.result.kind)

    @property
    def is_required(self) -> bool:
        """Whether the procedure wants an answer."""
        return self.spec is not None and self.spec.is_required

    @property
    def is_date(self) -> bool:
        """Whether the helper of dates belongs to it."""
        return self.kind in DATES

    @property
    def is_long(self) -> bool:
        """Whether it is written on several lines."""
        return self.kind == Kind.TEXTAREA or (self.spec is not None and self.spec.lines > 1)

    @property
    def is_many(self) -> bool:
        """Whether several boxes may be ticked."""
        return self.kind in {Kind.CHOICES, Kind.CONSENT}

    @property
    def with_shapes(self) -> bool:
        """Whether the picker of variant kanji belongs to it."""
        return self.kind in WITH_SHAPES

    @property
    def inputmode(self) -> str:
        """The keyboard that a phone shows."""
        if self.kind == Kind.EMAIL:
            return "email"
        return "numeric" if self.kind in NUMERIC else ""

    @property
    def day(self) -> str:
        """The western date and the weekday of what stands in the input."""
        return day_text(self.text) if self.is_date else ""

    @property
    def is_done(self) -> bool:
        """Whether it needs nobody any more."""
        return self.result.state in {State.PASSED, State.VERIFIED}


def day_text(text: str) -> str:
    """令和8年11月24日 → 2026年11月24日（火）; empty when it is no date."""
    try:
        return shown_day(wareki.parse(text))
    except WarekiError:
        return ""


def shown_day(day: date) -> str:
    """A day with its weekday."""
    return _("%(year)d年%(month)d月%(day)d日（%(weekday)s）") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "weekday": WEEKDAYS_ABBR[day.weekday()],
    }


def line_of(result: FieldResult, spec: Spec | None) -> Line:
    """A field as it is first shown. Blind ones show nothing that was read or typed before."""
    kind = Kind(result.kind)
    is_blind = result.state in BLIND
    line = Line(result, spec, is_blind, error=result.message)
    if kind in TICKED:
        chosen = () if is_blind else _chosen(kind, _current(result))
        line.options = _options(line, chosen)
        line.reasons = () if is_blind else _reasons(result)
        return line
    if is_blind:
        return line
    line.reasons = _reasons(result)
    line.candidates = _candidates(result)
    current = None if result.state == State.THIRD else _current(result)
    line.text = values.shown(kind, current) if current is not None else ""
    if not line.text and result.is_blank:
        line.picked = BLANK
    elif not line.text and line.candidates and result.state != State.THIRD:
        line.text = line.candidates[0].text
    if line.text:
        line.picked = next((str(c.number) for c in line.candidates if c.text == line.text), TYPED)
    _find_letters(line)
    return line


def _find_letters(line: Line) -> None:
    line.letters = variants.choices_in(line.text) if line.with_shapes else []


def _current(result: FieldResult) -> Any:
    return result.final if result.state == State.VERIFIED else result.value


def _reasons(result: FieldResult) -> tuple[str, ...]:
    """Why somebody should look; that a check came out well is no reason to."""
    return tuple(str(words.reason(each)) for each in result.reasons if each != Reason.CROSS_CHECKED)


def _candidates(result: FieldResult) -> tuple[Candidate, ...]:
    """What the readers and the dictionaries say, each once, and only what can be an answer at all."""
    kind, found = Kind(result.kind), {}
    if result.state == State.THIRD:
        # Two people differ: the third look sees both entries, without whose they are, and what was read.
        for entry in (result.first_entry, result.second_entry):
            if entry is not None:
                found[values.shown(kind, entry)] = "entry"
    if result.value is not None:
        found.setdefault(values.shown(kind, result.value), "")
    for each in result.candidates:
        text = _as_answer(kind, str(each.get("text", "")))
        if text and text not in found:
            found[text] = str(each.get("by", ""))
    return tuple(
        Candidate(number, text, _reader(by), day_text(text) if kind in DATES else "")
        for number, (text, by) in enumerate(list(found.items())[:MOST_CANDIDATES], start=1)
    )


def _reader(by: str) -> str:
    """Who reads so, for the clerk: the name of a model means nothing at a desk."""
    if not by:
        return ""
    if by == "entry":
        return _("一人の入力")
    return _("辞書") if "dict" in by else _("別の読み方")


def _as_answer(kind: Kind, text: str) -> str:
    try:
        return values.shown(kind, values.read(kind, text))
    except values.NotReadable:
        return ""


def _chosen(kind: Kind, value: Any) -> tuple[str, ...]:
    if kind == Kind.CONSENT:
        return ("0",) if value else ()
    if isinstance(value, list):
        return tuple(map(str, value))
    return () if value is None else (str(value),)


def _options(line: Line, chosen: Iterable[str]) -> tuple[Option, ...]:
    kept = set(chosen)
    if line.kind == Kind.CONSENT:
        return (Option("0", _("印がある"), "0" in kept),)
    known = line.spec.options if line.spec else ()
    return tuple(Option(value, label, value in kept) for value, label in known)


class VerifyForm:
    """The lines of a sheet and what was posted for them. ``values`` holds only what could be read."""

    def __init__(
        self,
        results: Sequence[FieldResult],
        specs: Mapping[str, Spec],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.lines = [line_of(each, specs.get(each.key)) for each in results]
        self.values: dict[int, Any] = {}
        if data is not None:
            for line in self.lines:
                self._take(line, data)

    @property
    def is_valid(self) -> bool:
        """Whether every line has a value."""
        return not self.errors

    @property
    def errors(self) -> list[tuple[Line, str]]:
        """The lines that cannot be taken."""
        return [(line, line.error) for line in self.lines if line.error]

    def line(self, pk: int) -> Line | None:
        """The line of a field."""
        return next((line for line in self.lines if line.pk == pk), None)

    def _take(self, line: Line, data: Mapping[str, Any]) -> None:
        line.error = ""
        if line.kind in TICKED:
            self._take_ticks(line, data)
            return
        line.picked = str(data.get(f"pick-{line.pk}", ""))
        # Texts longer than any field are cut: they are no reading of a box.
        typed = str(data.get(f"text-{line.pk}", ""))[:MOST_TEXT].strip()
        candidate = next((c for c in line.candidates if str(c.number) == line.picked), None)
        if line.picked == BLANK:
            line.text = ""
            self.values[line.pk] = None
            return
        line.text = candidate.text if candidate else typed
        _find_letters(line)
        if not line.text:
            line.error = _("値を入れるか、「空欄」を選んでください。")
            return
        try:
            self.values[line.pk] = values.read(line.kind, line.text)
        except values.NotReadable as wrong:
            line.error = str(wrong)

    def _take_ticks(self, line: Line, data: Mapping[str, Any]) -> None:
        getlist = getattr(data, "getlist", None)
        name = f"option-{line.pk}"
        sent: list[str] = getlist(name) if getlist else list(data.get(name, ()))
        if BLANK in sent:
            sent = []
        elif not sent and line.kind == Kind.CHOICE:
            line.error = _("どれか一つを選んでください。印がなければ「印がない」を選んでください。")
            return
        known = {option.value for option in line.options}
        chosen = [each for each in sent if each in known]
        line.options = _options(line, chosen)
        if line.kind == Kind.CONSENT:
            self.values[line.pk] = bool(chosen) or None
        elif line.kind == Kind.CHOICE:
            self.values[line.pk] = chosen[0] if chosen else None
        else:
            self.values[line.pk] = chosen or None

    def swap(self, command: str) -> None:
        """``pk:index:shape``: put another shape of a letter into a text, without confirming anything."""
        pk, _colon, rest = command.partition(":")
        index, _colon, shape = rest.partition(":")
        line = self.line(int(pk)) if pk.isdecimal() else None
        if line is None or not index.isdecimal():
            return
        line.text = variants.replaced(line.text, int(index), shape)
        line.picked = next((str(c.number) for c in line.candidates if c.text == line.text), TYPED)
        _find_letters(line)

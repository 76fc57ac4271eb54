"""Rules in and out of YAML. What is wrong is listed with the place of the value, nothing is guessed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.foundation import yaml_bounds
from kencho.workplace.telework_rules._model import (
    KINDS,
    PLACES,
    SPANS,
    Approval,
    Eligibility,
    Limits,
    Notice,
    Records,
    Reporting,
    Rule,
    Selection,
)

P = TypeVar("P")
SCHEMA: Final = "kencho.telework-rule/1"
MAX_TEXT: Final = 2000
MAX_FILE: Final = 100_000
WEEK_DAYS, MONTH_DAYS, DAY_HOURS, MOST_NOTICE, MOST_MONTHS = 7, 31, 24, 60, 600
_PARTS: Final = (
    "kinds",
    "spans",
    "places",
    "eligibility",
    "limits",
    "notice",
    "approval",
    "reporting",
    "records",
)
_TEXTS: Final = ("title", "body", "source", "remarks")
_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """What is wrong with one value; ``place`` is its path in the file, as in ``limits.days_per_week``."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}：{self.message}" if self.place else self.message


class UnreadableRule(Exception):
    """The data is no rule; ``problems`` says why, all at once."""

    def __init__(self, problems: tuple[RuleProblem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def read_rule(source: str | Mapping[str, Any]) -> Rule:
    """A rule from YAML text or from data. Raises UnreadableRule."""
    data = _loaded(source) if isinstance(source, str) else source
    reader = _Reader(data)
    rule = reader.rule()
    if reader.problems or rule is None:
        raise UnreadableRule(tuple(reader.problems))
    return rule


def _loaded(text: str) -> Mapping[str, Any]:
    if len(text) > MAX_FILE:
        raise UnreadableRule((RuleProblem("", str(_("ファイルが大きすぎます。"))),))
    try:
        yaml_bounds.check(text, _TextLoader)
        data = yaml.load(text, Loader=_TextLoader)  # noqa: S506  # derived from SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{mark.line + 1}行目" if mark else ""
        raise UnreadableRule((RuleProblem(place, str(_("YAMLとして読めません。"))),)) from error
    if not isinstance(data, dict):
        raise UnreadableRule((RuleProblem("", str(_("項目と値の組になっていません。"))),))
    return data


class _TextLoader(yaml.SafeLoader):
    """Plain YAML whose dates, times and codes stay text: 8:30 is a time here, not a number to the base of sixty."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that is given twice, of which YAML would silently keep the last."""
        keys = [key.value for key, _value in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, str(twice), node.start_mark)
        return super().construct_mapping(node, deep)


_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Reader:
    """Takes value after value and keeps what is wrong."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self.problems: list[RuleProblem] = []
        self._used: dict[str, set[str]] = {}

    def wrong(self, place: str, message: str | Promise) -> None:
        """Note a problem."""
        self.problems.append(RuleProblem(place, str(message)))

    def rule(self) -> Rule | None:
        """The rule, or None when something is wrong."""
        if self._data.get("schema") != SCHEMA:
            self.wrong("schema", _("「%(schema)s」と書いてください。") % {"schema": SCHEMA})
        known = {"schema", "in_force_from", "unverified", *_TEXTS, *_PARTS}
        for key in self._data:
            if key not in known:
                self.wrong(str(key), _("知らない項目です。"))
        for part in _PARTS:
            if not isinstance(self._data.get(part), dict):
                self.wrong(part, _("この項目がありません。"))
        if self.problems:
            return None
        made = self._made()
        self._unknown_keys()
        self._contradictions(made)
        return None if self.problems else made

    def _made(self) -> Rule:
        title = self._top("title")
        if not title:
            self.wrong("title", _("名称を書いてください。"))
        unverified = self._data.get("unverified") or []
        if not isinstance(unverified, list) or not set(unverified) <= set(_PARTS):
            self.wrong("unverified", _("条番号を確かめていない項目の名前を並べてください。"))
            unverified = []
        return Rule(
            title=title,
            body=self._top("body"),
            source=self._top("source"),
            remarks=self._top("remarks"),
            unverified=tuple(unverified),
            in_force_from=self._date("in_force_from", self._data.get("in_force_from")),
            kinds=self._selection("kinds", KINDS),
            spans=self._selection("spans", SPANS),
            places=self._selection("places", tuple(PLACES)),
            eligibility=self._eligibility(),
            limits=self._limits(),
            notice=self._notice(),
            approval=self._approval(),
            reporting=self._reporting(),
            records=self._records(),
        )

    def _top(self, key: str) -> str:
        return self._text(key, self._data.get(key))

    def _take(self, part: str, key: str) -> Any:
        self._used.setdefault(part, set()).add(key)
        return self._data[part].get(key, _MISSING)

    def _text(self, place: str, value: Any) -> str:
        if value is None or value is _MISSING:
            return ""
        if not isinstance(value, (str, int)) or isinstance(value, bool) or len(str(value)) > MAX_TEXT:
            self.wrong(place, _("文字で書いてください。"))
            return ""
        return str(value).strip()

    def _article(self, part: str, key: str = "article", *, needed: bool = True) -> str:
        found = self._text(f"{part}.{key}", self._take(part, key))
        if needed and not found:
            self.wrong(f"{part}.{key}", _("根拠の条を書いてください。"))
        return found

    def _words(self, part: str, key: str) -> tuple[str, ...]:
        value = self._take(part, key)
        if value is None or value is _MISSING:
            return ()
        if not isinstance(value, list):
            self.wrong(f"{part}.{key}", _("[ ] の中に並べてください。"))
            return ()
        return tuple(self._text(f"{part}.{key}[{n}]", each) for n, each in enumerate(value))

    def _selection(self, part: str, known: tuple[str, ...]) -> Selection:
        allowed = self._words(part, "allowed")
        if not allowed:
            self.wrong(f"{part}.allowed", _("一つ以上並べてください。"))
        for word in allowed:
            if word not in known:
                self.wrong(
                    f"{part}.allowed",
                    _("「%(word)s」は使えません。使えるもの：%(known)s")
                    % {"word": word, "known": "、".join(known)},
                )
        return Selection(self._article(part), tuple(each for each in known if each in allowed))

    def _number(self, part: str, key: str, default: int, most: int) -> int:
        value = self._take(part, key)
        if value is _MISSING or value is None:
            return default
        text = str(value)
        if not (text.isascii() and text.isdecimal() and int(text) <= most):
            self.wrong(f"{part}.{key}", _("0から%(most)dまでの整数で書いてください。") % {"most": most})
            return default
        return int(text)

    def _days(self, part: str, key: str, most: int) -> Decimal | None:
        value = self._take(part, key)
        if value is _MISSING or value is None:
            return None
        try:
            days = Decimal(str(value))
        except InvalidOperation:
            days = Decimal(-1)
        if not days.is_finite() or not 0 < days <= most or days * 2 != int(days * 2):
            self.wrong(
                f"{part}.{key}", _("0.5日きざみで、%(most)d日までの日数を書いてください。") % {"most": most}
            )
            return None
        return days

    def _date(self, place: str, value: Any) -> date:
        return self._parsed(
            place, value, date.fromisoformat, date.min, _("2025-04-01 の形で書いてください。")
        )

    def _time(self, part: str, key: str, default: time) -> time:
        value = self._take(part, key)
        if value is _MISSING or value is None:
            return default
        message = _("08:30 の形で書いてください。")
        return self._parsed(f"{part}.{key}", value, time.fromisoformat, default, message)

    def _parsed(
        self, place: str, value: Any, parse: Callable[[str], P], default: P, message: str | Promise
    ) -> P:
        try:
            return parse(str(value))
        except ValueError:
            self.wrong(place, message)
            return default

    def _eligibility(self) -> Eligibility:
        part = "eligibility"
        return Eligibility(
            article=self._article(part),
            posts=self._words(part, "posts"),
            excluded_posts=self._words(part, "excluded_posts"),
            excluded_divisions=self._words(part, "excluded_divisions"),
            exception_article=self._article(part, "exception_article", needed=False),
        )

    def _limits(self) -> Limits:
        part = "limits"
        return Limits(
            article=self._article(part),
            days_per_week=self._days(part, "days_per_week", WEEK_DAYS),
            days_per_month=self._days(part, "days_per_month", MONTH_DAYS),
            office_days_per_week=self._number(part, "office_days_per_week", 0, WEEK_DAYS),
            exception_article=self._article(part, "exception_article", needed=False),
        )

    def _notice(self) -> Notice:
        return Notice(
            article=self._article("notice"),
            business_days=self._number("notice", "business_days", 0, MOST_NOTICE),
            exception_article=self._article("notice", "exception_article", needed=False),
        )

    def _approval(self) -> Approval:
        part = "approval"
        substitutes = self._words(part, "substitutes")
        article = self._article(part, "substitute_article", needed=bool(substitutes))
        return Approval(self._article(part), substitutes, article)

    def _reporting(self) -> Reporting:
        part = "reporting"
        return Reporting(
            article=self._article(part),
            earliest=self._time(part, "earliest", time(0, 0)),
            longest_hours=self._number(part, "longest_hours", 12, DAY_HOURS),
            without_plan_article=self._article(part, "without_plan_article", needed=False),
        )

    def _records(self) -> Records:
        part = "records"
        return Records(
            self._article(part), self._number(part, "months", 12, MOST_MONTHS), self._words(part, "keepers")
        )

    def _unknown_keys(self) -> None:
        for part in _PARTS:
            for key in self._data[part]:
                if key not in self._used.get(part, set()):
                    self.wrong(f"{part}.{key}", _("知らない項目です。"))

    def _contradictions(self, rule: Rule) -> None:
        for kind in rule.kinds.allowed:
            if not rule.places_of(kind):
                self.wrong("places.allowed", _("「%(kind)s」の場所がありません。") % {"kind": kind})
        for place in rule.places.allowed:
            if PLACES[place] not in rule.kinds.allowed:
                self.wrong("places.allowed", _("「%(place)s」に合う働き方がありません。") % {"place": place})
        if rule.reporting.longest_hours < 1:
            self.wrong("reporting.longest_hours", _("1時間以上にしてください。"))
        if rule.records.months < 1:
            self.wrong("records.months", _("1か月以上にしてください。"))


def as_data(rule: Rule) -> dict[str, Any]:
    """The rule as plain values, the form in which it is stored and written."""
    found: dict[str, Any] = {"schema": SCHEMA, "title": rule.title, "body": rule.body}
    found |= {"source": rule.source, "remarks": rule.remarks, "unverified": list(rule.unverified)}
    found["in_force_from"] = rule.in_force_from.isoformat()
    for part in _PARTS:
        value = getattr(rule, part)
        found[part] = {name: _plain(getattr(value, name)) for name in type(value).__dataclass_fields__}
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def write_rule(rule: Rule) -> str:
    """The rule as YAML; reading it again gives an equal rule."""
    return yaml.safe_dump(as_data(rule), allow_unicode=True, sort_keys=False, width=100)

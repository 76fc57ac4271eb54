"""One application as the desk reads it: answers with what an amendment changed, papers, steps, the clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kencho.applications import queries
from kencho.applications.documents import printed_size
from kencho.applications.models import OPEN, AmendmentRequest, Application, ApplicationDocument, Status
from kencho.applications.status import kind_of
from kencho.foundation import clock, wareki
from kencho.foundation.business_days import ProcessingClock
from kencho.foundation.ui import Kind, TimelineEntry
from kencho.foundation.ui import Status as Shown
from kencho.procedures.definition import Compiled

DUE_SOON_DAYS = queries.DUE_SOON_DAYS
RUNNING = OPEN - {Status.AWAITING_AMENDMENT}
VIEWABLE = frozenset({"pdf", "png", "jpeg", "gif", "webp"})

# What happened, in the words of the office.
_VERBS = {
    "submit": gettext_lazy("到達"),
    "accept": gettext_lazy("受付した"),
    "review": gettext_lazy("審査を始めた"),
    "request_amendment": gettext_lazy("補正を求めた"),
    "amend": gettext_lazy("補正された"),
    "transfer": gettext_lazy("移送した"),
    "submit_for_approval": gettext_lazy("決裁に回した"),
    "take_back_from_approval": gettext_lazy("決裁から戻った"),
    "decide": gettext_lazy("決定した"),
    "issue": gettext_lazy("通知書を施行した"),
    "complete": gettext_lazy("完了とした"),
    "withdraw": gettext_lazy("取り下げられた"),
    "refuse": gettext_lazy("不受理とした"),
}


@dataclass(frozen=True)
class AnswerLine:
    """One question with its answer; ``before`` is what stood there before an amendment."""

    item_id: str
    label: str
    text: str
    before: str = ""
    is_sensitive: bool = False
    is_asked: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether an amendment changed the answer."""
        return bool(self.before)


@dataclass(frozen=True)
class AnswerSection:
    """The answers of one page of the form."""

    title: str
    lines: tuple[AnswerLine, ...]


def answers_of(
    application: Application, plan: Compiled, requests: Sequence[AmendmentRequest]
) -> list[AnswerSection]:
    """The answers with the text before the first amendment beside each that was changed."""
    day = clock.day_of(application.arrived_at)
    old = {
        line.item_id: line.text
        for section in plan.sections(_before(application, requests), on=day)
        for line in section.lines
    }
    changed = {item.item_id for request in requests if request.answered_at for item in request.items.all()}
    asked = {item.item_id for request in requests if not request.answered_at for item in request.items.all()}
    return [
        AnswerSection(
            section.title,
            tuple(
                AnswerLine(
                    line.item_id,
                    line.label,
                    line.text,
                    before=_was(line.item_id, line.text, old, changed),
                    is_sensitive=line.sensitive,
                    is_asked=_top(line.item_id) in asked,
                )
                for line in section.lines
            ),
        )
        for section in plan.sections(application.answers, on=day)
    ]


def _top(item_id: str) -> str:
    return item_id.partition(".")[0]


def _was(item_id: str, text: str, old: Mapping[str, str], changed: set[str]) -> str:
    if _top(item_id) not in changed or old.get(item_id) == text:
        return ""
    return old.get(item_id) or _("（記入なし）")


def _before(application: Application, requests: Sequence[AmendmentRequest]) -> dict[str, Any]:
    """The answers as they first arrived."""
    old = dict(application.answers)
    for request in sorted(requests, key=lambda each: each.requested_at, reverse=True):
        if request.answered_at is None:
            continue
        for item in request.items.all():
            if item.before is None:
                old.pop(item.item_id, None)
            else:
                old[item.item_id] = item.before
    return old


def amendable_lines(application: Application, plan: Compiled) -> list[AnswerLine]:
    """The questions at which something can be asked for: groups as a whole."""
    found: dict[str, AnswerLine] = {}
    for section in plan.sections(application.answers, on=clock.day_of(application.arrived_at)):
        for line in section.lines:
            top = _top(line.item_id)
            label = plan.item(top).label_text()
            if top in found:
                found[top] = AnswerLine(top, label, f"{found[top].text}\n{line.label}：{line.text}")
            else:
                text = line.text if top == line.item_id else f"{line.label}：{line.text}"
                found[top] = AnswerLine(top, label, text)
    return list(found.values())


@dataclass(frozen=True)
class Paper:
    """A document that was handed in, as the desk may see it: the sanitised copy."""

    id: int
    label: str
    name: str
    kind: str
    size: str
    pages: int | None
    url: str
    added_at: datetime
    removed: tuple[str, ...]

    @property
    def is_picture(self) -> bool:
        """Whether it can stand on the page as a picture."""
        return self.kind in VIEWABLE - {"pdf"}


# What the sanitiser left behind, grouped as it matters to whoever reads the copy.
_REMOVED = {
    "javascript": gettext_lazy("自動で動くプログラム"),
    "open_action": gettext_lazy("自動で動くプログラム"),
    "additional_actions": gettext_lazy("自動で動くプログラム"),
    "launch": gettext_lazy("自動で動くプログラム"),
    "macro": gettext_lazy("自動で動くプログラム"),
    "active_control": gettext_lazy("自動で動くプログラム"),
    "link": gettext_lazy("外へのリンク"),
    "remote_target": gettext_lazy("外へのリンク"),
    "external_target": gettext_lazy("外へのリンク"),
    "template_link": gettext_lazy("外へのリンク"),
    "data_connection": gettext_lazy("外へのリンク"),
    "form": gettext_lazy("入力欄"),
    "form_action": gettext_lazy("入力欄"),
    "xfa": gettext_lazy("入力欄"),
    "embedded_file": gettext_lazy("埋め込まれたファイル"),
    "ole_object": gettext_lazy("埋め込まれたファイル"),
    "rich_media": gettext_lazy("動画や音声"),
    "media": gettext_lazy("動画や音声"),
    "animation": gettext_lazy("動き"),
    "annotation": gettext_lazy("注釈"),
    "signature": gettext_lazy("電子署名"),
    "encryption": gettext_lazy("暗号化"),
    "metadata": gettext_lazy("作成者などの付随情報"),
    "formula": gettext_lazy("数式"),
    "field": gettext_lazy("自動の差込み"),
    "picture": gettext_lazy("確かめられない画像"),
    "font": gettext_lazy("確かめられない書体"),
}


def papers_of(
    application: Application, documents: Sequence[ApplicationDocument], plan: Compiled
) -> list[Paper]:
    """The documents in the order in which they were handed in."""
    labels = {item.id: item.label_text() for item in plan.definition.items()}
    labels[ApplicationDocument.SCAN] = _("紙の原本")
    return list(_papers(application, documents, labels))


def _papers(
    application: Application, documents: Sequence[ApplicationDocument], labels: Mapping[str, str]
) -> Iterator[Paper]:
    for document in documents:
        clean = document.upload.clean_copy
        if clean is not None:
            words = (str(_REMOVED.get(code, _("表示に関わらない部品"))) for code in document.upload.removed)
            yield Paper(
                id=document.pk,
                label=labels.get(document.item_id.rpartition(".")[2], ""),
                name=document.upload.name,
                kind=clean.kind,
                size=printed_size(clean.size),
                pages=document.upload.pages,
                url=reverse("applications:document", args=[application.pk, document.pk]),
                added_at=document.added_at,
                removed=tuple(dict.fromkeys(words)),
            )


def timeline_of(application: Application) -> list[TimelineEntry]:
    """Every step, the inner ones too, the latest first."""
    applicant = _("申請者")
    return [
        TimelineEntry(
            _VERBS.get(change.verb, change.verb),
            change.at,
            by=change.by_name or ("" if change.by_staff else applicant),
            body=change.note,
            kind=kind_of(change.status),
        )
        for change in reversed(list(application.changes.all()))
    ]


@dataclass(frozen=True)
class Clock:
    """Where the standard processing period stands on a day, in words and as a share."""

    sentence: str
    elapsed: int
    total: int
    status: Shown
    note: str = ""

    @property
    def shown(self) -> int:
        """Days for the meter, which is full when the period is over."""
        return min(self.elapsed, self.total)


def clock_of(application: Application, plan: Compiled, at: datetime) -> Clock | None:
    """The clock of the standard processing period; None where the procedure has none."""
    period = plan.definition.standard_processing_period
    calendar = queries.calendar_of(application.body_id, at)
    pauses = [
        (clock.day_of(each.paused_at), clock.day_of(each.resumed_at) if each.resumed_at else None)
        for each in application.pauses.all()
    ]
    running = queries.processing_clock(
        plan.definition, calendar, clock.day_of(application.arrived_at), pauses
    )
    if period is None or running is None:
        return None
    ended = application.decided_at or application.closed_at
    today = clock.day_of(ended or at)
    elapsed = running.elapsed_days(today)
    return Clock(
        sentence=_sentence(running, elapsed, ended=ended is not None),
        elapsed=elapsed,
        total=running.period,
        status=_clock_status(application, running, today, ended=ended is not None),
        note=period.note,
    )


def _sentence(running: ProcessingClock, elapsed: int, *, ended: bool) -> str:
    unit = _("開庁日で") if running.count == "business" else ""
    words = {"unit": unit, "total": running.period, "elapsed": elapsed}
    if ended:
        return _("標準処理期間 %(unit)s%(total)d日のところ、%(elapsed)d日で終わりました。") % words
    due_on = running.due_on
    if due_on is None:
        return (
            _("標準処理期間 %(unit)s%(total)d日のうち %(elapsed)d日経過。補正を待つ間は数えません。") % words
        )
    words["due"] = wareki.format(due_on)
    return _("標準処理期間 %(unit)s%(total)d日のうち %(elapsed)d日経過、満了 %(due)s") % words


def _clock_status(application: Application, running: ProcessingClock, today: date, *, ended: bool) -> Shown:
    if ended:
        late = running.elapsed_days(today) > running.period
        return Shown(_("期間を超えて終了"), Kind.WARNING) if late else Shown(_("期間内に終了"), Kind.SUCCESS)
    if running.is_paused(today) or application.status == Status.AWAITING_AMENDMENT:
        return Shown(_("停止中"), Kind.NEUTRAL)
    left = running.remaining(today)
    if left < 0:
        return Shown(_("%(n)d日超過") % {"n": -left}, Kind.DANGER)
    if left <= DUE_SOON_DAYS:
        return Shown(_("あと%(n)d日") % {"n": left}, Kind.WARNING)
    return Shown(_("あと%(n)d日") % {"n": left}, Kind.INFO)


def due_tag(status: str, due_on: date | None, today: date, soon: date) -> Shown | None:
    """The mark of a row of the inbox: 超過, まもなく, or nothing."""
    if due_on is None or status not in RUNNING:
        return None
    if due_on < today:
        return Shown(_("超過"), Kind.DANGER)
    return Shown(_("まもなく"), Kind.WARNING) if due_on < soon else None

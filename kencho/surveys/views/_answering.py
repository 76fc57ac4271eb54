"""Answering: the list of surveys, the questionnaire page by page, the receipt.

Nothing of an unfinished answer is stored here: it travels in an encrypted cookie that only its writer's sign-in opens.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.surveys import permissions, queries, services
from kencho.surveys.anonymity import new_receipt, pack, unpack
from kencho.surveys.definition import Answers, Definition, Question, checked, visible_on
from kencho.surveys.forms import AnswerPage
from kencho.surveys.models import Cycle
from kencho.surveys.services import Reason, UnableToAnswer
from kencho.surveys.views._common import crumbs, cycle_or_404

THANKS_SECONDS = 600


@dataclass
class Draft:
    """What the cookie holds: the receipt that the ballot will have, and the answers so far."""

    receipt: str
    answers: Answers = field(default_factory=dict)
    is_sent: bool = False

    def as_data(self) -> dict[str, Any]:
        """Plain values."""
        return {"r": self.receipt, "a": self.answers, "s": self.is_sent}


def _cookie(cycle: Cycle) -> str:
    return f"survey-{cycle.key.hex[:12]}"


def _path(cycle: Cycle) -> str:
    return reverse("surveys:survey_answer", args=[cycle.key]).removesuffix("answer/")


def _draft(request: StaffRequest, cycle: Cycle, token: bytes) -> Draft:
    found = unpack(request.COOKIES.get(_cookie(cycle), ""), token)
    if found is None:
        return Draft(new_receipt())
    answers = {str(code): tuple(map(str, values)) for code, values in found.get("a", {}).items()}
    return Draft(str(found.get("r", "")), answers, bool(found.get("s")))


def _keep(response: HttpResponse, cycle: Cycle, token: bytes, draft: Draft) -> HttpResponse:
    remaining = int((cycle.closes_at - clock.now()).total_seconds())
    response.set_cookie(
        _cookie(cycle),
        pack(draft.as_data(), token),
        max_age=THANKS_SECONDS if draft.is_sent else max(remaining, 1),
        path=_path(cycle),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@staff_page("surveys.any_staff")
@require_safe
def survey_list(request: StaffRequest) -> HttpResponse:
    """Surveys to answer now, and those whose results may be read."""
    desk, at = request.desk, clock.now()
    asked = []
    for cycle in queries.cycles_open(desk.body, at):
        try:
            token = services.token_for(cycle=cycle, staff=desk.staff)
            asked.append((cycle, services.may_answer(cycle=cycle, token=token)))
        except UnableToAnswer:
            continue
    cycles = [each for each in queries.cycles_of(desk.body) if permissions.may_read_results(desk, each)]
    context = {
        "asked": asked,
        "cycles": cycles,
        "may_manage": permissions.may_manage(desk),
        "breadcrumbs": [Crumb(_("職員アンケート"))],
    }
    return render(request, "surveys/survey_list.html", context)


@staff_page("surveys.any_staff")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def survey_answer(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """A page of the questionnaire."""
    cycle = cycle_or_404(request, key)
    try:
        token = services.token_for(cycle=cycle, staff=request.desk.staff)
        is_free = services.may_answer(cycle=cycle, token=token)
    except UnableToAnswer as refusal:
        return _refused(request, cycle, refusal)
    draft = _draft(request, cycle, token)
    if not is_free and not draft.is_sent and request.POST.get("go") != "send":
        return _refused(request, cycle, UnableToAnswer(Reason.ALREADY_ANSWERED))
    definition = cycle.questionnaire.definition
    if draft.is_sent:
        return redirect("surveys:survey_thanks", cycle.key)
    page = _page_number(request, definition, draft)
    if request.method == "POST":
        return _posted(request, cycle, token, draft, page)
    form = AnswerPage(visible_on(definition, draft.answers, page), initial=_initial(definition, draft))
    return _keep(_shown(request, cycle, form, draft, page), cycle, token, draft)


def _refused(request: StaffRequest, cycle: Cycle, refusal: UnableToAnswer) -> HttpResponse:
    context = {
        "cycle": cycle,
        "refusal": refusal.message,
        "is_answered": refusal.reason == Reason.ALREADY_ANSWERED,
        "breadcrumbs": crumbs(Crumb(cycle.title)),
    }
    status = 403 if refusal.reason == Reason.NOT_ELIGIBLE else 200
    return render(request, "surveys/survey_refused.html", context, status=status)


def _pages(definition: Definition, draft: Draft) -> list[int]:
    """The pages that this person sees, given the answers so far."""
    return sorted({question.page for question in visible_on(definition, draft.answers)})


def _page_number(request: StaffRequest, definition: Definition, draft: Draft) -> int:
    pages = _pages(definition, draft)
    asked = request.GET.get("page", "")
    # Python refuses to read numbers of thousands of digits.
    if asked.isdecimal() and len(asked) < 4 and int(asked) in pages:
        return int(asked)
    # Resumed: the first page on which something is still missing.
    missing = [problem.question for problem in checked(definition, draft.answers)[1]]
    waiting = [q.page for q in definition.questions if q.code in missing]
    return min(waiting, default=pages[-1]) if draft.answers else pages[0]


def _initial(definition: Definition, draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in definition.questions:
        if chosen := draft.answers.get(question.code):
            found[question.code] = list(chosen) if question.kind == "multi" else chosen[0]
    return found


def _shown(request: StaffRequest, cycle: Cycle, form: AnswerPage, draft: Draft, page: int) -> HttpResponse:
    definition = cycle.questionnaire.definition
    pages = _pages(definition, draft)
    place = pages.index(page)
    context = {
        "cycle": cycle,
        "definition": definition,
        "form": form,
        "page": page,
        "is_first": place == 0,
        # An answer may still bring up a further page; then sending goes on to it.
        "is_last": place == len(pages) - 1,
        "number": place + 1,
        "total": len(pages),
        "percent": place * 100 // len(pages),
        "breadcrumbs": crumbs(Crumb(cycle.title)),
    }
    return render(request, "surveys/survey_answer.html", context, status=422 if form.errors else 200)


def _posted(request: StaffRequest, cycle: Cycle, token: bytes, draft: Draft, page: int) -> HttpResponse:
    definition = cycle.questionnaire.definition
    questions = visible_on(definition, draft.answers, page)
    form = AnswerPage(questions, request.POST)
    _take(draft, questions, request)
    go = request.POST.get("go", "next")
    if go == "back":
        earlier = [each for each in _pages(definition, draft) if each < page]
        return _keep(_to(cycle, max(earlier, default=page)), cycle, token, draft)
    if go == "save":
        messages.success(request, _("途中までの答えを、この端末に保存しました。締切までに続けてください。"))
        return _keep(redirect("surveys:survey_list"), cycle, token, draft)
    if not form.is_valid():
        return _keep(_shown(request, cycle, form, draft, page), cycle, token, draft)
    later = [each for each in _pages(definition, draft) if each > page]
    if later:
        return _keep(_to(cycle, later[0]), cycle, token, draft)
    return _send(request, cycle, token, draft, form, page)


def _take(draft: Draft, questions: list[Question], request: StaffRequest) -> None:
    for question in questions:
        given = tuple(value for value in request.POST.getlist(question.code) if value.strip())
        draft.answers.pop(question.code, None)
        if given:
            draft.answers[question.code] = given


def _to(cycle: Cycle, page: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('surveys:survey_answer', args=[cycle.key])}?page={page}")


def _send(
    request: StaffRequest, cycle: Cycle, token: bytes, draft: Draft, form: AnswerPage, page: int
) -> HttpResponse:
    try:
        services.answer(
            cycle=cycle, token=token, receipt=draft.receipt, answers=draft.answers, at=clock.now()
        )
    except UnableToAnswer as refusal:
        if refusal.reason != Reason.BAD_ANSWERS:
            return _refused(request, cycle, refusal)
        # Something on an earlier page is missing, perhaps because an answer before it was changed.
        problems = checked(cycle.questionnaire.definition, draft.answers)[1]
        first = min(
            q.page for q in cycle.questionnaire.definition.questions if q.code == problems[0].question
        )
        return _keep(_to(cycle, first), cycle, token, draft)
    thanks = redirect("surveys:survey_thanks", cycle.key)
    return _keep(thanks, cycle, token, Draft(draft.receipt, is_sent=True))


@staff_page("surveys.any_staff")
@never_cache
@require_safe
def survey_thanks(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """The receipt, for ten minutes and on this device only."""
    cycle = cycle_or_404(request, key)
    receipt = ""
    if cycle.is_open:
        token = services.token_for(cycle=cycle, staff=request.desk.staff)
        draft = _draft(request, cycle, token)
        receipt = draft.receipt if draft.is_sent else ""
    context = {"cycle": cycle, "receipt": receipt, "breadcrumbs": crumbs(Crumb(cycle.title))}
    return render(request, "surveys/survey_thanks.html", context)

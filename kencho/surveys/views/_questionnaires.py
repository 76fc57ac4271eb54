"""The editor of questionnaires: the whole, one question, order, YAML in and out, difference to the version before."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.ui import Crumb, errors_of
from kencho.organization.access import StaffRequest, staff_page
from kencho.surveys import forms, permissions, queries, services
from kencho.surveys.definition import (
    Definition,
    Question,
    UnreadableDefinition,
    difference,
    findings,
    from_yaml,
    to_yaml,
)
from kencho.surveys.models import Questionnaire
from kencho.surveys.views._common import owner_crumbs, program_or_404


def _version_or_404(request: StaffRequest, code: str, version: int) -> Questionnaire:
    found = queries.questionnaire_of(program_or_404(request, code), version)
    if found is None:
        raise Http404
    return found


def _crumbs(row: Questionnaire, title: str = "") -> list[Crumb]:
    name = _("調査票 第%(n)s版") % {"n": row.version}
    if not title:
        return owner_crumbs(row.program, Crumb(name))
    address = reverse("surveys:questionnaire_edit", args=[row.program.code, row.version])
    return owner_crumbs(row.program, Crumb(name, address), Crumb(title))


def _save(request: StaffRequest, row: Questionnaire, content: Definition) -> None:
    """Save and say so, or say why not."""
    try:
        services.save_questionnaire(questionnaire=row, content=content, by=request.desk.actor, at=clock.now())
    except services.UnableToSaveQuestionnaire as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("調査票を保存しました。"))


def _edit_page(row: Questionnaire) -> HttpResponse:
    return redirect("surveys:questionnaire_edit", row.program.code, row.version)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_safe
def questionnaire_show(request: StaffRequest, code: str, version: int) -> HttpResponse:
    """A version as those who are asked see it, and what it changes."""
    row = _version_or_404(request, code, version)
    before = queries.questionnaire_of(row.program, version - 1)
    definition = row.definition
    context = {
        "row": row,
        "definition": definition,
        "pages": [
            (page, forms.AnswerPage([q for q in definition.questions if q.page == page], prefix=f"p{page}"))
            for page in definition.pages
        ],
        "before": before,
        "difference": difference(before.definition, definition) if before else [],
        "findings": findings(definition),
        "breadcrumbs": _crumbs(row),
    }
    return render(request, "surveys/questionnaire_show.html", context)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_safe
def questionnaire_export(request: StaffRequest, code: str, version: int) -> HttpResponse:
    """The version as a YAML file."""
    row = _version_or_404(request, code, version)
    name = f"{row.program.code}-v{row.version}.yaml"
    answer = HttpResponse(to_yaml(row.definition), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_http_methods(["GET", "POST"])
def questionnaire_edit(request: StaffRequest, code: str, version: int) -> HttpResponse:
    """The whole: title, introduction, the questions in their order, and what must be put right."""
    row = _version_or_404(request, code, version)
    if row.is_frozen:
        return redirect("surveys:questionnaire_show", code, version)
    definition = row.definition
    form = forms.QuestionnaireHead(
        request.POST or None, initial={"title": definition.title, "intro": definition.intro}
    )
    if request.method == "POST" and form.is_valid():
        _save(request, row, replace(definition, **form.cleaned_data))
        return _edit_page(row)
    found = findings(definition)
    context = {
        "row": row,
        "form": form,
        "definition": definition,
        "questions": [
            (q, [finding.message for finding in found if finding.question == q.code])
            for q in definition.questions
        ],
        "findings": found,
        "file_form": forms.QuestionnaireFile(),
        "breadcrumbs": _crumbs(row),
    }
    return render(request, "surveys/questionnaire_edit.html", context, status=422 if form.errors else 200)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def questionnaire_import(request: StaffRequest, code: str, version: int) -> HttpResponse:
    """Replace a draft by a YAML file."""
    row = _version_or_404(request, code, version)
    form = forms.QuestionnaireFile(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(error.message) for error in errors_of(form)))
        return _edit_page(row)
    try:
        content = from_yaml(form.cleaned_data["file"])
    except UnreadableDefinition as refusal:
        messages.error(request, refusal.message)
        return _edit_page(row)
    _save(request, row, content)
    return _edit_page(row)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_http_methods(["GET", "POST"])
def question_add(request: StaffRequest, code: str, version: int) -> HttpResponse:
    """設問を加える。"""
    return _question(request, _version_or_404(request, code, version), None)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_http_methods(["GET", "POST"])
def question_edit(request: StaffRequest, code: str, version: int, question: str) -> HttpResponse:
    """設問を直す。"""
    row = _version_or_404(request, code, version)
    found = row.definition.get(question)
    if found is None:
        raise Http404
    return _question(request, row, found)


def _question(request: StaffRequest, row: Questionnaire, old: Question | None) -> HttpResponse:
    if row.is_frozen:
        return redirect("surveys:questionnaire_show", row.program.code, row.version)
    definition = row.definition
    others = [each for each in definition.questions if old is None or each.code != old.code]
    initial = forms.QuestionForm.initial_of(old) if old else {"page": max(definition.pages, default=1)}
    form = forms.QuestionForm(others, request.POST or None, initial=initial)
    rows = forms.OptionRows(request.POST or None, prefix="options", initial=_option_rows(old))
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        new = form.question([each for each in rows.cleaned_data if each])
        content = _with(definition, old, new)
        problems = [each.message for each in findings(content) if each.question == new.code]
        if not problems:
            _save(request, row, content)
            return _edit_page(row)
        for problem in problems:
            form.add_error(None, problem)
    title = old.text if old else _("設問を加える")
    context = {
        "row": row,
        "form": form,
        "rows": rows,
        "title": title,
        "errors": [error for each in (form, *rows) for error in errors_of(each)] if form.is_bound else [],
        "breadcrumbs": _crumbs(row, title),
    }
    wrong = form.is_bound and (form.errors or not rows.is_valid())
    return render(request, "surveys/question_edit.html", context, status=422 if wrong else 200)


def _option_rows(question: Question | None) -> list[dict[str, object]]:
    if question is None:
        return []
    return [
        {"label": option.label, "code": option.code, "positive": option.code in question.positive}
        for option in question.options
    ]


def _with(definition: Definition, old: Question | None, new: Question) -> Definition:
    questions = list(definition.questions)
    if old is None:
        questions.append(new)
    else:
        questions[questions.index(old)] = new
    return replace(definition, questions=tuple(questions))


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def question_move(request: StaffRequest, code: str, version: int, question: str) -> HttpResponse:
    """Move a question up or down, or take it out."""
    row = _version_or_404(request, code, version)
    definition = row.definition
    found = definition.get(question)
    if found is None:
        raise Http404
    questions = list(definition.questions)
    place = questions.index(found)
    del questions[place]
    step = {"up": -1, "down": 1}.get(request.POST.get("go", ""))
    if step is not None:
        questions.insert(max(0, place + step), found)
    elif request.POST.get("go") != "delete":
        questions.insert(place, found)
    _save(request, row, replace(definition, questions=tuple(questions)))
    return _edit_page(row)

"""The rule of the body: read by all, changed by those who look after the organisation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.ui import Fact
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import Post
from kencho.workplace import forms, permissions, queries, services
from kencho.workplace.models import Kind, Place, TeleworkRule
from kencho.workplace.telework_rules import Rule, write_rule
from kencho.workplace.views._common import crumbs

SPANS = {"day": "一日", "half_day": "半日"}


@staff_page("workplace.may_read_rule")
@require_safe
def rule_list(request: StaffRequest) -> HttpResponse:
    """The rule in force, and all versions."""
    desk = request.desk
    current = queries.rule_on(desk.body, desk.day)
    context = {
        "current": current,
        "facts": facts_of(current.rule, desk.body.pk) if current else (),
        "rules": queries.rules_of(desk.body),
        "may_edit": permissions.may_edit_rules(desk),
        "breadcrumbs": crumbs(_("定め")),
    }
    return render(request, "workplace/rule_list.html", context)


@staff_page("workplace.may_read_rule")
@require_safe
def rule_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One version."""
    rule = get_object_or_404(queries.rules_of(request.desk.body), pk=pk)
    context = {
        "current": rule,
        "facts": facts_of(rule.rule, request.desk.body.pk),
        "breadcrumbs": crumbs(
            (_("定め"), reverse("workplace:rule_list")), _("第%(n)d版") % {"n": rule.version}
        ),
    }
    return render(request, "workplace/rule_show.html", context)


def facts_of(rule: Rule, body_id: int) -> list[Fact]:
    """A rule in sentences; each line names its article."""
    posts = dict(Post.objects.filter(body=body_id).values_list("code", "name"))

    def named(codes: tuple[str, ...]) -> str:
        return "、".join(posts.get(code, code) for code in codes)

    kinds, places = dict(Kind.choices), dict(Place.choices)
    lines = [
        (_("働き方"), "、".join(str(kinds[Kind(each)]) for each in rule.kinds.allowed), rule.kinds.article),
        (_("単位"), "、".join(SPANS[each] for each in rule.spans.allowed), rule.spans.article),
        (_("場所"), "、".join(str(places[Place(each)]) for each in rule.places.allowed), rule.places.article),
        (_("対象"), _eligible(rule, named), rule.eligibility.article),
        (_("回数"), _limits(rule), rule.limits.article),
        (_("求める期限"), _notice(rule), rule.notice.article),
        (_("承認"), _approval(rule, named), rule.approval.article),
        (
            _("報告"),
            _("開始と終了を報告する。1回は%(n)d時間まで") % {"n": rule.reporting.longest_hours},
            rule.reporting.article,
        ),
        (
            _("個人の記録"),
            _("%(n)dか月保存して消す") % {"n": rule.records.months},
            rule.records.article,
        ),
    ]
    return [Fact(term, f"{text}（{article}）") for term, text, article in lines]


def _eligible(rule: Rule, named: object) -> str:
    call = named if callable(named) else str
    part = rule.eligibility
    parts = [_("%(posts)sの職") % {"posts": call(part.posts)} if part.posts else _("すべての職員")]
    if part.excluded_posts:
        parts.append(_("%(posts)sを除く") % {"posts": call(part.excluded_posts)})
    if part.excluded_divisions:
        parts.append(_("所属%(codes)sを除く") % {"codes": "、".join(part.excluded_divisions)})
    if part.exception_article:
        parts.append(_("所属長が認めれば例外（%(article)s）") % {"article": part.exception_article})
    return "。".join(parts)


def _limits(rule: Rule) -> str:
    part, parts = rule.limits, []
    if part.days_per_week is not None:
        parts.append(_("週%(n)s日まで") % {"n": format(part.days_per_week.normalize(), "f")})
    if part.days_per_month is not None:
        parts.append(_("月%(n)s日まで") % {"n": format(part.days_per_month.normalize(), "f")})
    if part.office_days_per_week:
        parts.append(_("週%(n)d日以上は通常の勤務先") % {"n": part.office_days_per_week})
    if part.exception_article:
        parts.append(_("所属長が認めれば例外（%(article)s）") % {"article": part.exception_article})
    return "。".join(parts) or _("上限なし")


def _notice(rule: Rule) -> str:
    days = rule.notice.business_days
    return _("%(n)d開庁日前まで") % {"n": days} if days else _("当日まで")


def _approval(rule: Rule, named: object) -> str:
    call = named if callable(named) else str
    part = rule.approval
    if not part.substitutes:
        return _("所属長")
    return _("所属長。不在のときは%(posts)sが代決（%(article)s）") % {
        "posts": call(part.substitutes),
        "article": part.substitute_article,
    }


@staff_page("workplace.may_read_rule")
@require_safe
def rule_export(request: StaffRequest, pk: int) -> HttpResponse:
    """The YAML of one version."""
    rule = get_object_or_404(queries.rules_of(request.desk.body).select_related("body"), pk=pk)
    text = services.export_rule(rule=rule, by=request.desk.actor, at=clock.now())
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="telework-rule-{rule.version}.yaml"'
    return response


@staff_page("workplace.may_edit_rules", may=permissions.may_edit_rules)
@require_http_methods(["GET", "POST"])
def rule_edit(request: StaffRequest) -> HttpResponse:
    """A new version: written in the browser or read from a file, checked, shown in sentences, then saved."""
    desk = request.desk
    newest = queries.rules_of(desk.body).first()
    form = forms.RuleText(request.POST or None, request.FILES or None, initial={"text": _initial(newest)})
    shown = None
    if request.method == "POST" and form.is_valid() and form.rule is not None:
        if "save" in request.POST and _saved(request, form, form.rule):
            return redirect("workplace:rule_list")
        if not form.errors:
            # What was checked travels with the page; nothing is stored before somebody says yes.
            shown = form.rule
            form = forms.RuleText(initial={"text": write_rule(shown)})
    context = {
        "form": form,
        "shown": shown,
        "facts": facts_of(shown, desk.body.pk) if shown else (),
        "breadcrumbs": crumbs((_("定め"), reverse("workplace:rule_list")), _("定めを変える")),
    }
    return render(request, "workplace/rule_edit.html", context, status=422 if form.errors else 200)


def _initial(newest: TeleworkRule | None) -> str:
    return write_rule(newest.rule) if newest else ""


def _saved(request: StaffRequest, form: forms.RuleText, rule: Rule) -> bool:
    try:
        services.save_rule(body=request.desk.body, rule=rule, by=request.desk.actor, at=clock.now())
    except services.UnableToSaveRule as refusal:
        form.add_error("text", refusal.message)
        return False
    messages.success(request, _("定めの新しい版を登録しました。"))
    return True

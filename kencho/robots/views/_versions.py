"""Versions: what was found on the shelf, its manifest, what changed, and asking for approval."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Cell, Column, Fact, Row, Table
from kencho.organization.access import StaffRequest, staff_page
from kencho.robots import forms, permissions, queries, services
from kencho.robots.models import RobotVersion
from kencho.robots.views._common import act, crumbs, moment, own_version, version_status


def _list_crumb() -> tuple[str, str]:
    return _("版"), reverse("robots:version_list")


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def version_list(request: StaffRequest) -> HttpResponse:
    """Versions of the packages of the desk's robots, newest first."""
    page = page_of(queries.versions_of(request.desk), request, "-id")
    columns = [
        Column(_("パッケージ")),
        Column(_("版")),
        Column(_("状態")),
        Column(_("SHA-256（先頭）")),
        Column(_("見つけた日時")),
        Column(_("決裁の日時")),
    ]
    rows = [
        Row(
            [
                Cell(
                    str(each.manifest.get("title", each.package)),
                    url=reverse("robots:version_show", args=[each.pk]),
                ),
                Cell(each.version),
                Cell(status=version_status(each)),
                Cell(each.digest[:12]),
                moment(each.found_at),
                moment(each.decided_at),
            ],
            attention=each.state == RobotVersion.State.FOUND,
        )
        for each in page.rows
    ]
    context = {
        "table": Table(_("ロボットの版"), columns, rows, hide_caption=True) if rows else None,
        "pager": page.pager,
        "may_administer": permissions.may_administer(request.desk),
        "breadcrumbs": crumbs(_("版")),
    }
    return render(request, "robots/version_list.html", context)


@staff_page("robots.may_administer", may=permissions.may_administer)
@require_POST
def version_find(request: StaffRequest) -> HttpResponse:
    """置き場所を見て、新しい版を登録する。"""
    desk = request.desk
    try:
        seen = services.discover(body=desk.body, by=desk.actor, at=clock.now())
    except services.UnableTo as refusal:
        messages.error(request, refusal.message)
        return redirect("robots:version_list")
    for problem in seen.problems[:10]:
        details = _("、").join(f"{each.path}：{each.message}" for each in problem.findings[:5])
        messages.error(
            request,
            _("「%(package)s」は使えません。%(details)s") % {"package": problem.package, "details": details},
        )
    text = _("新しい版は%(n)s件です。") % {"n": len(seen.new)} if seen.new else _("新しい版はありません。")
    messages.success(request, text)
    return redirect("robots:version_list")


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def version_show(request: StaffRequest, pk: int) -> HttpResponse:
    """A version: manifest in words, files line by line against the last approved one."""
    version = own_version(request, pk)
    manifest = queries.manifest_of(version)
    changes = queries.version_changes(version)
    before = queries.last_approved(version)
    context: dict[str, Any] = {
        "version": version,
        "title": manifest.title,
        "status": version_status(version),
        "facts": [
            Fact(_("パッケージ"), version.package),
            Fact(_("版"), version.version),
            Fact(_("SHA-256"), version.digest),
            Fact(_("つながってよい相手"), _("、").join(manifest.allowed_hosts)),
            Fact(_("使う秘密"), _("、").join(manifest.needs) or _("なし")),
            Fact(_("ブラウザー"), _("使う") if manifest.browser else _("使わない")),
            Fact(_("相手を変えるか"), _("登録する") if manifest.submits else _("読むだけ")),
            Fact(_("一件の時間の上限"), _("%(n)s秒") % {"n": manifest.max_seconds}),
            Fact(_("やり直しの上限"), _("%(n)s回") % {"n": manifest.max_attempts}),
            Fact(_("記憶の上限"), _("%(n)sMB") % {"n": manifest.max_memory_mb}),
            Fact(_("重複を防ぐ鍵"), manifest.key),
            Fact(_("段階"), " → ".join(manifest.steps)),
        ],
        "fields": _fields_table(version),
        "changes": [each for each in changes if each.kind != "same"],
        "same": [each.name for each in changes if each.kind == "same"],
        "before": before,
        "on_shelf": queries.on_shelf(version),
        "approval_url": reverse("approvals:approval_show", args=[version.approval_id])
        if version.approval_id
        else "",
        "may_request": version.state == RobotVersion.State.FOUND
        and permissions.may_request_approval(request.desk, version),
        "may_retire": version.state != RobotVersion.State.RETIRED
        and permissions.may_administer(request.desk),
        "breadcrumbs": crumbs(_list_crumb(), f"{version.package} {version.version}"),
    }
    return render(request, "robots/version_show.html", context)


def _fields_table(version: RobotVersion) -> Table:
    columns = [Column(_("項目")), Column(_("名前")), Column(_("必須")), Column(_("個人の情報"))]
    rows = [
        Row(
            [
                Cell(each.title),
                Cell(each.name),
                Cell(_("必須") if each.is_required else _("任意")),
                Cell(_("はい（画面の写真で隠す）") if each.is_personal else _("いいえ")),
            ]
        )
        for each in queries.input_fields(version)
    ]
    return Table(_("入力の項目"), columns, rows, hide_caption=True)


@staff_page("robots.may_request_approval", may=permissions.may_administer)
@require_http_methods(["GET", "POST"])
def version_request(request: StaffRequest, pk: int) -> HttpResponse:
    """版の承認を求める。"""
    version = own_version(request, pk, to_change=True)
    form = forms.Request(request.POST or None)
    back = reverse("robots:version_show", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.request_version_approval(
                version=version,
                division=request.desk.division,
                reason=form.cleaned_data["reason"],
                by=request.desk.actor,
                at=clock.now(),
            )
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("承認を求めました。"))
            return redirect(back)
    context = {
        "form": form,
        "title": _("「%(version)s」の承認を求める") % {"version": version},
        "back_url": back,
        "breadcrumbs": crumbs(_list_crumb(), (str(version), back), _("承認を求める")),
    }
    return render(request, "robots/form.html", context, status=422 if form.errors else 200)


@staff_page("robots.may_administer", may=permissions.may_administer)
@require_POST
def version_retire(request: StaffRequest, pk: int) -> HttpResponse:
    """版の使用をやめる。"""
    version = own_version(request, pk, to_change=True)
    return act(
        request,
        lambda: services.retire_version(version=version, by=request.desk.actor, at=clock.now()),
        _("この版の使用をやめました。"),
        reverse("robots:version_show", args=[pk]),
    )

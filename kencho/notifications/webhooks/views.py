"""Pages of webhooks for system administrators; rows of other bodies do not exist here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Crumb
from kencho.notifications.webhooks import queries, services
from kencho.notifications.webhooks.forms import EndpointForm
from kencho.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint
from kencho.notifications.webhooks.permissions import may_administer
from kencho.organization.access import StaffRequest, staff_page

PERMISSION = "notifications.administer_webhooks"


def _own(request: StaffRequest, pk: int) -> WebhookEndpoint:
    return get_object_or_404(queries.endpoints_of(request.desk.body), pk=pk)


def _crumbs(*labels: str) -> list[Crumb]:
    return [Crumb(_("Webhook"), reverse("notifications:webhook_list")), *(Crumb(label) for label in labels)]


@staff_page(PERMISSION, may=may_administer)
@require_safe
def webhook_list(request: StaffRequest) -> HttpResponse:
    """All endpoints of the body."""
    context = {"rows": queries.endpoints_of(request.desk.body), "breadcrumbs": [Crumb(_("Webhook"))]}
    return render(request, "notifications/webhook_list.html", context)


def _form_page(request: StaffRequest, form: EndpointForm, title: str, back: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "submit_label": _("保存する"),
        "back_url": back,
        "breadcrumbs": _crumbs(title),
    }
    return render(request, "notifications/webhook_form.html", context, status=422 if form.errors else 200)


def _secret_page(request: HttpRequest, made: services.NewSecret) -> HttpResponse:
    """This answer is the only time that the secret is shown."""
    context = {"made": made, "breadcrumbs": _crumbs(made.endpoint.label)}
    return render(request, "notifications/webhook_secret.html", context)


@staff_page(PERMISSION, may=may_administer)
@never_cache
@require_http_methods(["GET", "POST"])
def webhook_add(request: StaffRequest) -> HttpResponse:
    """Register an endpoint."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_endpoint(
                body=request.desk.body, by=request.desk.actor, at=clock.now(), **form.cleaned_data
            )
        except services.UnableToSaveEndpoint as refused:
            form.add_error(None, str(refused))
        else:
            return _secret_page(request, made)
    return _form_page(request, form, _("送り先を登録する"), reverse("notifications:webhook_list"))


@staff_page(PERMISSION, may=may_administer)
@require_http_methods(["GET", "POST"])
def webhook_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change an endpoint."""
    endpoint = _own(request, pk)
    shown = {"label": endpoint.label, "url": endpoint.url, "events": endpoint.events}
    form = EndpointForm(request.POST or None, initial=shown)
    back = reverse("notifications:webhook_show", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.change_endpoint(
                endpoint=endpoint, by=request.desk.actor, at=clock.now(), **form.cleaned_data
            )
        except services.UnableToSaveEndpoint as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("保存しました。"))
            return redirect(back)
    return _form_page(request, form, _("送り先を変える"), back)


@staff_page(PERMISSION, may=may_administer)
@require_safe
def webhook_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One endpoint and what was sent to it."""
    endpoint = _own(request, pk)
    page = page_of(queries.deliveries_of(endpoint), request, "-created_at", "-id")
    context = {
        "endpoint": endpoint,
        "rows": page.rows,
        "pager": page.pager,
        "breadcrumbs": _crumbs(endpoint.label),
    }
    return render(request, "notifications/webhook_show.html", context)


@staff_page(PERMISSION, may=may_administer)
@never_cache
@require_POST
def webhook_rotate(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a new secret."""
    made = services.rotate_secret(endpoint=_own(request, pk), by=request.desk.actor, at=clock.now())
    return _secret_page(request, made)


@staff_page(PERMISSION, may=may_administer)
@require_POST
def webhook_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop sending."""
    services.stop_endpoint(endpoint=_own(request, pk), by=request.desk.actor, at=clock.now())
    messages.success(request, _("止めました。"))
    return redirect("notifications:webhook_show", pk)


@staff_page(PERMISSION, may=may_administer)
@require_POST
def webhook_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Send again."""
    services.start_endpoint(endpoint=_own(request, pk), by=request.desk.actor, at=clock.now())
    messages.success(request, _("もう一度送ります。"))
    return redirect("notifications:webhook_show", pk)


@staff_page(PERMISSION, may=may_administer)
@require_POST
def webhook_ping(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a trial."""
    endpoint = _own(request, pk)
    try:
        services.ping(endpoint=endpoint, by=request.desk.actor, at=clock.now())
    except services.UnableToRedeliver as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("ためしに送ります。結果は下の一覧に出ます。"))
    return redirect("notifications:webhook_show", pk)


@staff_page(PERMISSION, may=may_administer)
@require_POST
def webhook_redeliver(request: StaffRequest, pk: int, delivery: UUID) -> HttpResponse:
    """Send one again."""
    row = get_object_or_404(WebhookDelivery, pk=delivery, endpoint=_own(request, pk))
    try:
        services.redeliver(delivery=row, by=request.desk.actor, at=clock.now())
    except services.UnableToRedeliver as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("もう一度送ります。"))
    return redirect("notifications:webhook_show", pk)

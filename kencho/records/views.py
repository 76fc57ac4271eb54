"""Pages of records: the register and the ledger of seals for staff, the check of a notice for everybody."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.files import queries as files
from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.foundation.api import count
from kencho.foundation.client import address_of
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.records import queries
from kencho.records.forms import RegisterSearch, Verify
from kencho.records.models import SealUse
from kencho.records.office_seals import trust_roots

CHECKS, MINUTE = 20, 60


@public("anybody may check a notice; nothing is kept")
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check the electronic seal of a notice."""
    form = Verify(request.POST or None, request.FILES or None)
    context: dict[str, object] = {
        "form": form,
        "breadcrumbs": [Crumb(_("ホーム"), "/"), Crumb(_("通知書を確かめる"))],
    }
    if request.method == "POST" and form.is_valid():
        if count("verify", address_of(request), MINUTE) > CHECKS:
            return render(request, "errors/429.html", status=429)
        from kencho.records.seals import verify as verify_seals

        pdf = form.cleaned_data["file"].read()
        context["verdict"] = verify_seals(pdf, trust_roots=trust_roots(), at=clock.now())
        context["known"] = SealUse.objects.filter(document_digest=hashlib.sha256(pdf).hexdigest()).exists()
    return render(request, "records/verify.html", context, status=422 if form.errors else 200)


@staff_page("records.register")
@require_safe
def register(request: StaffRequest) -> HttpResponse:
    """文書収受簿・施行簿."""
    form = RegisterSearch(request.GET)
    wanted = form.wanted()
    page = page_of(queries.register(request.desk, wanted), request, "-registered_at", "-id")
    context = {
        "form": form,
        "rows": page.rows,
        "pager": page.pager,
        "active_count": form.active_count,
        "clear_url": request.path,
        "breadcrumbs": [Crumb(_("文書"))],
    }
    return render(request, "records/register.html", context)


@staff_page("records.file")
@require_safe
def record_file(request: StaffRequest, pk: int) -> HttpResponse:
    """The file of a record."""
    record = queries.visible_to(request.desk).select_related("stored_file__body").filter(pk=pk).first()
    if record is None or record.stored_file is None:
        raise Http404
    response = HttpResponse(files.content(record.stored_file), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="record-{record.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@staff_page("records.seal_ledger")
@require_safe
def seal_ledger(request: StaffRequest) -> HttpResponse:
    """公印使用簿."""
    page = page_of(queries.seal_uses(request.desk), request, "-used_at", "-id")
    context = {"rows": page.rows, "pager": page.pager, "breadcrumbs": [Crumb(_("公印使用簿"))]}
    return render(request, "records/seal_ledger.html", context)


@staff_page("records.classifications")
@require_safe
def classification_list(request: StaffRequest) -> HttpResponse:
    """文書分類表."""
    context = {
        "rows": queries.classifications(request.desk).order_by("code"),
        "breadcrumbs": [Crumb(_("文書分類表"))],
    }
    return render(request, "records/classification_list.html", context)

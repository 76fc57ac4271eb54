"""Pages of records."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.foundation.ui import Crumb
from kencho.records.forms import Verify
from kencho.records.models import SealUse
from kencho.records.office_seals import trust_roots
from kencho.records.seals import verify as verify_seals


@public("anybody may check a notice; nothing is kept")
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check the electronic seal of a notice."""
    form = Verify(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "breadcrumbs": [Crumb(_("通知書を確かめる"))]}
    if request.method == "POST" and form.is_valid():
        pdf = form.cleaned_data["file"].read()
        context["verdict"] = verify_seals(pdf, trust_roots=trust_roots(), at=clock.now())
        context["known"] = SealUse.objects.filter(document_digest=hashlib.sha256(pdf).hexdigest()).exists()
    return render(request, "records/verify.html", context, status=422 if form.errors else 200)

"""Is my ballot in the count? The answer needs the receipt only, and tells nothing about its ballot."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import merkle
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.surveys import queries
from kencho.surveys.anonymity import TAG, tag_of
from kencho.surveys.forms import ReceiptCheck
from kencho.surveys.models import Cycle, SealedBatch
from kencho.surveys.views._common import crumbs, cycle_or_404


@staff_page("surveys.any_staff")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def receipt_check(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """Look for a receipt: in the boxes while it is open, under the root afterwards."""
    cycle = cycle_or_404(request, key)
    form = ReceiptCheck(request.POST or None)
    found: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        found = _found(cycle, tag_of(form.cleaned_data["code"], str(cycle.key)))
        if found is None:
            form.add_error("code", _("この番号の回答はありません。番号を確かめてください。"))
    context = {
        "cycle": cycle,
        "form": form,
        "found": found,
        "batch": SealedBatch.objects.filter(cycle=cycle).first(),
        "breadcrumbs": crumbs(Crumb(cycle.title), Crumb(_("自分の回答が数えられたか確かめる"))),
    }
    return render(request, "surveys/receipt_check.html", context, status=422 if form.errors else 200)


def _found(cycle: Cycle, tag: bytes) -> dict[str, Any] | None:
    batch = SealedBatch.objects.filter(cycle=cycle).first()
    if batch is None:
        return {"is_sealed": False} if queries.has_tag(cycle, tag) else None
    tags = tags_of(batch)
    if tag not in tags:
        return None
    index = tags.index(tag)
    leaves = [merkle.leaf_hash(each) for each in tags]
    proof = merkle.inclusion_proof(leaves, index)
    if not merkle.verify_inclusion(
        leaves[index], index, len(leaves), proof, bytes.fromhex(batch.receipts_root)
    ):
        return None
    return {
        "is_sealed": True,
        "position": index + 1,
        "tag": tag.hex(),
        "path": [node.hex() for node in proof],
    }


def tags_of(batch: SealedBatch) -> list[bytes]:
    """The published receipts of a batch in their order."""
    data = bytes(batch.receipts)
    return [data[start : start + TAG] for start in range(0, len(data), TAG)]


@staff_page("surveys.any_staff")
@require_safe
def receipt_list(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """The list under the root, for everybody to compute it again: one hash of a receipt a line."""
    cycle = cycle_or_404(request, key)
    batch = SealedBatch.objects.filter(cycle=cycle).first()
    if batch is None:
        raise Http404
    lines = [f"# {cycle.key} {batch.count} sha256-merkle(rfc9162) {batch.receipts_root}"]
    lines += [tag.hex() for tag in tags_of(batch)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

"""Pictures of pages and fields. Each asks for permission anew: there is no address of a file behind them."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from kencho.files import queries as files
from kencho.intake import pictures, queries
from kencho.intake.models import ScanPage
from kencho.intake.views._common import page_or_404, picture, sheet_or_404
from kencho.organization.access import StaffRequest, staff_page


def _image_or_404(page: ScanPage) -> bytes:
    found = queries.page_image(page)
    if found is None:
        raise Http404
    return found


@staff_page("intake.read_scan")
@require_safe
def page_image(request: StaffRequest, pk: int) -> HttpResponse:
    """A straightened page."""
    return picture(_image_or_404(page_or_404(request, pk)))


@staff_page("intake.read_scan")
@require_safe
def page_thumbnail(request: StaffRequest, pk: int) -> HttpResponse:
    """A small copy of a page."""
    return picture(pictures.thumbnail(_image_or_404(page_or_404(request, pk))))


@staff_page("intake.read_scan")
@require_safe
def field_crop(request: StaffRequest, pk: int, field: int) -> HttpResponse:
    """What stands in one field."""
    sheet = sheet_or_404(request, pk)
    found = sheet.fields.select_related("page__image__body").filter(pk=field).first()
    if found is None:
        raise Http404
    box = (found.crop_x, found.crop_y, found.crop_width, found.crop_height)
    return picture(pictures.crop(_image_or_404(found.page), box))


@staff_page("intake.read_template")
@require_safe
def template_image(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A page of the blank form that boxes are drawn upon."""
    template = queries.template(request.desk, pk)
    if template is None or template.blank is None:
        raise Http404
    found = pictures.blank_page(files.content(template.blank), number)
    if found is None:
        raise Http404
    return picture(found)

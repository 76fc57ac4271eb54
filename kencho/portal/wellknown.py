"""Addresses that machines look for: health, robots, sitemap, whom to tell of a weakness."""

from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from kencho.catalog import queries as catalog
from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.organization.models import Body
from kencho.procedures import queries as procedures

PLAIN = "text/plain; charset=utf-8"
PRIVATE = ("/desk/", "/accounts/", "/api/")


class Bodies(Sitemap[Body]):
    """The front page of each body."""

    def items(self) -> list[Body]:
        """Bodies that take applications."""
        return list(Body.objects.filter(accepts_online=True))

    def location(self, item: Body) -> str:
        """Its front page."""
        return reverse("portal:body_home", args=[item.slug])


class Procedures(Sitemap[tuple[str, str]]):
    """The page of each procedure in force."""

    def items(self) -> list[tuple[str, str]]:
        """Body and code of each."""
        found = procedures.listed(None, clock.now()).order_by("body__slug", "code")
        return list(found.values_list("body__slug", "code"))

    def location(self, item: tuple[str, str]) -> str:
        """Its page for residents."""
        return reverse("procedures:procedure_show", args=item)


class Datasets(Sitemap[tuple[str, str]]):
    """The page of each published dataset."""

    def items(self) -> list[tuple[str, str]]:
        """Body and code of each."""
        found = catalog.published().order_by("body__slug", "code")
        return list(found.values_list("body__slug", "code"))

    def location(self, item: tuple[str, str]) -> str:
        """Its page."""
        return reverse("catalog:dataset_show", args=item)


@public("tells a load balancer that the server and its database answer")
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; a database that does not gets the page for faults, 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type=PLAIN, headers={"Cache-Control": "no-store"})


@public("tells search engines what to leave alone")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309: pages of staff and accounts are not to be searched."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@public("tells whom to write to about a weakness")
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. It expires in half a year from each answer: the address is that of this installation's operator."""
    expires = (clock.now() + timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: ja, en",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@public("the sign of the house in the tab of the browser")
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name before they have read the page."""
    return HttpResponsePermanentRedirect(urljoin(request.path, static("favicon.svg")))


@public("lists the public pages for search engines")
@require_safe
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """The sitemap protocol 0.9."""
    return sitemap(request, {"bodies": Bodies, "procedures": Procedures, "datasets": Datasets})

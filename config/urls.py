"""All addresses: the only place besides settings that knows all apps. Staff pages lie under /desk/, the API under /api/."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from config.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
]
# Longest prefixes first; the portal's <body>/ pages come last because they would match anything.
APPS = (
    "audit",
    "accounts",
    "organization",
    "files",
    "notifications",
    "approvals",
    "records",
    "procedures",
    "applications",
    "surveys",
    "workplace",
    "reforms",
    "catalog",
    "intake",
    "robots",
    "policy",
    "portal",
)
urlpatterns += [path("", include(f"kencho.{app}.urls")) for app in APPS if find_spec(f"kencho.{app}.urls")]

handler400 = "kencho.portal.views.bad_request"
handler403 = "kencho.portal.views.permission_denied"
handler404 = "kencho.portal.views.page_not_found"
handler500 = "kencho.portal.views.server_error"

if settings.DEBUG:
    from django.views.generic import TemplateView

    urlpatterns.insert(0, path("_gallery/", TemplateView.as_view(template_name="components/gallery.html")))

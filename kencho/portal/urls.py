"""Addresses of the portal."""

from django.urls import path

from kencho.portal import audit_views, views, wellknown

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", wellknown.healthz, name="healthz"),
    path("robots.txt", wellknown.robots, name="robots"),
    path("sitemap.xml", wellknown.sitemap_xml, name="sitemap"),
    path("favicon.ico", wellknown.favicon, name="favicon"),
    path(".well-known/security.txt", wellknown.security_txt, name="security_txt"),
    path("after-sign-in/", views.after_sign_in, name="after_sign_in"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("desk/", views.desk_home, name="desk_home"),
    path("desk/search/", views.search, name="search"),
    path("desk/audit/", audit_views.audit_log, name="audit_log"),
    path("desk/audit/export/", audit_views.audit_export, name="audit_export"),
    path("desk/audit/<int:entry_id>/", audit_views.audit_entry, name="audit_entry"),
    path("<slug:body>/", views.body_home, name="body_home"),
]

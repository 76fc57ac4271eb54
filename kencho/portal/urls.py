"""Addresses of the portal."""

from django.urls import path

from kencho.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("after-sign-in/", views.after_sign_in, name="after_sign_in"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("desk/", views.desk_home, name="desk_home"),
    path("desk/search/", views.search, name="search"),
    path("<slug:body>/", views.body_home, name="body_home"),
]

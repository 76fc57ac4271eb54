"""Addresses of the portal."""

from django.urls import path

from kencho.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("after-sign-in/", views.after_sign_in, name="after_sign_in"),
]

"""Addresses of applications."""

from django.urls import path

from kencho.applications import views

app_name = "applications"
urlpatterns = [
    path("applications/", views.application_find, name="application_find"),
    path("applications/<str:number>/", views.application_status, name="application_status"),
    path("applications/<str:number>/receipt.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("applications/<str:number>/application.pdf", views.slip_pdf, name="slip_pdf"),
    path("applications/<str:number>/notice.pdf", views.notice_pdf, name="notice_pdf"),
    path("applications/<str:number>/amend/", views.application_amend, name="application_amend"),
    path("applications/<str:number>/withdraw/", views.application_withdraw, name="application_withdraw"),
    path("my/applications/", views.my_applications, name="my_applications"),
    path("drafts/<uuid:pk>/confirm/", views.draft_confirm, name="draft_confirm"),
    path("drafts/<uuid:pk>/link/", views.draft_link, name="draft_link"),
    path("drafts/<uuid:pk>/discard/", views.draft_discard, name="draft_discard"),
    path("drafts/<uuid:pk>/resume/<str:token>/", views.draft_resume, name="draft_resume"),
    path("drafts/<uuid:pk>/<slug:page>/", views.draft_page, name="draft_page"),
    path("<slug:body>/procedures/<slug:code>/apply/", views.application_begin, name="application_begin"),
]

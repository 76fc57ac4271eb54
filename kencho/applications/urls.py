# COORDINATION (from the lead; I delete this comment in the end). FINAL DECISION:
#  * Export, import and paper entry are those of exports.py, forms_exchange.py, columns.py, views/_export.py,
#    views/_paper.py, services/_import.py, services/_paper.py (application_export, import_begin, paper_begin ...). They STAY.
#    Their author: put them back if you had begun to take them out, and make them complete.
#  * Inbox, case, bulk, decisions are those of inbox.py, case.py, desk_forms/, views/_desk.py, _case.py, _acts.py. They STAY.
#    Their author: do not write a second export/import/entry.
"""Addresses of applications."""

from django.urls import path

from kencho.applications import views

app_name = "applications"
urlpatterns = [
    path("desk/applications/", views.inbox_page, name="inbox"),
    path("desk/applications/bulk/", views.bulk, name="bulk"),
    path("desk/applications/<int:pk>/", views.case, name="case"),
    path("desk/applications/<int:pk>/accept/", views.accept, name="accept"),
    path("desk/applications/<int:pk>/review/", views.review, name="review"),
    path("desk/applications/<int:pk>/assign/", views.assign, name="assign"),
    path("desk/applications/<int:pk>/remark/", views.remark, name="remark"),
    path("desk/applications/<int:pk>/checklist/", views.checklist, name="checklist"),
    path("desk/applications/<int:pk>/request-amendment/", views.request_amendment, name="request_amendment"),
    path("desk/applications/<int:pk>/amend/", views.amend_for, name="amend_for"),
    path("desk/applications/<int:pk>/amend/confirm/", views.amend_confirm, name="amend_confirm"),
    path("desk/applications/<int:pk>/amend/<slug:page>/", views.amend_page, name="amend_page"),
    path("desk/applications/<int:pk>/decision/", views.draft_decision, name="draft_decision"),
    path("desk/applications/<int:pk>/decision/preview/", views.notice_preview, name="notice_preview"),
    path("desk/applications/<int:pk>/submit-for-approval/", views.submit_for_approval, name="submit_for_approval"),
    path("desk/applications/<int:pk>/complete/", views.complete, name="complete"),
    path("desk/applications/<int:pk>/transfer/", views.transfer, name="transfer"),
    path("desk/applications/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("desk/applications/<int:pk>/withdraw/", views.withdraw_for, name="withdraw_for"),
    path("desk/applications/<int:pk>/documents/<int:document>/", views.document, name="document"),
    path("desk/applications/<int:pk>/notice.pdf", views.notice, name="notice"),
    path("desk/applications/<int:pk>/application.pdf", views.slip, name="slip"),
    path("desk/applications/<int:pk>/receipt.pdf", views.receipt, name="receipt"),
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
    path("desk/applications/export/", views.application_export, name="export"),
    path("desk/applications/enter/", views.paper_begin, name="enter"),
    path("desk/applications/enter/<uuid:pk>/resume/", views.paper_resume, name="paper_resume"),
    path("desk/applications/enter/<uuid:pk>/discard/", views.paper_discard, name="paper_discard"),
    path("desk/applications/enter/<uuid:pk>/confirm/", views.paper_confirm, name="paper_confirm"),
    path("desk/applications/enter/<str:number>/done/", views.paper_done, name="paper_done"),
    path("desk/applications/enter/<str:number>/receipt.pdf", views.paper_receipt, name="paper_receipt"),
    path("desk/applications/import/", views.import_begin, name="import"),
    path("desk/applications/import/start/", views.import_start, name="import_start"),
    path("desk/applications/import/<int:pk>/", views.import_progress, name="import_progress"),
    path("desk/applications/import/<int:pk>/state.json", views.import_state, name="import_state"),
    path("desk/applications/import/<slug:code>.<str:suffix>", views.import_template, name="import_template"),
    path("<slug:body>/procedures/<slug:code>/apply/", views.application_begin, name="application_begin"),
]

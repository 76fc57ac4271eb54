"""Addresses of the app; names are those of the views."""

from django.urls import path

from kencho.intake import views

app_name = "intake"
DESK = "desk/intake/"
urlpatterns = [
    path(DESK, views.scan_list, name="scan_list"),
    path(f"{DESK}state.json", views.scan_state, name="scan_state"),
    path(f"{DESK}upload/", views.scan_upload, name="scan_upload"),
    path(f"{DESK}register/", views.register_ready, name="register_ready"),
    path(f"{DESK}batches/<uuid:pk>/", views.batch, name="batch"),
    path(f"{DESK}batches/<uuid:pk>/state.json", views.batch_state, name="batch_state"),
    path(f"{DESK}batches/<uuid:pk>/procedure/", views.batch_name_procedure, name="batch_name_procedure"),
    path(f"{DESK}pages/<int:pk>/", views.page, name="page"),
    path(f"{DESK}pages/<int:pk>/image.png", views.page_image, name="page_image"),
    path(f"{DESK}pages/<int:pk>/thumbnail.png", views.page_thumbnail, name="page_thumbnail"),
    path(f"{DESK}pages/<int:pk>/again/", views.page_again, name="page_again"),
    path(f"{DESK}pages/<int:pk>/set-aside/", views.page_set_aside, name="page_set_aside"),
    path(f"{DESK}pages/<int:pk>/enclose/", views.page_enclose, name="page_enclose"),
    path(f"{DESK}pages/<int:pk>/move/", views.page_move, name="page_move"),
    path(f"{DESK}verify/", views.verify, name="verify"),
    path(f"{DESK}sheets/<int:pk>/", views.sheet, name="sheet"),
    path(f"{DESK}sheets/<int:pk>/fields/<int:field>/", views.field_verify, name="field_verify"),
    path(f"{DESK}sheets/<int:pk>/fields/<int:field>/crop.png", views.field_crop, name="field_crop"),
    path(f"{DESK}sheets/<int:pk>/finish/", views.sheet_finish, name="sheet_finish"),
    path(f"{DESK}sheets/<int:pk>/done/", views.sheet_done, name="sheet_done"),
    path(f"{DESK}sheets/<int:pk>/release/", views.sheet_release, name="sheet_release"),
    path(f"{DESK}sheets/<int:pk>/register/", views.sheet_register, name="sheet_register"),
    path(f"{DESK}sheets/<int:pk>/hand-over/", views.sheet_hand_over, name="sheet_hand_over"),
    path(f"{DESK}sheets/<int:pk>/accept-pages/", views.sheet_accept_pages, name="sheet_accept_pages"),
    path(f"{DESK}sheets/<int:pk>/discard/", views.sheet_discard, name="sheet_discard"),
    path(f"{DESK}templates/", views.template_list, name="template_list"),
    path(f"{DESK}templates/create/", views.template_create, name="template_create"),
    path(f"{DESK}templates/printed/<slug:code>.pdf", views.template_print, name="template_print"),
    path(f"{DESK}templates/printed/<slug:code>/double-entry/", views.template_double, name="template_double"),
    path(f"{DESK}templates/<int:pk>/", views.template, name="template"),
    path(f"{DESK}templates/<int:pk>/pages/<int:number>.png", views.template_image, name="template_image"),
    path(f"{DESK}templates/<int:pk>/activate/", views.template_activate, name="template_activate"),
    path(f"{DESK}templates/<int:pk>/retire/", views.template_retire, name="template_retire"),
    path(f"{DESK}templates/<int:pk>/try/", views.template_try, name="template_try"),
    path(f"{DESK}inlets/", views.inlet_list, name="inlet_list"),
    path(f"{DESK}inlets/create/", views.inlet_create, name="inlet_create"),
    path(f"{DESK}inlets/<int:pk>/", views.inlet_edit, name="inlet_edit"),
    path(f"{DESK}inlets/<int:pk>/check/", views.inlet_check, name="inlet_check"),
    path(f"{DESK}calibration/", views.calibration, name="calibration"),
    path(f"{DESK}calibration/fit/", views.calibration_fit, name="calibration_fit"),
    path(f"{DESK}calibration/edit/", views.calibration_edit, name="calibration_edit"),
]

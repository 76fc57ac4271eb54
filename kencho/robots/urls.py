"""Addresses of the app; names are those of the views."""

from django.urls import path

from kencho.robots import views

app_name = "robots"
DESK = "desk/robots/"
urlpatterns = [
    path(DESK, views.robot_list, name="robot_list"),
    path(f"{DESK}create/", views.robot_create, name="robot_create"),
    path(f"{DESK}left/", views.item_left, name="item_left"),
    path(f"{DESK}<int:pk>/", views.robot_show, name="robot_show"),
    path(f"{DESK}<int:pk>/edit/", views.robot_edit, name="robot_edit"),
    path(f"{DESK}<int:pk>/start/", views.robot_start, name="robot_start"),
    path(f"{DESK}<int:pk>/pause/", views.robot_pause, name="robot_pause"),
    path(f"{DESK}<int:pk>/resume/", views.robot_resume, name="robot_resume"),
    path(f"{DESK}<int:pk>/version/", views.robot_use_version, name="robot_use_version"),
    path(f"{DESK}<int:pk>/bind/", views.robot_bind, name="robot_bind"),
    path(f"{DESK}<int:pk>/import/", views.robot_import, name="robot_import"),
    path(f"{DESK}<int:pk>/history/", views.robot_history, name="robot_history"),
    path(f"{DESK}<int:pk>/runs/", views.run_list, name="run_list"),
    path(f"{DESK}<int:pk>/differences/", views.difference_list, name="difference_list"),
    path(f"{DESK}differences/<int:pk>/close/", views.difference_close, name="difference_close"),
    path(f"{DESK}runs/<int:pk>/", views.run_show, name="run_show"),
    path(f"{DESK}runs/<int:pk>/stop/", views.run_stop, name="run_stop"),
    path(f"{DESK}items/<int:pk>/", views.item_show, name="item_show"),
    path(f"{DESK}items/<int:pk>/retry/", views.item_retry, name="item_retry"),
    path(f"{DESK}items/<int:pk>/set-aside/", views.item_set_aside, name="item_set_aside"),
    path(f"{DESK}items/<int:pk>/finish/", views.item_finish, name="item_finish"),
    path(f"{DESK}items/<int:pk>/note/", views.item_note, name="item_note"),
    path(f"{DESK}failures/<int:pk>/picture/", views.failure_picture, name="failure_picture"),
    path(f"{DESK}versions/", views.version_list, name="version_list"),
    path(f"{DESK}versions/find/", views.version_find, name="version_find"),
    path(f"{DESK}versions/<int:pk>/", views.version_show, name="version_show"),
    path(f"{DESK}versions/<int:pk>/request/", views.version_request, name="version_request"),
    path(f"{DESK}versions/<int:pk>/retire/", views.version_retire, name="version_retire"),
    path(f"{DESK}targets/", views.target_list, name="target_list"),
    path(f"{DESK}targets/create/", views.target_create, name="target_create"),
    path(f"{DESK}targets/<int:pk>/", views.target_show, name="target_show"),
    path(f"{DESK}targets/<int:pk>/edit/", views.target_edit, name="target_edit"),
    path(f"{DESK}targets/<int:pk>/stop/", views.target_stop, name="target_stop"),
    path(f"{DESK}targets/<int:pk>/resume/", views.target_resume, name="target_resume"),
]

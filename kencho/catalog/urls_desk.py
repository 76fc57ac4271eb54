"""Addresses of the desk's pages of the catalogue."""

from django.urls import URLPattern, path

from kencho.catalog.views import desk

_DESK = "desk/catalog/"
urlpatterns: list[URLPattern] = [
    path(_DESK, desk.dataset_list, name="dataset_list"),
    path(f"{_DESK}create/", desk.dataset_create, name="dataset_create"),
    path(f"{_DESK}datasets/<int:pk>/", desk.dataset_desk, name="dataset_desk"),
    path(f"{_DESK}datasets/<int:pk>/edit/", desk.dataset_edit, name="dataset_edit"),
    path(f"{_DESK}datasets/<int:pk>/withdraw/", desk.dataset_withdraw, name="dataset_withdraw"),
    path(f"{_DESK}resources/<int:pk>/drop/", desk.drop_create, name="drop_create"),
    path(f"{_DESK}resources/<int:pk>/drop/begin/", desk.drop_begin, name="drop_begin"),
    path(f"{_DESK}drops/<uuid:pk>/", desk.drop_show, name="drop_show"),
    path(f"{_DESK}drops/<uuid:pk>/part/", desk.drop_part, name="drop_part"),
    path(f"{_DESK}drops/<uuid:pk>/state/", desk.drop_state, name="drop_state"),
    path(f"{_DESK}drops/<uuid:pk>/choose/", desk.drop_choose, name="drop_choose"),
    path(f"{_DESK}drops/<uuid:pk>/stop/", desk.drop_stop, name="drop_stop"),
    path(f"{_DESK}versions/<int:pk>/", desk.version_show, name="version_show"),
    path(f"{_DESK}versions/<int:pk>/changes/", desk.version_changes, name="version_changes"),
    path(f"{_DESK}versions/<int:pk>/override/", desk.version_override, name="version_override"),
    path(f"{_DESK}versions/<int:pk>/publish/", desk.version_publish, name="version_publish"),
    path(f"{_DESK}versions/<int:pk>/withdraw/", desk.version_withdraw, name="version_withdraw"),
]

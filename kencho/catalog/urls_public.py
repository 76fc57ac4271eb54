"""Addresses of the public pages of the catalogue, its feeds, and the API that CKAN's clients speak."""

from django.urls import URLPattern, path

from kencho.catalog.views import public

_BODY = "<slug:body>/opendata/"
_ONE = _BODY + "<slug:code>/"
_TABLE = _ONE + "tables/<slug:table>/"
_FILE = _TABLE + "files/<str:name>"
urlpatterns: list[URLPattern] = [
    path("api/3/action/<slug:action>", public.ckan_action, name="ckan_action"),
    path("api/3/action/<slug:action>/", public.ckan_action, name="ckan_action_slashed"),
    # CKAN's clients may leave the version out.
    path("api/action/<slug:action>", public.ckan_action, name="ckan_action_unversioned"),
    path("opendata/", public.opendata_search, name="opendata_search"),
    path("opendata/catalog.<slug:ending>", public.feed_catalog, name="feed_catalog"),
    path("opendata/data.json", public.data_json, name="data_json"),
    path("<slug:body>/data-requests/", public.request_list, name="request_list"),
    path("<slug:body>/data-requests/new/", public.request_create, name="request_create"),
    path("<slug:body>/data-showcase/", public.showcase_list, name="showcase_list"),
    path("<slug:body>/data-showcase/new/", public.showcase_create, name="showcase_create"),
    path(_BODY, public.body_search, name="body_search"),
    path(_ONE, public.dataset_show, name="dataset_show"),
    path(_ONE + "feedback/", public.feedback_create, name="feedback_create"),
    path(_ONE + "dcat.<slug:ending>", public.feed_dataset, name="feed_dataset"),
    path(_TABLE, public.table_show, name="table_show"),
    path(_TABLE + "chart/", public.table_chart, name="table_chart"),
    path(_TABLE + "map/", public.table_map, name="table_map"),
    path(_TABLE + "versions/", public.table_versions, name="table_versions"),
    path(_TABLE + "diff/", public.table_diff, name="table_diff"),
    path(_FILE, public.table_file, name="table_file"),
    path(_FILE + "/wait/", public.table_file_wait, name="table_file_wait"),
    path(_FILE + "/state/", public.table_file_state, name="table_file_state"),
    path(_FILE + "/replaced/", public.table_file_replaced, name="table_file_replaced"),
]

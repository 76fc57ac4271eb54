"""Addresses of the catalogue. The desk comes first: its name would also fit where the name of a body stands."""

from kencho.catalog.urls_desk import urlpatterns as desk_urls
from kencho.catalog.urls_public import urlpatterns as public_urls

app_name = "catalog"
urlpatterns = [*desk_urls, *public_urls]

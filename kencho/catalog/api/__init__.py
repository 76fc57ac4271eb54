"""Open data for programs: the catalogue, and the rows of every published table. No token, nothing but reading."""

from ninja import Router

from kencho.catalog.api import _catalog, _rows

__all__ = ["router"]

router = Router()
for part in (_catalog.router, _rows.router):
    router.add_router("", part)

"""What CKAN's clients ask and expect (the action API, version 3): reading only, over the same rows as everything else.

Source: the documentation of CKAN 2.11, "API guide". A package is a dataset, an organisation a body, a group a theme, a
tag a keyword; each form of file of a table is a resource, of which the first answers ``datastore_search``.
"""

from kencho.catalog.ckan._actions import ACTIONS
from kencho.catalog.ckan._errors import CkanError, Invalid, NotFound

__all__ = ["ACTIONS", "CkanError", "Invalid", "NotFound"]

"""Reading catalogues that others keep: CKAN, DCAT, data.json, and the Excel list of a small town.

Each reader turns what a source says into `Record`s, one at a time, so that one bad record costs itself only.
"""

from kencho.catalog.harvest.fetching import Fetcher, UnableToFetch
from kencho.catalog.harvest.reading import read
from kencho.catalog.harvest.shapes import BadRecord, Link, Record

__all__ = ["BadRecord", "Fetcher", "Link", "Record", "UnableToFetch", "read"]

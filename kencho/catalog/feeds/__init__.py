"""The catalogue for machines: one list of facts, written as JSON-LD, Turtle or RDF/XML. Knows nothing of the database.

Sources: DCAT 3 (W3C Recommendation, 22 August 2024), DCAT-AP 3.0 (SEMIC), the EU's authority tables, Hydra Core.
"""

from kencho.catalog.feeds.dcat import (
    CatalogFacts,
    DatasetFacts,
    FileFacts,
    PageFacts,
    facts_of,
    facts_of_catalog,
)
from kencho.catalog.feeds.writing import FORMS, Fact, Form, Text, Typed, Uri

__all__ = [
    "FORMS",
    "CatalogFacts",
    "DatasetFacts",
    "Fact",
    "FileFacts",
    "Form",
    "PageFacts",
    "Text",
    "Typed",
    "Uri",
    "facts_of",
    "facts_of_catalog",
]

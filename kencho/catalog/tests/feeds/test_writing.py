"""Three writings, one graph: whatever the words are, rdflib reads the same facts from each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kencho.catalog.feeds import FORMS, Fact, Text, Typed, Uri

# rdflib warns of a class of its own that its reader of JSON-LD still uses.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
READERS = {"jsonld": "json-ld", "ttl": "turtle", "rdf": "xml"}
SUBJECT = Uri("https://example.jp/a#b")
words = st.text(max_size=40)
objects = st.one_of(
    st.builds(Text, words, st.sampled_from(["", "ja", "en"])),
    st.builds(lambda path: Uri(f"https://example.jp/{path}"), words),
    st.sampled_from([Typed("2026-04-01", "xsd:date"), Typed("12", "xsd:nonNegativeInteger")]),
)


def read(facts: list[Fact], ending: str) -> Graph:
    graph = Graph()
    graph.parse(data=FORMS[ending].write(facts).encode(), format=READERS[ending])
    return graph


@settings(max_examples=60)
@given(st.lists(objects, min_size=1, max_size=5))
def test_all_writings_say_the_same(values: list[Text | Uri | Typed]) -> None:
    facts = [
        Fact(SUBJECT, "rdf:type", Uri("dcat:Dataset")),
        *(Fact(SUBJECT, "dct:title" if isinstance(each, Text) else "dct:source", each) for each in values),
    ]
    graphs = [read(facts, ending) for ending in FORMS]
    assert len(graphs[0]) >= 2
    assert isomorphic(graphs[0], graphs[1])
    assert isomorphic(graphs[0], graphs[2])


def test_words_arrive_unchanged() -> None:
    text = 'a"b\\c\r\nd\te<f>&g 髙𠮷 "'
    for ending in FORMS:
        (found,) = read([Fact(SUBJECT, "dct:title", Text(text, "ja"))], ending).objects()
        assert str(found) == text, ending

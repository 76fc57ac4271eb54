"""The DCAT feeds: the same facts in three writings, page by page, clean by the shapes of DCAT-AP 3."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kencho.catalog import described, feeds
from kencho.catalog.testing import Made, make_dataset
from kencho.organization.testing import Cast

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
READERS = {"jsonld": "json-ld", "ttl": "turtle", "rdf": "xml"}
SHAPES = Path(__file__).parent / "data" / "dcat_ap_3.ttl"


@pytest.fixture
def made(cast: Cast, own_store: None) -> Made:
    """A published table with everything that DCAT knows of."""
    return make_dataset(
        cast,
        frequency="fiscal_year",
        covers_from=date(2025, 4, 1),
        covers_to=date(2026, 3, 31),
        description='説明の1行目\n2行目 "引用" <タグ> & \\ 円',
    )


def feed(ending: str, page: int = 1) -> Graph:
    answer = Client().get(reverse("catalog:feed_catalog", args=[ending]), {"page": page})
    assert answer.status_code == 200
    return Graph().parse(data=answer.content, format=READERS[ending])


def problems(graph: Graph) -> str:
    conforms, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES), advanced=False)
    return "" if conforms else text


def test_three_writings_hold_the_same_facts(made: Made) -> None:
    graphs = []
    for ending, reader in READERS.items():
        text = Client().get(reverse("catalog:feed_catalog", args=[ending])).content.decode()
        # The address of the page names its own writing; everything else is the same.
        text = text.replace(f"catalog.{ending}", "catalog.any")
        graphs.append(Graph().parse(data=text, format=reader))
    assert len(graphs[0]) > 100
    assert isomorphic(graphs[0], graphs[1])
    assert isomorphic(graphs[0], graphs[2])
    own = [
        Graph().parse(
            data=Client().get(reverse("catalog:feed_dataset", args=["mie", "facilities", ending])).content,
            format=READERS[ending],
        )
        for ending in READERS
    ]
    assert isomorphic(own[0], own[1])
    assert isomorphic(own[0], own[2])


def test_the_feed_is_clean_by_the_shapes(made: Made, cast: Cast) -> None:
    make_dataset(cast, code="bare", title="名前だけ", description="", keywords=["一語"])
    assert problems(feed("ttl")) == ""


def test_the_shapes_find_what_is_missing(made: Made) -> None:
    graph = feed("ttl")
    dataset = next(graph.subjects(RDF.type, DCAT.Dataset))
    graph.remove((dataset, DCTERMS.title, None))
    assert "title" in problems(graph)
    graph = feed("ttl")
    file = next(graph.subjects(RDF.type, DCAT.Distribution))
    graph.set((file, DCAT.accessURL, Literal("no address")))
    assert "accessURL" in problems(graph)


def test_what_is_said_of_a_dataset(made: Made) -> None:
    graph = feed("jsonld")
    dataset = next(graph.subjects(RDF.type, DCAT.Dataset))
    assert str(next(graph.objects(dataset, DCTERMS.description))) == made.dataset.description
    assert {str(each) for each in graph.objects(dataset, DCAT.keyword)} == {"施設", "図書館"}
    downloads = {str(each) for each in graph.objects(None, DCAT.downloadURL)}
    assert any(each.endswith("/tables/data/files/data.csv") for each in downloads)
    first = Client().get(min(downloads).removeprefix("http://testserver"))
    assert first.status_code == 200
    first.close()
    frequency = next(graph.objects(dataset, DCTERMS.accrualPeriodicity))
    assert str(frequency).endswith("/frequency/ANNUAL")
    sha = URIRef("http://spdx.org/rdf/terms#checksumValue")
    assert str(next(graph.objects(None, sha))).lower() == made.version.data.digest


def test_pages_lead_to_each_other_and_miss_nothing(
    cast: Cast, own_store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(described, "PAGE_SIZE", 2)
    for number in range(5):
        make_dataset(cast, code=f"d{number}", rows=[])
    hydra = "http://www.w3.org/ns/hydra/core#"
    seen: list[Any] = []
    url = reverse("catalog:feed_catalog", args=["ttl"])
    while url:
        answer = Client().get(url)
        graph = Graph().parse(data=answer.content, format="turtle")
        seen += list(graph.subjects(RDF.type, DCAT.Dataset))
        following = list(graph.objects(None, URIRef(hydra + "next")))
        assert bool(following) == ("Link" in answer)
        url = str(following[0]) if following else ""
        assert str(next(graph.objects(None, URIRef(hydra + "totalItems")))) == "5"
    assert len(seen) == len(set(seen)) == 5
    assert Client().get(reverse("catalog:feed_catalog", args=["ttl"]), {"page": 4}).status_code == 404
    assert Client().get(reverse("catalog:feed_catalog", args=["ttl"]), {"page": "x"}).status_code == 404
    assert Client().get("/opendata/catalog.exe").status_code == 404


def test_number_of_queries_does_not_grow(
    cast: Cast, own_store: None, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        make_dataset(cast, code=f"d{number}", rows=[])
    with django_assert_max_num_queries(8):
        feed("ttl")


def test_data_json(made: Made) -> None:
    answer = Client().get(reverse("catalog:data_json"))
    told = json.loads(b"".join(answer))
    assert told["conformsTo"].endswith("/v1.1/schema")
    (dataset,) = told["dataset"]
    assert dataset["accessLevel"] == "public"
    for required in (
        "title",
        "description",
        "keyword",
        "modified",
        "publisher",
        "contactPoint",
        "identifier",
    ):
        assert dataset[required], required
    assert {each["mediaType"] for each in dataset["distribution"]} >= {"text/csv", "application/json"}


def test_nothing_is_fetched_to_read_the_feed(made: Made) -> None:
    told = json.loads(Client().get(reverse("catalog:feed_catalog", args=["jsonld"])).content)
    assert isinstance(told["@context"], dict)
    assert all(isinstance(each, str) for each in told["@context"].values())
    assert set(feeds.FORMS) == set(READERS)

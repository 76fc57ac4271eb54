"""DCAT in any of its three usual writings, page by page (hydra:next)."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kencho.catalog.harvest.fetching import Answer, Fetcher, UnableToFetch
from kencho.catalog.harvest.shapes import BadRecord, Link, Record, made, text, web_address

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
ACCEPT = "text/turtle, application/ld+json, application/rdf+xml;q=0.9"
MOST_PAGES = 500
FORMATS = (("json", "json-ld"), ("turtle", "turtle"), ("ttl", "turtle"), ("xml", "xml"), ("rdf", "xml"))


def read(url: str, fetcher: Fetcher) -> Iterator[Record | BadRecord]:
    """All `dcat:Dataset`s of a feed. Raises UnableToFetch."""
    page, seen = url, set()
    for _number in range(MOST_PAGES):
        seen.add(page)
        answer = fetcher.get(page, accept=ACCEPT)
        graph = _graph(answer)
        yield from _datasets(graph)
        page = _next(graph, page)
        if not page or page in seen:
            return


def _graph(answer: Answer) -> "Graph":
    from rdflib import Graph

    kind = answer.kind.split(";")[0].lower()
    name = answer.url.lower().split("?")[0]
    form = next((form for word, form in FORMATS if word in kind), None)
    form = form or next((form for word, form in FORMATS if name.endswith(word)), "turtle")
    content = answer.content.decode("utf-8-sig", "replace")
    if form == "json-ld":
        _refuse_remote_contexts(content)
    graph = Graph()
    try:
        graph.parse(data=content, format=form, publicID=answer.url)
    except Exception as wrong:  # the parsers raise whatever they like; a feed that cannot be read is one fact
        raise UnableToFetch("not_rdf") from wrong
    return graph


def _refuse_remote_contexts(content: str) -> None:
    """A context elsewhere would be fetched by the parser, past the guard of `fetching`."""
    try:
        waiting: list[Any] = [json.loads(content)]
    except (ValueError, RecursionError) as wrong:
        raise UnableToFetch("not_json") from wrong
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            context = node.get("@context")
            contexts = context if isinstance(context, list) else [context]
            if any(
                isinstance(each, str) or (isinstance(each, dict) and "@import" in each) for each in contexts
            ):
                raise UnableToFetch("remote_context")
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _next(graph: "Graph", page: str) -> str:
    from rdflib import URIRef

    for _subject, following in graph.subject_objects(URIRef(HYDRA + "next")):
        return web_address(str(following))
    return ""


def _datasets(graph: "Graph") -> Iterator[Record | BadRecord]:
    from rdflib import RDF, URIRef

    for subject in sorted(set(graph.subjects(RDF.type, URIRef(DCAT + "Dataset"))), key=str):
        files = graph.objects(subject, URIRef(DCAT + "distribution"))
        yield made(
            _one(graph, subject, DCT + "identifier") or str(subject),
            _one(graph, subject, DCT + "title"),
            description=_one(graph, subject, DCT + "description"),
            url=_one(graph, subject, DCAT + "landingPage") or str(subject),
            keywords=[str(each) for each in graph.objects(subject, URIRef(DCAT + "keyword"))],
            license=_one(graph, subject, DCT + "license"),
            frequency=_one(graph, subject, DCT + "accrualPeriodicity"),
            theme=_one(graph, subject, DCAT + "theme"),
            modified=_one(graph, subject, DCT + "modified"),
            links=tuple(sorted((_link(graph, each) for each in files), key=lambda link: link.url)),
        )


def _link(graph: "Graph", node: "Node") -> Link:
    url = web_address(_one(graph, node, DCAT + "downloadURL") or _one(graph, node, DCAT + "accessURL"))
    kind = _one(graph, node, DCT + "format") or _one(graph, node, DCAT + "mediaType")
    return Link(text(_one(graph, node, DCT + "title"), 200) or url, url, kind.rsplit("/", 1)[-1][:20].upper())


def _one(graph: "Graph", subject: "Node", predicate: str) -> str:
    """One value; of several languages the Japanese one."""
    from rdflib import Literal, URIRef

    found = sorted(
        graph.objects(subject, URIRef(predicate)),
        key=lambda each: (not (isinstance(each, Literal) and each.language == "ja"), str(each)),
    )
    return str(found[0]) if found else ""

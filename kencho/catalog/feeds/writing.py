"""Three writings of the same facts. Every node has an address, so no two writings can differ in nameless nodes."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

PREFIXES: Final[Mapping[str, str]] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "adms": "http://www.w3.org/ns/adms#",
    "dcatap": "http://data.europa.eu/r5r/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
}
TYPE: Final = "rdf:type"
# What XML 1.0 cannot hold is left out of all writings, so that they stay the same.
_UNFIT: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_ADDRESS: Final = re.compile('[\x00-\x20<>"{}|^`\\\\]')


@dataclass(frozen=True)
class Uri:
    """An address; ``prefix:name`` of `PREFIXES` or whole."""

    value: str

    @property
    def whole(self) -> str:
        """The absolute address, with what no address may hold written as %XX."""
        prefix, colon, name = self.value.partition(":")
        whole = PREFIXES[prefix] + name if colon and prefix in PREFIXES else self.value
        return _IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", whole)


@dataclass(frozen=True)
class Text:
    """Words, with their language where it matters."""

    value: str
    language: str = ""

    @property
    def fit(self) -> str:
        """The words in characters that all writings can hold."""
        return _UNFIT.sub("", self.value)


@dataclass(frozen=True)
class Typed:
    """A value of a type such as ``xsd:date``."""

    value: str
    type: str


Object: TypeAlias = Uri | Text | Typed


@dataclass(frozen=True)
class Fact:
    """Subject (an address), property (``prefix:name``), object."""

    subject: Uri
    property: str
    object: Object


def _by_subject(facts: Iterable[Fact]) -> dict[str, dict[str, list[Object]]]:
    """Grouped, each fact once, in the order in which they came."""
    made: dict[str, dict[str, list[Object]]] = {}
    for fact in facts:
        values = made.setdefault(fact.subject.whole, {}).setdefault(fact.property, [])
        if fact.object not in values:
            values.append(fact.object)
    return made


# JSON-LD 1.1


def as_jsonld(facts: Iterable[Fact]) -> str:
    """With the prefixes in the document itself: nobody has to fetch a context from elsewhere."""
    graph = []
    for subject, properties in _by_subject(facts).items():
        node: dict[str, object] = {"@id": subject}
        for name, values in properties.items():
            if name == TYPE:
                node["@type"] = [each.value for each in values if isinstance(each, Uri)]
            else:
                node[name] = [_json_value(each) for each in values]
        graph.append(node)
    context = {name: whole for name, whole in PREFIXES.items() if name != "rdf"}
    return json.dumps({"@context": context, "@graph": graph}, ensure_ascii=False, indent=1)


def _json_value(value: Object) -> dict[str, str]:
    if isinstance(value, Uri):
        return {"@id": value.whole}
    if isinstance(value, Typed):
        return {"@value": value.value, "@type": value.type}
    return {"@value": value.fit, **({"@language": value.language} if value.language else {})}


# Turtle (RDF 1.1)


_TURTLE: Final = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


def as_turtle(facts: Iterable[Fact]) -> str:
    """One block for each subject."""
    lines = [f"@prefix {name}: <{whole}> ." for name, whole in PREFIXES.items()]
    for subject, properties in _by_subject(facts).items():
        said = [
            f"  {name} " + " ,\n    ".join(_turtle_value(each) for each in values)
            for name, values in properties.items()
        ]
        lines.append(f"\n<{subject}>\n" + " ;\n".join(said) + " .")
    return "\n".join(lines) + "\n"


def _turtle_value(value: Object) -> str:
    if isinstance(value, Uri):
        return f"<{value.whole}>"
    if isinstance(value, Typed):
        return f'"{value.value.translate(_TURTLE)}"^^{value.type}'
    return f'"{value.fit.translate(_TURTLE)}"' + (f"@{value.language}" if value.language else "")


# RDF/XML


def as_rdfxml(facts: Iterable[Fact]) -> str:
    """One description for each subject."""
    names = "".join(f"\n  xmlns:{name}={quoteattr(whole)}" for name, whole in PREFIXES.items())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<rdf:RDF{names}>"]
    for subject, properties in _by_subject(facts).items():
        lines.append(f"<rdf:Description rdf:about={quoteattr(subject)}>")
        lines += [f"  {_xml_value(name, each)}" for name, values in properties.items() for each in values]
        lines.append("</rdf:Description>")
    return "\n".join([*lines, "</rdf:RDF>"]) + "\n"


# A carriage return that is not written as a reference becomes a line feed in the reader.
_XML: Final = {"\r": "&#13;"}


def _xml_value(name: str, value: Object) -> str:
    if isinstance(value, Uri):
        return f"<{name} rdf:resource={quoteattr(value.whole)}/>"
    if isinstance(value, Typed):
        return f"<{name} rdf:datatype={quoteattr(Uri(value.type).whole)}>{escape(value.value, _XML)}</{name}>"
    language = f" xml:lang={quoteattr(value.language)}" if value.language else ""
    return f"<{name}{language}>{escape(value.fit, _XML)}</{name}>"


@dataclass(frozen=True)
class Form:
    """A writing: its ending, what it is called on the wire, and how it is made."""

    ending: str
    media_type: str
    write: Callable[[Iterable[Fact]], str]


FORMS: Final[Mapping[str, Form]] = {
    form.ending: form
    for form in (
        Form("jsonld", "application/ld+json", as_jsonld),
        Form("ttl", "text/turtle", as_turtle),
        Form("rdf", "application/rdf+xml", as_rdfxml),
    )
}

"""What DCAT-AP 3.0 wants to be known of a catalogue, a dataset, its files and its API, as facts.

Everything that is named is also said to be what it is (a theme is a skos:Concept, a language a LinguisticSystem), so
that a page of the feed can be checked by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from kencho.catalog.feeds.writing import TYPE, Fact, Object, Text, Typed, Uri

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
LANGUAGE: Final = f"{AUTHORITY}language/JPN"
PUBLIC: Final = f"{AUTHORITY}access-right/PUBLIC"
THEMES: Final = f"{AUTHORITY}data-theme"
AVAILABLE: Final = f"{AUTHORITY}planned-availability/AVAILABLE"
SHA256: Final = "spdx:checksumAlgorithm_sha256"
MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
FREQUENCIES: Final = {
    "once": "NEVER",
    "irregular": "IRREG",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "annual": "ANNUAL",
    "fiscal_year": "ANNUAL",
}
FILE_TYPES: Final = {
    "CSV": "CSV",
    "XLSX": "XLSX",
    "JSON": "JSON",
    "GeoJSON": "GEOJSON",
    "Parquet": "PARQUET",
    "PDF": "PDF",
    "XLS": "XLS",
    "ZIP": "ZIP",
    "KML": "KML",
    "XML": "XML",
    "HTML": "HTML",
}
# Kinds of publishers (EU vocabulary publisher-type).
PUBLISHER_TYPES: Final = "http://purl.org/adms/publishertype/"


@dataclass(frozen=True)
class FileFacts:
    """A distribution."""

    uri: str
    title: str
    access_url: str
    download_url: str = ""
    format: str = ""
    media_type: str = ""
    license_url: str = ""
    description: str = ""
    sha256: str = ""
    size: int | None = None
    modified: datetime | None = None


@dataclass(frozen=True)
class Publisher:
    """A body."""

    uri: str
    name: str
    homepage: str
    is_prefecture: bool
    area_code: str


@dataclass(frozen=True)
class DatasetFacts:
    """A dataset with everything that hangs on it. Addresses are absolute."""

    uri: str
    page: str
    identifier: str
    title: str
    description: str
    publisher: Publisher
    contact_name: str
    contact_url: str
    theme: str
    theme_label: str
    frequency: str
    keywords: Sequence[str] = ()
    issued: datetime | None = None
    modified: datetime | None = None
    covers_from: date | None = None
    covers_to: date | None = None
    version: str = ""
    files: Sequence[FileFacts] = ()
    api_url: str = ""
    api_document: str = ""
    source_page: str = ""


@dataclass(frozen=True)
class PageFacts:
    """A page of a feed that has several (Hydra)."""

    uri: str
    first: str
    last: str
    next: str = ""
    previous: str = ""
    total: int = 0


@dataclass(frozen=True)
class CatalogFacts:
    """The catalogue of one installation."""

    uri: str
    title: str
    description: str
    homepage: str
    publisher: Publisher
    license_url: str
    issued: datetime | None = None
    modified: datetime | None = None
    page: PageFacts | None = None
    datasets: Sequence[DatasetFacts] = field(default_factory=tuple)


class _Said:
    """Facts about one subject, easily written."""

    def __init__(self, uri: str) -> None:
        self.uri = Uri(uri)
        self.facts: list[Fact] = []

    def say(self, name: str, *values: Object | None) -> "_Said":
        self.facts += [Fact(self.uri, name, value) for value in values if value is not None]
        return self

    def link(self, name: str, *addresses: str) -> "_Said":
        return self.say(name, *(Uri(each) for each in addresses if each))

    def text(self, name: str, *texts: str) -> "_Said":
        return self.say(name, *(Text(each, "ja") for each in texts if each))

    def moment(self, name: str, moment: datetime | None) -> "_Said":
        return self.say(name, Typed(moment.isoformat(), "xsd:dateTime") if moment else None)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)


def _is(uri: str, kind: str) -> Fact:
    return Fact(Uri(uri), TYPE, Uri(kind))


def _area(publisher: Publisher) -> str:
    """The standard area code of the statistics bureau, which publishes it as linked data."""
    return f"http://data.e-stat.go.jp/lod/sac/C{publisher.area_code[:5]}"


def _publisher(publisher: Publisher) -> Iterator[Fact]:
    kind = PUBLISHER_TYPES + ("RegionalAuthority" if publisher.is_prefecture else "LocalAuthority")
    yield from (
        _Said(publisher.uri)
        .link(TYPE, "foaf:Agent", "foaf:Organization")
        .text("foaf:name", publisher.name)
        .link("foaf:homepage", publisher.homepage)
        .link("dct:type", kind)
    )
    yield _is(publisher.homepage, "foaf:Document")
    yield _is(kind, "skos:Concept")
    yield Fact(Uri(kind), "skos:prefLabel", Text(kind.rsplit("/", 1)[1], "en"))
    yield _is(_area(publisher), "dct:Location")


def facts_of_catalog(catalog: CatalogFacts) -> Iterator[Fact]:
    """A page of the catalogue, or the whole of it."""
    said = (
        _Said(catalog.uri)
        .link(TYPE, "dcat:Catalog", *(["hydra:Collection"] if catalog.page else []))
        .text("dct:title", catalog.title)
        .text("dct:description", catalog.description)
        .link("dct:publisher", catalog.publisher.uri)
        .link("foaf:homepage", catalog.homepage)
        .link("dct:language", LANGUAGE)
        .link("dct:license", catalog.license_url)
        .link("dct:spatial", _area(catalog.publisher))
        .link("dcat:themeTaxonomy", THEMES)
        .moment("dct:issued", catalog.issued)
        .moment("dct:modified", catalog.modified)
        .link("dcat:dataset", *(each.uri for each in catalog.datasets))
        .link("dcat:service", *(_service_of(each) for each in catalog.datasets))
    )
    yield from said
    yield _is(catalog.homepage, "foaf:Document")
    yield _is(THEMES, "skos:ConceptScheme")
    yield Fact(Uri(THEMES), "dct:title", Text("Data theme", "en"))
    yield from _license(catalog.license_url)
    yield _is(LANGUAGE, "dct:LinguisticSystem")
    yield from _publisher(catalog.publisher)
    if catalog.page is not None:
        yield from _page(catalog, catalog.page)
    for dataset in catalog.datasets:
        yield from facts_of(dataset)


def _page(catalog: CatalogFacts, page: PageFacts) -> Iterator[Fact]:
    yield Fact(Uri(catalog.uri), "hydra:totalItems", Typed(str(page.total), "xsd:integer"))
    yield Fact(Uri(catalog.uri), "hydra:view", Uri(page.uri))
    yield from (
        _Said(page.uri)
        .link(TYPE, "hydra:PartialCollectionView")
        .link("hydra:first", page.first)
        .link("hydra:last", page.last)
        .link("hydra:next", page.next)
        .link("hydra:previous", page.previous)
    )


def _license(url: str) -> Iterator[Fact]:
    if url:
        yield _is(url, "dct:LicenseDocument")


def _service_of(dataset: DatasetFacts) -> str:
    return f"{dataset.page}#api" if dataset.api_url else ""


def facts_of(dataset: DatasetFacts) -> Iterator[Fact]:
    """A dataset, its publisher, its files, its API."""
    frequency = f"{AUTHORITY}frequency/{FREQUENCIES.get(dataset.frequency, 'UNKNOWN')}"
    theme = f"{AUTHORITY}data-theme/{dataset.theme}"
    period = f"{dataset.page}#period" if dataset.covers_from or dataset.covers_to else ""
    yield from (
        _Said(dataset.uri)
        .link(TYPE, "dcat:Dataset")
        .text("dct:title", dataset.title)
        .text("dct:description", dataset.description or dataset.title)
        .say("dct:identifier", Text(dataset.identifier))
        .link("dct:publisher", dataset.publisher.uri)
        .link("dcat:contactPoint", f"{dataset.page}#contact")
        .text("dcat:keyword", *dataset.keywords)
        .link("dcat:theme", theme)
        .link("dct:accrualPeriodicity", frequency)
        .link("dct:spatial", _area(dataset.publisher))
        .link("dct:temporal", period)
        .link("dct:language", LANGUAGE)
        .link("dct:accessRights", PUBLIC)
        .link("dcat:landingPage", dataset.page)
        .link("dct:source", dataset.source_page)
        .moment("dct:issued", dataset.issued)
        .moment("dct:modified", dataset.modified)
        .say("dcat:version", Text(dataset.version) if dataset.version else None)
        .link("dcat:distribution", *(each.uri for each in dataset.files))
    )
    yield from _around(dataset, theme, frequency, period)
    yield from _publisher(dataset.publisher)
    for file in dataset.files:
        yield from _file(dataset, file)
    if dataset.api_url:
        yield from _service(dataset)


def _around(dataset: DatasetFacts, theme: str, frequency: str, period: str) -> Iterator[Fact]:
    """What a dataset names."""
    yield _is(dataset.page, "foaf:Document")
    yield from (
        _Said(f"{dataset.page}#contact")
        .link(TYPE, "vcard:Organization", "vcard:Kind")
        .text("vcard:fn", dataset.contact_name)
        .link("vcard:hasURL", dataset.contact_url)
    )
    yield from (
        _Said(theme)
        .link(TYPE, "skos:Concept")
        .text("skos:prefLabel", dataset.theme_label)
        .link("skos:inScheme", THEMES)
    )
    yield _is(frequency, "dct:Frequency")
    yield _is(LANGUAGE, "dct:LinguisticSystem")
    yield _is(PUBLIC, "dct:RightsStatement")
    if dataset.source_page:
        yield _is(dataset.source_page, "foaf:Document")
    if period:
        first, last = dataset.covers_from, dataset.covers_to
        yield from (
            _Said(period)
            .link(TYPE, "dct:PeriodOfTime")
            .say("dcat:startDate", Typed(first.isoformat(), "xsd:date") if first else None)
            .say("dcat:endDate", Typed(last.isoformat(), "xsd:date") if last else None)
        )


def _file(dataset: DatasetFacts, file: FileFacts) -> Iterator[Fact]:
    kind = FILE_TYPES.get(file.format) or FILE_TYPES.get(file.format.upper())
    format_uri = f"{AUTHORITY}file-type/{kind}" if kind else ""
    media = f"{MEDIA_TYPES}{file.media_type}" if file.media_type else ""
    checksum = f"{file.uri}-checksum" if file.sha256 else ""
    yield from (
        _Said(file.uri)
        .link(TYPE, "dcat:Distribution")
        .text("dct:title", file.title)
        .text("dct:description", file.description or f"{dataset.title}（{file.title}）")
        .link("dcat:accessURL", file.access_url)
        .link("dcat:downloadURL", file.download_url)
        .link("dct:format", format_uri)
        .link("dcat:mediaType", media)
        .link("dct:license", file.license_url)
        .link("dct:language", LANGUAGE)
        .link("dcatap:availability", AVAILABLE)
        .link("dcat:accessService", _service_of(dataset))
        .link("spdx:checksum", checksum)
        .say(
            "dcat:byteSize",
            Typed(str(file.size), "xsd:nonNegativeInteger") if file.size is not None else None,
        )
        .moment("dct:modified", file.modified)
    )
    for uri, sort in ((format_uri, "dct:MediaTypeOrExtent"), (media, "dct:MediaType")):
        if uri:
            yield _is(uri, sort)
    yield from _license(file.license_url)
    yield _is(AVAILABLE, "skos:Concept")
    yield Fact(Uri(AVAILABLE), "skos:prefLabel", Text("available", "en"))
    if checksum:
        yield from (
            _Said(checksum)
            .link(TYPE, "spdx:Checksum")
            .link("spdx:algorithm", SHA256)
            .say("spdx:checksumValue", Typed(file.sha256, "xsd:hexBinary"))
        )
        yield _is(SHA256, "spdx:ChecksumAlgorithm")


def _service(dataset: DatasetFacts) -> Iterator[Fact]:
    uri = _service_of(dataset)
    yield from (
        _Said(uri)
        .link(TYPE, "dcat:DataService")
        .text("dct:title", f"{dataset.title} API")
        .text("dct:description", dataset.description or dataset.title)
        .link("dcat:endpointURL", dataset.api_url)
        .link("dcat:endpointDescription", dataset.api_document)
        .link("dcat:servesDataset", dataset.uri)
        .link("dct:publisher", dataset.publisher.uri)
        .link("dcat:contactPoint", f"{dataset.page}#contact")
        .link("dcat:theme", f"{AUTHORITY}data-theme/{dataset.theme}")
        .link("dct:accessRights", PUBLIC)
        .text("dcat:keyword", *dataset.keywords)
    )

"""Other catalogues, spoken by a local server: what is read, and what a broken or hostile source cannot do."""

import gzip
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kencho.catalog import harvest, services
from kencho.catalog.models import Dataset, HarvestRun, HarvestSource
from kencho.catalog.queries import Wanted, search
from kencho.foundation import clock
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, desk, grant

Answer = tuple[int, dict[str, str], bytes]


def _nothing(_query: str) -> Answer:
    return 404, {}, b""


class Site:
    """A catalogue somewhere: pages by path, and what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[str], Answer]] = {}
        self.asked: list[str] = []
        self.url = ""

    def put(self, path: str, content: bytes | str, kind: str = "application/json") -> None:
        data = content.encode() if isinstance(content, str) else content
        self.pages[path] = lambda _query: (200, {"Content-Type": kind}, data)


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    made = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _mark, query = self.path.partition("?")
            made.asked.append(self.path)
            status, headers, content = made.pages.get(path, _nothing)(query)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except OSError:
                # The reader had enough, as it should.
                return

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


def package(number: int, **more: Any) -> dict[str, Any]:
    """A CKAN package."""
    return {
        "id": f"id-{number}",
        "name": f"data-{number}",
        "title": f"避難所一覧{number}",
        "notes": "<b>地震</b>のときの<script>x</script>避難所",
        "tags": [{"name": "防災"}],
        "license_id": "cc-by-4.0",
        "metadata_modified": "2026-05-01T10:00:00",
        "resources": [
            {"name": "CSV", "url": f"https://example.jp/{number}.csv", "format": "csv"},
            {"name": "わな", "url": "javascript:alert(1)", "format": "html"},
        ],
        **more,
    }


def ckan(site: Site, packages: list[Any]) -> None:
    """Answer package_search by pages."""

    def page(query: str) -> Answer:
        values = dict(pair.split("=") for pair in query.split("&"))
        start, rows = int(values["start"]), int(values["rows"])
        found = {
            "success": True,
            "result": {"count": len(packages), "results": packages[start : start + rows]},
        }
        return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()

    site.pages["/api/3/action/package_search"] = page


@pytest.fixture
def source(cast: Cast, site: Site) -> HarvestSource:
    grant(cast.chief, RoleAssignment.Role.PLANNER)
    return services.save_source(
        keeper=cast.body,
        body=cast.other_body,
        name="津市の目録",
        kind="ckan",
        url=site.url,
        every_hours=24,
        by=desk(cast.chief).actor,
        at=clock.now(),
    )


def run(source: HarvestSource, **limits: Any) -> HarvestRun:
    """One collection, as the task does it."""
    records = harvest.read(source.kind, source.url, harvest.Fetcher(**limits))
    return services.harvest(source=source, records=records, by=services.KENCHO, at=clock.now())


def counts(done: HarvestRun) -> tuple[int, ...]:
    return done.added, done.changed, done.unchanged, done.withdrawn, done.failed


def test_ckan_is_read_by_pages_and_again_only_what_changed(source: HarvestSource, site: Site) -> None:
    packages = [package(number) for number in range(7)]
    ckan(site, [*packages, {"id": "no-title", "title": "", "name": ""}, "nonsense"])
    assert counts(run(source)) == (7, 0, 0, 0, 2)
    made = Dataset.objects.get(external_id="id-3")
    assert made.body == source.body
    assert made.license == "CC-BY-4.0"
    assert "<" not in made.description
    assert [each.link for each in made.resources.all()] == ["https://example.jp/3.csv"]
    assert search(Wanted(words="避難")).total == 7
    packages[2]["title"] = "避難場所"
    ckan(site, packages[:6])
    assert counts(run(source)) == (0, 1, 5, 1, 0)
    source.refresh_from_db()
    assert source.health == HarvestSource.Health.GOOD


def test_new_numbers_for_the_same_pages_keep_the_addresses(source: HarvestSource, site: Site) -> None:
    ckan(site, [package(number) for number in range(5)])
    run(source)
    codes = set(Dataset.objects.values_list("code", flat=True))
    ckan(site, [package(number, id=f"other-{number}") for number in range(5)])
    assert counts(run(source)) == (0, 5, 0, 0, 0)
    assert set(Dataset.objects.values_list("code", flat=True)) == codes


def test_a_source_that_suddenly_knows_little_clears_nothing(source: HarvestSource, site: Site) -> None:
    ckan(site, [package(number) for number in range(6)])
    run(source)
    ckan(site, [package(0)])
    done = run(source)
    assert (done.problem, done.withdrawn) == ("too_many_gone", 0)
    assert Dataset.objects.filter(state=Dataset.State.PUBLISHED).count() == 6
    source.refresh_from_db()
    assert source.health == HarvestSource.Health.PARTIAL


TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://example.jp/d/1> a dcat:Dataset ; dct:title "Toilets"@en, "公衆トイレ"@ja ; dct:identifier "d1" ;
  dcat:keyword "まち"@ja ; dct:license <http://creativecommons.org/publicdomain/zero/1.0/> ;
  dcat:distribution [ dcat:downloadURL <https://example.jp/1.csv> ; dct:title "CSV" ] .
"""


@pytest.mark.parametrize(
    ("kind", "path", "content", "type_"),
    [
        ("dcat", "/feed.ttl", TURTLE, "text/turtle"),
        (
            "data_json",
            "/data.json",
            json.dumps(
                {
                    "dataset": [
                        {
                            "identifier": "d1",
                            "title": "公衆トイレ",
                            "license": "https://creativecommons.org/publicdomain/zero/1.0/",
                            "keyword": ["まち"],
                            "distribution": [{"title": "CSV", "downloadURL": "https://example.jp/1.csv"}],
                        }
                    ]
                }
            ),
            "application/json",
        ),
        (
            "list",
            "/list.csv",
            (
                "データセット_ID,データセット_タイトル,データセット_キーワード,"
                "ファイル_タイトル,ファイル_ダウンロードURL,ファイル_ライセンス\r\n"
                "d1,公衆トイレ,まち,CSV,https://example.jp/1.csv,CC0\r\n"
            ),
            "text/csv",
        ),
    ],
)
def test_every_language_tells_the_same(
    source: HarvestSource, site: Site, kind: str, path: str, content: str, type_: str
) -> None:
    site.put(path, content.encode("cp932") if kind == "list" else content, type_)
    source.kind, source.url = kind, site.url + path
    assert counts(run(source)) == (1, 0, 0, 0, 0)
    made = Dataset.objects.get()
    assert (made.external_id, made.title, made.license, made.keywords) == (
        "d1",
        "公衆トイレ",
        "CC0-1.0",
        ["まち"],
    )
    assert [(each.title, each.link) for each in made.resources.all()] == [("CSV", "https://example.jp/1.csv")]


@pytest.mark.parametrize(
    ("content", "kind", "problem"),
    [
        (b"<html>", "ckan", "not_json"),
        (b'{"result": []}', "ckan", "not_ckan"),
        (b"[" * 100_000, "data_json", "not_json"),
        (b'{"@id": [', "dcat", "not_json"),
        (b'{"@context": "http://169.254.169.254/", "@id": "x"}', "dcat", "remote_context"),
    ],
)
def test_nonsense_has_a_name(
    source: HarvestSource, site: Site, content: bytes, kind: str, problem: str
) -> None:
    site.put("/x.json", content, "application/ld+json")
    site.put("/api/3/action/package_search", content)
    source.kind, source.url = kind, site.url + ("" if kind == "ckan" else "/x.json")
    assert run(source).problem == problem
    source.refresh_from_db()
    assert source.health == HarvestSource.Health.BAD


def _going_to(target: str) -> Callable[[str], Answer]:
    return lambda _query: (302, {"Location": target}, b"")


class TestTheGuard:
    """What a source cannot make this server do."""

    def test_a_redirect_into_the_office_is_refused(self, site: Site) -> None:
        for target in (
            "http://169.254.169.254/latest/",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            "http://[::1]/",
        ):
            site.pages["/go"] = _going_to(target)
            with pytest.raises(harvest.UnableToFetch) as refused:
                harvest.Fetcher().get(f"{site.url}/go")
            assert refused.value.code in {"network", "url"}

    def test_going_round_in_circles_ends(self, site: Site) -> None:
        site.pages["/go"] = lambda _q: (302, {"Location": "/go"}, b"")
        with pytest.raises(harvest.UnableToFetch) as refused:
            harvest.Fetcher().get(f"{site.url}/go")
        assert refused.value.code == "redirects"
        assert len(site.asked) == 4

    def test_what_unpacks_to_more_than_was_asked_for_is_cut(self, site: Site) -> None:
        bomb = gzip.compress(b"[" + b" " * 5_000_000)
        site.pages["/big"] = lambda _q: (200, {"Content-Encoding": "gzip"}, bomb)
        with pytest.raises(harvest.UnableToFetch) as refused:
            harvest.Fetcher(most_bytes=1_000_000).get(f"{site.url}/big")
        assert refused.value.code == "too_large"

    def test_one_that_hangs_is_left(self, site: Site) -> None:
        def slow(_query: str) -> Answer:
            time.sleep(3)
            return 200, {}, b"{}"

        site.pages["/slow"] = slow
        began = time.monotonic()
        with pytest.raises(harvest.UnableToFetch) as refused:
            harvest.Fetcher(seconds=0.5).get(f"{site.url}/slow")
        assert refused.value.code in {"timeout", "connection"}
        assert time.monotonic() - began < 3


def test_what_broke_off_keeps_what_was_read(source: HarvestSource) -> None:
    def records() -> Iterator[harvest.Record]:
        yield harvest.Record("a", "一")
        yield harvest.Record("b", "二")
        raise harvest.UnableToFetch("connection")

    done = services.harvest(source=source, records=records(), by=services.KENCHO, at=clock.now())
    assert (done.added, done.problem) == (2, "connection")
    assert Dataset.objects.count() == 2


def test_only_the_open_data_desk_sets_up_sources(cast: Cast, source: HarvestSource) -> None:
    with pytest.raises(services.UnableToHarvest):
        services.pause_source(source=source, is_paused=True, by=desk(cast.clerk).actor, at=clock.now())

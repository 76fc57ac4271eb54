"""Downloads: each form, in parts, once; and the list of what CP932 could not hold."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kencho.catalog import exports
from kencho.catalog.models import ResourceVersion
from kencho.catalog.tables.process import PreparationProcess
from kencho.catalog.testing import Made, facilities, make_dataset
from kencho.foundation import queue
from kencho.organization.testing import Cast


@pytest.fixture
def made(cast: Cast, own_store: None) -> Made:
    """A published table of 24 facilities."""
    return make_dataset(cast)


def url_of(name: str, view: str = "table_file") -> str:
    return reverse(f"catalog:{view}", args=["mie", "facilities", "data", name])


def got(name: str, status: int = 200, **headers: str) -> Any:
    answer: Any = Client().get(url_of(name), headers=headers)
    assert answer.status_code == status, answer.content
    answer.whole = b"".join(answer) if answer.streaming else answer.content
    return answer


def read(content: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding))))


def test_every_form_holds_the_same_rows(made: Made) -> None:
    names = [each["名称"] for each in facilities()]
    plain = got("data.csv")
    assert plain["Content-Disposition"] == 'attachment; filename="mie-facilities-v1.csv"'
    assert plain["Access-Control-Allow-Origin"] == "*"
    assert [each["名称"] for each in read(plain.whole, "utf-8")] == names
    with_bom = got("data.bom.csv").whole
    assert with_bom.startswith(b"\xef\xbb\xbf")
    assert [each["名称"] for each in read(with_bom, "utf-8-sig")] == names
    assert got("data.xlsx").whole.startswith(b"PK")
    assert len(json.loads(got("data.json").whole)) == 24
    places = json.loads(got("data.geojson").whole)
    assert len(places["features"]) == 24
    assert places["features"][0]["geometry"]["coordinates"] == [136.505, 34.718]
    assert got("data.parquet").whole.startswith(b"PAR1")
    got("data.pdf", 404)


def test_what_cp932_cannot_hold_is_replaced_and_listed(made: Made) -> None:
    rows = read(got("data.cp932.csv").whole, "cp932")
    assert rows[4]["名称"] == "四日市市吉田第4図書館"
    listed = Client().get(url_of("data.cp932.csv", "table_file_replaced")).content.decode()
    assert "𠮷" in listed
    assert "U+20BB7" in listed
    page = Client().get(reverse("catalog:dataset_show", args=["mie", "facilities"])).content.decode()
    assert "置き換えた文字 1件" in page


def test_parts_are_handed_out_and_the_same_file_is_not_sent_twice(made: Made) -> None:
    whole = got("data.csv")
    size, etag = len(whole.whole), whole["ETag"]
    part = got("data.csv", 206, Range="bytes=10-19")
    assert (part.whole, part["Content-Range"]) == (whole.whole[10:20], f"bytes 10-19/{size}")
    assert got("data.csv", 206, Range="bytes=-7").whole == whole.whole[-7:]
    assert got("data.csv", 206, Range=f"bytes={size - 3}-").whole == whole.whole[-3:]
    assert got("data.csv", 416, Range=f"bytes={size}-")["Content-Range"] == f"bytes */{size}"
    assert got("data.csv", 206, **{"Range": "bytes=0-4", "If-Range": etag}).whole == whole.whole[:5]
    assert got("data.csv", 200, **{"Range": "bytes=0-4", "If-Range": '"other"'}).whole == whole.whole
    for odd in ("bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,4-5", "bytes=", "bytes=-"):
        assert got("data.csv", 200, Range=odd).whole == whole.whole, odd
    assert got("data.csv", 304, **{"If-None-Match": etag}).whole == b""
    head = Client().head(url_of("data.csv"))
    assert head["Content-Length"] == str(size)
    head.close()


def test_a_file_is_made_once(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    got("data.csv")

    def refuse(*_any: object, **_more: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(PreparationProcess, "run", refuse)
    got("data.csv")


def test_large_files_are_made_by_the_queue(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "SMALL_CELLS", 10)
    answer = Client().get(url_of("data.xlsx"))
    assert answer.status_code == 302
    waiting = Client().get(answer["Location"]).content.decode()
    assert "ファイルを作っています" in waiting
    state = Client().get(url_of("data.xlsx", "table_file_state")).json()
    assert (state["finished"], state["total"]) == (False, 24)
    queue.drain(strict=True)
    state = Client().get(url_of("data.xlsx", "table_file_state")).json()
    assert state["finished"]
    assert "ダウンロードする" in Client().get(state["url"]).content.decode()
    assert got("data.xlsx").whole.startswith(b"PK")


def test_a_refusal_is_remembered_and_told(made: Made) -> None:
    form = exports.FORMS["geojson"]
    place = exports.kept(made.version, form).place
    place.parent.mkdir(parents=True, exist_ok=True)
    Path(f"{place}.refused").write_text('{"code": "no_coordinates", "params": {}}')
    answer = Client().get(url_of("data.geojson"))
    assert answer.status_code == 400
    assert "GeoJSON" in answer.content.decode()


def test_an_unfinished_file_is_never_handed_out(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    from kencho.catalog.tables.refusals import Refused

    def die(*_any: object, **_more: object) -> None:
        raise Refused("crashed", during="export")

    monkeypatch.setattr(PreparationProcess, "run", die)
    assert Client().get(url_of("data.csv")).status_code == 503
    assert not exports.kept(
        ResourceVersion.objects.select_related("data__body", "resource__dataset").get(), exports.FORMS["csv"]
    ).is_made

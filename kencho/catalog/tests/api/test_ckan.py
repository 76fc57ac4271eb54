"""CKAN's own client reads the portal: the real `ckanapi`, its requests carried to Django's test client."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from ckanapi import NotFound, RemoteCKAN, ValidationError
from django.core.cache import cache
from django.test import Client

from kencho.catalog.ckan import _ids
from kencho.catalog.testing import Made, add_version, facilities, make_dataset
from kencho.foundation import clock
from kencho.organization.testing import Cast, desk


class _Answer:
    def __init__(self, answer: Any) -> None:
        self.status_code = answer.status_code
        self.text = answer.content.decode()

    def json(self) -> Any:
        return json.loads(self.text)


class _Session:
    """What ckanapi takes for a session of requests."""

    def post(self, url: str, data: Any = None, headers: Any = None, **_more: Any) -> _Answer:
        named = {name: value for name, value in (headers or {}).items() if name.lower() != "content-type"}
        kind = (headers or {}).get("Content-Type", "application/json")
        return _Answer(Client().post(urlsplit(url).path, data, content_type=kind, headers=named))

    def get(self, url: str, params: Any = None, headers: Any = None, **_more: Any) -> _Answer:
        return _Answer(Client().get(urlsplit(url).path, params or {}, headers=headers or {}))


@pytest.fixture
def made(cast: Cast, own_store: None) -> Made:
    """A published table."""
    cache.clear()
    return make_dataset(cast, at=clock.now() - timedelta(days=1))


@pytest.fixture
def remote(made: Made) -> RemoteCKAN:
    """CKAN's client."""
    return RemoteCKAN("http://testserver", session=_Session())


def test_packages_are_found_and_shown(remote: RemoteCKAN, made: Made, cast: Cast) -> None:
    make_dataset(cast, code="shelters", title="指定緊急避難場所", theme="JUST", keywords=["避難"])
    assert remote.action.package_list() == ["mie--facilities", "mie--shelters"]
    found = remote.action.package_search(
        q="避難", rows=5, **{"facet.field": ["organization", "groups", "tags"]}
    )
    assert (found["count"], found["results"][0]["name"]) == (1, "mie--shelters")
    assert found["facets"]["groups"] == {"just": 1}
    assert found["search_facets"]["organization"]["items"][0]["display_name"] == "三重県"
    for query, count in (
        ({"q": "*:*"}, 2),
        ({"fq": "organization:mie"}, 2),
        ({"fq": "organization:tsu"}, 0),
        ({"fq": "groups:just"}, 1),
        ({"fq": 'tags:"避難" +res_format:CSV'}, 1),
        ({"fq": "unheard_of:x"}, 0),
        ({"q": "title:避難場所"}, 1),
        ({"rows": 0}, 2),
    ):
        assert remote.action.package_search(**query)["count"] == count, query
    shown = remote.action.package_show(id="mie--facilities")
    assert remote.action.package_show(id=shown["id"])["title"] == "公共施設一覧"
    assert shown["license_id"] == "CC-BY-4.0"
    assert [each["format"] for each in shown["resources"]][:1] == ["CSV"]
    assert sum(each["datastore_active"] for each in shown["resources"]) == 1
    with pytest.raises(NotFound):
        remote.action.package_show(id="nothing")


def test_the_datastore_answers(remote: RemoteCKAN) -> None:
    resource = remote.action.package_show(id="mie--facilities")["resources"][0]
    assert remote.action.resource_show(id=resource["id"])["url"] == resource["url"]
    found = remote.action.datastore_search(
        resource_id=resource["id"],
        filters={"市区町村": "津市", "種別": ["図書館", "体育館"]},
        sort="利用者数 desc",
        limit=2,
        fields=["名称", "利用者数"],
    )
    want = [e for e in facilities() if e["市区町村"] == "津市" and e["種別"] == "図書館"]
    assert found["total"] == len(want) == 4
    assert [each["名称"] for each in found["records"]] == [want[-1]["名称"], want[-2]["名称"]]
    assert [each["id"] for each in found["fields"]] == ["_id", "名称", "利用者数"]
    assert remote.action.datastore_search(resource_id=resource["id"], q="図書", limit=0)["total"] == 12
    second = remote.action.datastore_search(resource_id=resource["id"], limit=10, offset=20)
    assert [each["_id"] for each in second["records"]] == [21, 22, 23, 24]
    counted = remote.action.datastore_search_sql(sql=f'SELECT count(*) AS n FROM "{resource["id"]}"')
    assert counted["records"] == [{"n": 24}]
    info = remote.action.datastore_info(id=resource["id"])
    assert info["meta"]["count"] == 24
    types = {each["id"]: each["type"] for each in info["fields"]}
    assert (types["利用者数"], types["緯度"], types["開設日"]) == ("int8", "float8", "date")
    for wrong in (
        {"filters": {"ない": 1}},
        {"filters": "{"},
        {"limit": -1},
        {"filters": {"利用者数": "たくさん"}},
    ):
        with pytest.raises(ValidationError):
            remote.action.datastore_search(resource_id=resource["id"], **wrong)
    with pytest.raises(ValidationError):
        remote.action.datastore_search_sql(sql=f'DROP TABLE "{resource["id"]}"')
    with pytest.raises(NotFound):
        remote.action.datastore_search(resource_id=_ids.id_of("resource", 999_999))


def test_organisations_groups_tags_licences_and_status(remote: RemoteCKAN) -> None:
    assert remote.action.organization_list() == ["mie"]
    assert remote.action.organization_list(all_fields=True)[0]["package_count"] == 1
    assert remote.action.organization_show(id="mie")["title"] == "三重県"
    assert "just" in remote.action.group_list()
    assert remote.action.tag_list() == ["図書館", "施設"]
    assert "CC-BY-4.0" in {each["id"] for each in remote.action.license_list()}
    assert remote.action.status_show()["ckan_version"].startswith("2.")
    assert remote.action.site_read() is True


def test_errors_have_the_shape_of_ckan(made: Made) -> None:
    answer = Client().get("/api/3/action/package_show", {"id": "nothing"})
    assert answer.status_code == 404
    assert answer.json()["error"] == {"__type": "Not Found Error", "message": "Not found"}
    assert Client().get("/api/3/action/package_delete").status_code == 404
    sent = Client().post("/api/3/action/package_search", "[1]", content_type="application/json")
    assert (sent.status_code, sent.json()["success"]) == (409, False)
    for odd in ("{", "\xff", '{"rows": "x"}', '{"q": {"a": 1}}', '{"q": "\\u0000"}', '{"sort": "rm -rf"}'):
        assert (
            Client().post("/api/3/action/package_search", odd, content_type="application/json").status_code
            == 409
        ), odd


def test_versions_that_are_not_live_are_not_read(cast: Cast, made: Made, remote: RemoteCKAN) -> None:
    draft = make_dataset(cast, code="draft", is_published=False)
    waiting = add_version(
        made.resource, rows=facilities(2), by=desk(cast.clerk).actor, at=clock.now(), is_published=False
    )
    assert waiting.number == 2
    with pytest.raises(NotFound):
        remote.action.package_show(id=_ids.id_of("package", draft.dataset.pk))
    for number in (draft.resource.pk,):
        with pytest.raises(NotFound):
            remote.action.datastore_search(resource_id=_ids.id_of("resource", number))
        with pytest.raises(NotFound):
            remote.action.resource_show(id=_ids.id_of("resource", number))
    mine = remote.action.datastore_search(resource_id=_ids.id_of("resource", made.resource.pk))
    assert mine["total"] == 24


def test_ids_lead_back_to_their_rows() -> None:
    for number in (1, 15, 16, 10**9, 2**53):
        for form in (0, 7, 15):
            assert _ids.number_of("resource", _ids.id_of("resource", number, form)) == (number, form)
    assert _ids.number_of("package", _ids.id_of("resource", 1)) is None
    assert _ids.number_of("package", "nonsense") is None

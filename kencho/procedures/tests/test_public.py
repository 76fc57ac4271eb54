"""What the public sees of procedures, and how it finds them."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kencho.foundation.registry import datasets, search
from kencho.organization import testing
from kencho.procedures import documents, queries, services
from kencho.procedures.tests.people import AT, CODE, SEED_CODES, SETUP, Office, load, seed, start

SHOW = reverse("procedures:procedure_show", args=["mie", CODE])
LIST = reverse("procedures:procedure_list", args=["mie"])


@pytest.fixture
def seeds(office: Office) -> Office:
    """Some procedures of the seeds in force."""
    for code in (
        "food-business-permit",
        "automobile-tax-address-change",
        "public-record-disclosure",
        "high-school-scholarship",
        "library-card",
    ):
        services.load_definition(
            body=office.cast.body,
            data=seed(code, office),
            in_force_from=AT,
            by=SETUP,
            at=AT,
        )
    return office


def found(office: Office, words: str, **more: Any) -> list[str]:
    return [row.code for row in queries.find(office.cast.body, AT, words=words, **more)]


class TestFinding:
    @pytest.mark.parametrize(
        "words",
        [
            "食品営業",
            "ｼｮｸﾋﾝ 衛生 飲食店"[7:],
            "いんしょくてん",
            "インショクテン",
            "ｲﾝｼｮｸﾃﾝ",
            "レストラン",
            "ﾚｽﾄﾗﾝ",
            "restaurant",
            "ＲＥＳＴＡＵＲＡＮＴ",
            "飲食店　許可",
            "えいぎょう",
            "食品營業",
        ],
    )
    def test_width_kana_readings_and_old_shapes(self, seeds: Office, words: str) -> None:
        assert found(seeds, words)[0] == "food-business-permit"

    @pytest.mark.parametrize("words", ["引越し", "引っ越し", "引越", "ひっこし", "住所変更", "くるま"])
    def test_okurigana_and_near_words(self, seeds: Office, words: str) -> None:
        assert "automobile-tax-address-change" in found(seeds, words)

    def test_all_words_must_occur(self, seeds: Office) -> None:
        assert found(seeds, "食品 図書館") == []

    def test_titles_come_first(self, office: Office) -> None:
        load(office, code="b", title="後援の申込み", keywords=["許可"])
        load(office, code="a", title="ん、営業の許可")
        load(office, code="c", title="許可の申請")
        assert found(office, "許可") == ["c", "a", "b"]

    def test_conditions(self, seeds: Office) -> None:
        assert "food-business-permit" not in found(seeds, "", audience="individual")
        assert found(seeds, "", life_event="開業") == ["food-business-permit"]
        assert found(seeds, "", division_id=seeds.cast.other_division.pk) == []

    def test_nothing_unpublished(self, office: Office) -> None:
        start(office)
        assert found(office, "") == []

    def test_the_desk_finds_drafts_of_its_own_body_only(self, office: Office) -> None:
        start(office)
        for staff, number in ((office.reader, 1), (office.foreign_owner, 0)):
            request = HttpRequest()
            request.desk = testing.desk(staff)  # type: ignore[attr-defined]  # set by the middleware
            assert len(search.get("procedures").find(request, "せみなー", 5)) == number


class TestPages:
    def test_the_list_filters_by_links(self, seeds: Office, client: Client) -> None:
        text = client.get(LIST, {"event": "開業"}).content.decode()
        assert "手続 1件" in text
        assert "audience=business" in text
        assert client.get(LIST, {"q": "ない言葉", "office": "x" * 9}).status_code == 200

    def test_everything_the_law_wants_is_there(self, seeds: Office, client: Client) -> None:
        url = reverse("procedures:procedure_show", args=["mie", "food-business-permit"])
        text = client.get(url).content.decode()
        for shown in (
            "開庁日で15日",
            "審査基準",
            "食品衛生法（昭和22年法律第233号）",
            "16,000円",
            "施設の平面図",
            "オンラインで申請する",
            "デジタル戦略企画課",
            "form.pdf",
            "schema.json",
        ):
            assert shown in text

    def test_english(self, seeds: Office, client: Client) -> None:
        url = reverse("procedures:procedure_show", args=["mie", "food-business-permit"])
        text = client.get(url, headers={"Accept-Language": "en"}).content.decode()
        assert "Application for a food business permit" in text

    @pytest.mark.parametrize(
        ("period", "is_open", "words"),
        [
            ({"from": "2026-06-02"}, False, "始まります"),
            ({"to": "2026-05-31"}, False, "終わりました"),
            ({"from": "2026-06-01", "to": "2026-06-01"}, True, "受け付けています"),
            ({}, True, ""),
        ],
    )
    def test_the_receiving_period(
        self, office: Office, client: Client, period: dict[str, str], is_open: bool, words: str
    ) -> None:
        load(office, receiving_period=period)
        text = client.get(SHOW).content.decode()
        assert ("オンラインで申請する" in text) == is_open
        assert words in text

    def test_a_body_that_takes_no_applications_online(self, office: Office, client: Client) -> None:
        load(office)
        type(office.cast.body).objects.update(accepts_online=False)
        text = client.get(SHOW).content.decode()
        assert "オンラインで申請する" not in text
        assert "オンラインでは受け付けていません" in text

    def test_what_is_not_in_force_is_not_there(self, office: Office, client: Client) -> None:
        start(office)
        for name in ("procedure_show", "procedure_form", "procedure_schema"):
            assert client.get(reverse(f"procedures:{name}", args=["mie", CODE])).status_code == 404

    def test_the_schema(self, office: Office, client: Client) -> None:
        load(office)
        answer = client.get(reverse("procedures:procedure_schema", args=["mie", CODE]))
        assert answer["Content-Type"] == "application/schema+json"
        assert "applicant_name" in json.loads(answer.content)["properties"]

    def test_the_number_of_queries_does_not_grow(
        self, office: Office, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(5):
            load(office, code=f"p{number}")
        with django_assert_max_num_queries(8):
            client.get(LIST)


class TestPaper:
    @pytest.mark.parametrize("code", SEED_CODES)
    def test_every_procedure_has_a_form_with_a_box_for_each_question(self, office: Office, code: str) -> None:
        from kencho.foundation.typesetting import render
        from kencho.procedures.definition import compiled

        blank = compiled(seed(code, office)).blank_form()
        paper = documents.paper_form(blank, body_code="240001", addressee="三重県知事")
        rows = [field for section in paper["sections"] for field in section["fields"]]
        keys = [row["key"] for row in rows if row["kind"] not in {"heading", "words"}]
        assert len(keys) == len(set(keys))
        asked = {
            field.item_id
            for page in blank.pages
            for field in page.fields
            if field.kind not in {"heading", "note"}
        }
        assert asked == {key.partition(".")[0] for key in keys}
        assert render("paper_form", paper, created_at=AT).startswith(b"%PDF")

    def test_the_page_gives_the_same_bytes_in_every_language(self, office: Office, client: Client) -> None:
        load(office)
        url = reverse("procedures:procedure_form", args=["mie", CODE])
        first = client.get(url)
        documents._typeset.cache_clear()
        with translation.override("en"):
            again = client.get(url, headers={"Accept-Language": "en"})
        assert first.content == again.content
        assert first["Content-Type"] == "application/pdf"


class TestOffers:
    def test_the_catalogue_as_open_data(self, seeds: Office) -> None:
        spec = datasets.get("procedures.catalogue")
        rows = list(spec.rows("240001"))
        assert len(rows) == 5
        assert {len(row) for row in rows} == {len(spec.columns)}
        assert list(spec.rows("242012")) == []

    def test_only_the_version_of_today_is_in_it(self, office: Office) -> None:
        load(office)
        services.load_definition(
            body=office.cast.body, data={**load(office, AT, title="今").definition, "title": "先"},
            in_force_from=AT + timedelta(days=1), by=SETUP, at=AT,
        )  # fmt: skip
        assert [row[2] for row in datasets.get("procedures.catalogue").rows("240001")] == ["今"]

    def test_the_command_prints_findings(self, office: Office, tmp_path: Path) -> None:
        start(office)
        out = StringIO()
        call_command("check_procedure", CODE, stdout=out)
        assert "根拠となる法令や条例を書いてください" in out.getvalue()
        broken = tmp_path / "x.yaml"
        broken.write_text("kencho: 1\n", encoding="utf-8")
        with pytest.raises(CommandError, match="誤り"):
            call_command("check_procedure", str(broken), stdout=out)
        assert "「title」がありません" in out.getvalue()
        with pytest.raises(CommandError, match="ありません"):
            call_command("check_procedure", "nothing", stdout=out)

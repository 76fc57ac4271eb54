"""Forms: printing, drawing boxes over a blank one, using and retiring it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kencho.intake import form_maps, queries, trial
from kencho.intake.models import FormTemplate, PaperRule
from kencho.intake.tests.pages import papers
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion

ClientOf = Callable[[StaffMember], Client]
LIST, CREATE = reverse("intake:template_list"), reverse("intake:template_create")
ROWS = (
    ("applicant.family", 1, 40.0, 50.0, 50.0, 10.0, 1),
    ("amount", 1, 40.0, 70.0, 56.0, 8.0, 7),
    ("how#0", 1, 40.0, 90.0, 5.0, 5.0, 1),
    ("how#1", 1, 60.0, 90.0, 5.0, 5.0, 1),
    ("born_on#year", 1, 40.0, 110.0, 14.0, 8.0, 2),
    ("born_on#month", 1, 60.0, 110.0, 14.0, 8.0, 2),
    ("born_on#day", 1, 80.0, 110.0, 14.0, 8.0, 2),
    ("born_on#era:昭和", 1, 20.0, 110.0, 5.0, 5.0, 1),
)
NAMES = ("target", "page", "x", "y", "width", "height", "cells")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def table(rows: Any = ROWS, **more: str) -> dict[str, str]:
    """The table as a browser posts it."""
    sent = {"boxes-TOTAL_FORMS": str(len(rows)), "boxes-INITIAL_FORMS": "0", "title": "旧様式", **more}
    for index, row in enumerate(rows):
        sent.update({f"boxes-{index}-{name}": str(value) for name, value in zip(NAMES, row, strict=True)})
    return sent


def blank() -> SimpleUploadedFile:
    """A page scanned at 100 dpi."""
    from PIL import Image

    room = io.BytesIO()
    Image.new("L", (827, 1169), 250).save(room, "PNG", dpi=(100, 100))
    return SimpleUploadedFile("白紙.png", room.getvalue(), content_type="image/png")


@pytest.fixture
def drawn(cast: Cast, version: ProcedureVersion, client_of: ClientOf) -> FormTemplate:
    """A drawn form that has no boxes yet."""
    sent = {"procedure": version.procedure.code, "title": "旧様式", "blank": blank()}
    assert client_of(cast.clerk).post(CREATE, sent).status_code == 302
    return FormTemplate.objects.get(origin=FormTemplate.Origin.DRAWN)


def page(template: FormTemplate, verb: str = "") -> str:
    return reverse(f"intake:template{verb}", args=[template.pk])


class TestPrinted:
    """Forms that follow from the procedure."""

    def test_every_procedure_of_the_division_prints_itself(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        address = reverse("intake:template_print", args=[version.procedure.code])
        assert address in text(client, LIST)
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content == form_maps.printed(version)
        assert "印刷できる手続はありません" in text(client_of(cast.other_division_clerk), LIST)
        for stranger in (cast.other_division_clerk, cast.other_body_clerk):
            assert client_of(stranger).get(address).status_code == 404

    def test_what_two_people_type_is_chosen(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        address = reverse("intake:template_double", args=[version.procedure.code])
        client.post(address, {"double_entry": ["amount"]})
        assert PaperRule.objects.get().double_entry == ["amount"]
        assert 'value="amount"' in text(client, address).split("checked")[0]
        assert client.post(address, {"double_entry": ["nothing"]}).status_code == 422
        client.post(address, {})
        assert PaperRule.objects.get().double_entry == []

    def test_what_the_procedure_demands_holds_on_drawn_forms_too(
        self, cast: Cast, version: ProcedureVersion, drawn: FormTemplate, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        assert "手続の定めで" not in text(client, page(drawn))
        client.post(
            reverse("intake:template_double", args=[version.procedure.code]), {"double_entry": ["amount"]}
        )
        assert "ここで選ばなくても二人で入力します：金額" in text(client, page(drawn))
        for more in ({}, {"double_entry": "applicant.family"}):
            # Only what is drawn can be chosen, so the boxes are saved first.
            client.post(page(drawn), table(**more))
        drawn.refresh_from_db()
        assert drawn.double_entry == ["applicant.family"]
        assert queries.typed_twice(drawn) == {"amount", "applicant.family"}


class TestDrawing:
    """Boxes as a table, without a script."""

    def test_a_blank_scan_begins_it(self, drawn: FormTemplate, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        assert drawn.state == FormTemplate.State.DRAFT
        assert (drawn.layout["width"], drawn.layout["height"]) == (210.1, 296.9)
        shown = text(client, page(drawn))
        picture = reverse("intake:template_image", args=[drawn.pk, 1])
        assert picture in shown
        answer = client.get(picture)
        assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
        assert client.get(reverse("intake:template_image", args=[drawn.pk, 2])).status_code == 404

    def test_something_else_than_a_scan_is_refused(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        wrong = SimpleUploadedFile("白紙.pdf", b"not a pdf at all")
        sent = {"procedure": version.procedure.code, "title": "旧様式", "blank": wrong}
        assert client_of(cast.clerk).post(CREATE, sent).status_code == 422
        assert not FormTemplate.objects.exists()

    def test_rows_become_fields_and_rows_again(
        self, drawn: FormTemplate, cast: Cast, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        assert client.post(page(drawn), table()).status_code == 302
        drawn.refresh_from_db()
        fields = {field["key"]: field for field in drawn.layout["fields"]}
        assert set(fields) == {"applicant.family", "amount", "how", "born_on"}
        assert [part["name"] for part in fields["amount"]["parts"]] == [str(n) for n in range(7)]
        assert fields["amount"]["parts"][1]["rect"] == [48.0, 70.0, 8.0, 8.0]
        assert fields["amount"]["groups"] == [7]
        assert [part["name"] for part in fields["how"]["parts"]] == ["0", "1"]
        names = {part["name"] for part in fields["born_on"]["parts"]}
        assert names == {"year0", "year1", "month0", "month1", "day0", "day1", "era:昭和"}
        shown = text(client, page(drawn))
        assert shown.count('class="draw__box"') == len(ROWS)
        assert "必須の項目に枠がありません" in shown
        # What is shown, sent back unchanged, is the same form.
        before = drawn.layout
        client.post(page(drawn), table())
        drawn.refresh_from_db()
        assert drawn.layout == before

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            (("applicant.given", 1, 190.0, 50.0, 50.0, 10.0, 1), "紙からはみ出しています"),
            (("applicant.given", 1, 40.0, 150.0, 1.0, 10.0, 1), "枠が小さすぎます"),
            (("applicant.given", 2, 40.0, 150.0, 20.0, 10.0, 1), "白紙にないページです"),
            (("applicant.family", 1, 40.0, 150.0, 20.0, 10.0, 1), "1行目と同じ項目です"),
            (("applicant.given", 1, 40.0, 52.0, 20.0, 10.0, 1), "枠が重なっています"),
            (("how#0", 1, "", 150.0, 20.0, 10.0, 1), "数字を入れてください"),
            (("nothing", 1, 40.0, 150.0, 20.0, 10.0, 1), "draw-row--error"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_saved(
        self, drawn: FormTemplate, cast: Cast, client_of: ClientOf, row: tuple[Any, ...], words: str
    ) -> None:
        answer = client_of(cast.clerk).post(page(drawn), table((*ROWS, row)))
        assert answer.status_code == 422
        assert words in answer.content.decode()
        drawn.refresh_from_db()
        assert drawn.layout["fields"] == []

    def test_more_rows_without_a_script(self, drawn: FormTemplate, cast: Cast, client_of: ClientOf) -> None:
        answer = client_of(cast.clerk).post(page(drawn), table(more="1"))
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert f'name="boxes-{len(ROWS)}-target"' in shown
        assert 'value="56.0"' in shown
        drawn.refresh_from_db()
        assert drawn.layout["fields"] == []

    def test_removed_rows_and_double_entry(
        self, drawn: FormTemplate, cast: Cast, client_of: ClientOf
    ) -> None:
        client = client_of(cast.clerk)
        client.post(page(drawn), table())
        client.post(page(drawn), table(**{"boxes-0-DELETE": "on", "double_entry": "amount"}))
        drawn.refresh_from_db()
        assert "applicant.family" not in {field["key"] for field in drawn.layout["fields"]}
        assert drawn.double_entry == ["amount"]


class TestUsing:
    """From draft to use and out of it."""

    def test_without_boxes_it_cannot_be_used(
        self, drawn: FormTemplate, cast: Cast, client_of: ClientOf
    ) -> None:
        answer = client_of(cast.clerk).post(page(drawn, "_activate"), follow=True)
        assert "様式の枠に直すところがあります" in answer.content.decode()
        drawn.refresh_from_db()
        assert drawn.state == FormTemplate.State.DRAFT

    def test_it_is_used_and_retired(self, drawn: FormTemplate, cast: Cast, client_of: ClientOf) -> None:
        client = client_of(cast.clerk)
        client.post(page(drawn), table())
        client.post(page(drawn, "_activate"))
        drawn.refresh_from_db()
        assert drawn.state == FormTemplate.State.ACTIVE
        assert "使用中" in text(client, LIST)
        client.post(page(drawn, "_retire"))
        drawn.refresh_from_db()
        assert drawn.state == FormTemplate.State.RETIRED
        assert '<fieldset class="plain" disabled>' in text(client, page(drawn))

    def test_a_printed_form_has_no_drawing_page(
        self, cast: Cast, version: ProcedureVersion, client_of: ClientOf
    ) -> None:
        papers.read(cast, version)
        printed = FormTemplate.objects.get()
        assert client_of(cast.clerk).get(page(printed)).status_code == 404


def test_trying_keeps_nothing(
    drawn: FormTemplate, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kencho.files.models import StoredFile
    from kencho.intake.engine.shapes import FieldReading, Kind, PageReading, Rect

    def read(template: FormTemplate, file: Any) -> PageReading:
        assert template == drawn
        reading = FieldReading(
            "amount", Kind.MONEY, "12000", "12000", 12000, 0.98, (), (), Rect(9, 9, 60, 40)
        )
        return PageReading(1, template.code, 1, (reading,), dpi=300, image=papers.picture())

    # The reader itself is tried in the browser journey; here it is what the page makes of its answer.
    monkeypatch.setattr(trial, "read_first_page", read)
    client = client_of(cast.clerk)
    client.post(page(drawn), table())
    before = StoredFile.objects.count()
    answer = client.post(page(drawn, "_try"), {"file": blank()})
    shown = answer.content.decode()
    assert "12000" in shown
    assert "data:image/png;base64," in shown
    assert StoredFile.objects.count() == before


def test_one_scan_is_tried_at_a_time_and_the_turn_is_given_back(
    drawn: FormTemplate, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.clerk)

    def somebody_else_asks(*_arguments: object) -> None:
        with pytest.raises(trial.Busy):
            trial.read_first_page(drawn, blank())
        answer = client.post(page(drawn, "_try"), {"file": blank()})
        assert answer.status_code == 422
        assert "ほかの人が試しに読んでいます" in answer.content.decode()
        raise LookupError

    monkeypatch.setattr(trial, "_read", somebody_else_asks)
    for _again in range(2):
        # Also a reading that fails ends the turn.
        with pytest.raises(LookupError):
            trial.read_first_page(drawn, blank())


def test_more_than_a_page_has_reason_to_be_is_not_read(
    drawn: FormTemplate, cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.clerk)
    client.post(page(drawn), table())
    monkeypatch.setattr(trial, "MOST_BYTES", 100)
    answer = client.post(page(drawn, "_try"), {"file": blank()})
    assert answer.status_code == 422
    assert "1ページだけにしてください" in answer.content.decode()

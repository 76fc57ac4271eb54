"""The owner's desk and the editor, seen by the fixed cast."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kencho.foundation import queue
from kencho.organization import testing
from kencho.organization.models import StaffMember
from kencho.procedures import editor, services
from kencho.procedures.models import Procedure, ProcedureVersion
from kencho.procedures.tests.people import AT, CODE, Office, load, seed, start, submit

State = ProcedureVersion.State
READ = ("desk_list", "procedure_desk", "version_show", "version_yaml", "version_json", "version_preview")
WRITE = (
    "edit_pages",
    "edit_yaml",
    "edit_screen",
    "edit_part",
    "version_submit",
    "version_begin",
    "version_discard",
)
POST_ONLY = {"version_begin", "version_discard"}
ARGUMENTS: dict[str, list[Any]] = {
    "desk_list": [],
    "version_preview": [CODE, 1, "applicant"],
    "edit_screen": [CODE, "basics"],
    "edit_part": [CODE, "item", "applicant_email"],
}


def to(name: str, *more: Any) -> str:
    given = (
        list(more)
        or ARGUMENTS.get(name)
        or ([CODE, 1] if name.startswith("version_") and name != "version_begin" else [CODE])
    )
    return reverse(f"procedures:{name}", args=[] if name == "desk_list" else given)


def client_of(staff: StaffMember) -> Client:
    return testing.sign_in(Client(), staff)


def ask(client: Client, name: str) -> int:
    return (client.post if name in POST_ONLY else client.get)(to(name)).status_code


def current() -> ProcedureVersion:
    return ProcedureVersion.objects.order_by("-number")[0]


def fields_of(response: Any) -> dict[str, Any]:
    """What a browser would send back from a screen."""
    sent: dict[str, Any] = {"revision": response.context["revision"]}
    for form in response.context["screen"].all_forms:
        for name in form.fields:
            value = form[name].value()
            if value is True:
                sent[form.add_prefix(name)] = "on"
            elif value is not None and value is not False:
                widget_value = form.fields[name].prepare_value(value)
                sent[form.add_prefix(name)] = widget_value
    return sent


def edit(client: Client, url: str, action: str = "save", **changes: Any) -> Any:
    sent = {
        **fields_of(client.get(url)),
        "_action": action,
        **{k.replace("__in__", "-"): v for k, v in changes.items()},
    }
    return client.post(url, sent)


class TestPermissions:
    """Owner of the division and administrator edit; colleagues read; other bodies see nothing; residents are sent away."""

    @pytest.mark.parametrize("name", READ)
    @pytest.mark.parametrize("who", ["owner", "admin", "other_owner", "reader"])
    def test_all_staff_of_the_body_read(self, office: Office, who: str, name: str) -> None:
        start(office)
        assert ask(client_of(getattr(office, who)), name) == 200

    @pytest.mark.parametrize("name", WRITE)
    @pytest.mark.parametrize("who", ["owner", "admin"])
    def test_those_in_charge_edit(self, office: Office, who: str, name: str) -> None:
        start(office)
        assert ask(client_of(getattr(office, who)), name) in {200, 302}

    @pytest.mark.parametrize("name", WRITE)
    @pytest.mark.parametrize("who", ["other_owner", "reader"])
    def test_others_do_not(self, office: Office, who: str, name: str) -> None:
        start(office)
        assert ask(client_of(getattr(office, who)), name) == 403
        assert current().state == State.DRAFT

    @pytest.mark.parametrize("name", [one for one in (*READ, *WRITE) if one != "desk_list"])
    def test_other_bodies_see_nothing(self, office: Office, name: str) -> None:
        start(office)
        assert ask(client_of(office.foreign_owner), name) == 404

    @pytest.mark.parametrize("name", [*READ, *WRITE])
    def test_residents_and_strangers_do_not_come_in(self, office: Office, client: Client, name: str) -> None:
        start(office)
        assert ask(client, name) == 302
        client.force_login(office.cast.resident)
        assert ask(client, name) == 403

    def test_who_may_create(self, office: Office) -> None:
        url = reverse("procedures:procedure_create")
        assert client_of(office.owner).get(url).status_code == 200
        assert client_of(office.reader).get(url).status_code == 403

    def test_an_owner_cannot_hand_a_procedure_away(self, office: Office) -> None:
        start(office)
        text = editor.to_yaml({**current().definition, "office": office.cast.other_division.code})
        sent = {"revision": 0, "text": text}
        assert client_of(office.owner).post(to("edit_yaml"), sent).status_code == 422
        assert client_of(office.admin).post(to("edit_yaml"), sent).status_code == 302


class TestCreating:
    def _create(self, office: Office, **more: Any) -> Any:
        given = {"code": "course", "title": "講座", "division": office.cast.division.code, **more}
        return client_of(office.owner).post(reverse("procedures:procedure_create"), given)

    def test_blank(self, office: Office) -> None:
        assert self._create(office).url == reverse("procedures:edit_pages", args=["course"])
        assert current().definition["title"] == "講座"

    def test_from_another_one(self, office: Office) -> None:
        first = load(office, summary="写すもの")
        self._create(office, source=first.procedure_id)
        made = Procedure.objects.get(code="course").versions.get()
        assert (made.definition["summary"], made.definition["title"]) == ("写すもの", "講座")

    @pytest.mark.parametrize(
        "content",
        [b"kencho: 1\ncode: from-file\ntitle: x\npages: []\n", b'{"code": "from-file", "pages": []}'],
    )
    def test_from_a_file_with_findings(self, office: Office, content: bytes) -> None:
        file = SimpleUploadedFile("x.yaml", content)
        self._create(office, file=file, code="", title="")
        assert Procedure.objects.get().code == "from-file"

    def test_a_file_that_cannot_be_read(self, office: Office) -> None:
        answer = self._create(office, file=SimpleUploadedFile("x.yaml", b"a: 1\nb: [\n"))
        assert answer.status_code == 422
        assert "行目付近" in answer.content.decode()

    def test_a_taken_code(self, office: Office) -> None:
        start(office)
        assert self._create(office, code=CODE).status_code == 422

    def test_nothing_for_another_division(self, office: Office) -> None:
        assert self._create(office, division=office.cast.other_division.code).status_code == 422


class TestEditing:
    @pytest.mark.parametrize(
        "part",
        [
            ["basics"],
            ["rules"],
            ["documents"],
            ["decisions"],
            ["standards"],
            ["flow"],
            ["page", "applicant"],
            ["item", "applicant_name"],
            ["item", "applicant_email"],
        ],
    )
    def test_saving_a_screen_unchanged_changes_nothing(self, office: Office, part: list[str]) -> None:
        more = seed("food-business-permit", office)
        start(
            office,
            **{
                key: more[key]
                for key in (
                    "fee",
                    "flow",
                    "review_standards",
                    "documents",
                    "legal_basis",
                    "standard_processing_period",
                    "en",
                    "keywords",
                    "life_events",
                    "outcomes",
                    "notes",
                    "needed_documents",
                )
            },
        )
        before = current().definition
        name = "edit_screen" if len(part) == 1 else "edit_part"
        answer = edit(client_of(office.owner), reverse(f"procedures:{name}", args=[CODE, *part]))
        assert answer.status_code == 302
        assert current().definition == before
        assert current().revision == 1

    @pytest.mark.parametrize(
        "code",
        ["care-manager-card", "clinic-opening", "food-business-permit", "small-business-digital-subsidy"],
    )
    def test_every_item_of_a_real_procedure_survives_its_screen(self, office: Office, code: str) -> None:
        data = {**seed(code, office), "code": CODE}
        start(office, **data)
        client = client_of(office.owner)
        for place in editor.places(data):
            assert edit(client, to("edit_part", CODE, "item", place.item["id"])).status_code == 302
            assert current().definition == data, place.item["id"]

    def test_a_condition_is_written_by_its_label(self, office: Office) -> None:
        data, kind = editor.add_item(start(office).definition, "applicant", "choice", label="区分")
        data = editor.change_item(
            data, kind, {"options": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]}
        )
        services.save_version(version=current(), data=data, revision=0, by=testing.actor(office.owner), at=AT)
        client = client_of(office.owner)
        url = to("edit_part", CODE, "item", "applicant_email")
        sent = {
            **fields_of(client.get(url)),
            "item-visible__mode": "when",
            "item-visible__0_item": kind,
            "item-visible__0_operator": "eq",
            "item-visible__0_value": "乙",
        }
        assert client.post(url, sent).status_code == 302
        item = editor.place_of(current().definition, "applicant_email").item
        assert item["visible"] == {"eq": [{"item": kind}, "b"]}

    def test_rows_are_added_and_moved_with_what_was_typed(self, office: Office) -> None:
        start(office)
        client, url = client_of(office.owner), to("edit_screen", CODE, "standards")
        edit(client, url, "add:review_standards")
        edit(client, url, "add:review_standards", **{"review_standards-0-text": "一つめ"})
        edit(client, url, "up:review_standards:1", **{"review_standards-1-text": "二つめ"})
        assert [row["text"] for row in current().definition["review_standards"]] == ["二つめ", "一つめ"]
        edit(client, url, "remove:review_standards:0")
        assert [row["text"] for row in current().definition["review_standards"]] == ["一つめ"]

    def test_pages_and_items_by_buttons(self, office: Office) -> None:
        start(office)
        client, url = client_of(office.owner), to("edit_pages")

        def press(action: str, **more: str) -> Any:
            return client.post(url, {"revision": current().revision, "_action": action, **more})

        press("add_page", title="内容")
        answer = press("add_item:page2", **{"kind-page2": "group", "label-page2": "家族"})
        assert answer.url == reverse("procedures:edit_part", args=[CODE, "item", "group"])
        press("item_up:group")
        press("item_duplicate:applicant_email")
        press("page_up:page2")
        assert [page["id"] for page in current().definition["pages"]] == ["page2", "applicant"]
        assert [i["id"] for i in current().definition["pages"][1]["items"]][-3:] == [
            "applicant_email",
            "applicant_email2",
            "group",
        ]
        nested = to("edit_part", CODE, "item", "group")
        edit(client, nested, "add_nested", **{"kind-group": "date", "label-group": "生まれた日"})
        assert editor.place_of(current().definition, "date").group is not None
        press("item_remove:group")
        assert "group" not in str(current().definition)

    def test_a_wrong_id_keeps_the_input(self, office: Office) -> None:
        start(office)
        answer = edit(
            client_of(office.owner),
            to("edit_part"),
            **{"item-id": "applicant_name", "item-label": "変えた見出し"},
        )
        assert answer.status_code == 422
        assert "変えた見出し" in answer.content.decode()
        assert current().revision == 0

    def test_a_conflict_loses_nothing(self, office: Office) -> None:
        start(office)
        first, second, url = (
            client_of(office.owner),
            client_of(office.admin),
            to("edit_screen", CODE, "basics"),
        )
        stale = {**fields_of(second.get(url)), "basics-summary": "後の人の文"}
        edit(first, url, **{"basics-summary": "先の人の文"})
        answer = second.post(url, stale)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "後の人の文" in text
        assert "先の人の文" in text
        assert current().definition["summary"] == "先の人の文"

    def test_the_preview_follows_the_typing_without_storing(self, office: Office) -> None:
        start(office)
        client, url = client_of(office.owner), to("edit_part")
        sent = {**fields_of(client.get(url)), "item-label": "連絡先のメール"}
        answer = client.post(f"{url}?preview=1", sent)
        assert "連絡先のメール" in answer.content.decode()
        assert "<html" not in answer.content.decode()
        assert current().revision == 0

    def test_yaml_with_errors_stays_in_the_box_with_the_line(self, office: Office) -> None:
        start(office)
        answer = client_of(office.owner).post(
            to("edit_yaml"), {"revision": 0, "text": "code: seminar\npages: [\nx"}
        )
        assert answer.status_code == 422
        assert "行目付近" in answer.content.decode()
        assert "pages: [" in answer.content.decode()

    def test_yaml_that_the_screens_cannot_show_is_refused(self, office: Office) -> None:
        start(office)
        answer = client_of(office.owner).post(
            to("edit_yaml"), {"revision": 0, "text": f"code: {CODE}\npages: 3\n"}
        )
        assert answer.status_code == 422
        assert current().revision == 0

    def test_a_definition_of_odd_shape_opens_as_yaml(self, office: Office) -> None:
        start(office)
        ProcedureVersion.objects.update(definition={"code": CODE, "pages": "?"})
        client = client_of(office.owner)
        assert client.get(to("edit_pages"))["Location"] == to("edit_yaml")
        assert client.get(to("edit_yaml")).status_code == 200
        assert client.get(to("version_show")).status_code == 200

    def test_what_is_before_the_approvers_is_closed(self, office: Office) -> None:
        submit(office, start(office))
        assert client_of(office.owner).get(to("edit_pages")).status_code == 302
        assert client_of(office.owner).get(to("version_submit")).status_code == 403

    @pytest.mark.parametrize(
        "part", [["item", "nothing"], ["page", "nothing"], ["item"], ["nothing"], ["basics", "x"]]
    )
    def test_what_is_not_there(self, office: Office, part: list[str]) -> None:
        start(office)
        name = "edit_screen" if len(part) == 1 else "edit_part"
        assert (
            client_of(office.owner).get(reverse(f"procedures:{name}", args=[CODE, *part])).status_code == 404
        )


class TestVersions:
    def test_submit_and_publish(self, office: Office) -> None:
        start(office)
        client = client_of(office.owner)
        assert client.post(to("version_submit"), {"reason": "新しい講座"}).status_code == 302
        assert current().state == State.IN_APPROVAL
        case = client.get(reverse("procedures:version_of_case", args=[current().pk]))
        assert case["Location"] == to("version_show")
        queue.drain(strict=True)

    def test_submit_with_findings_is_not_offered(self, office: Office) -> None:
        start(office, pages=[])
        answer = client_of(office.owner).get(to("version_submit"))
        assert "直すところが残っています" in answer.content.decode()
        assert "決裁を求める</button>" not in answer.content.decode()

    def test_the_json_is_what_the_digest_says(self, office: Office) -> None:
        import hashlib

        version = start(office)
        content = client_of(office.owner).get(to("version_json")).content
        assert hashlib.sha256(content).hexdigest() == version.digest

    def test_the_yaml_comes_back_as_it_was(self, office: Office) -> None:
        from kencho.procedures.definition import parse

        version = start(office)
        assert parse(client_of(office.owner).get(to("version_yaml")).content) == version.definition

    def test_the_preview_goes_through_the_pages_and_stores_nothing(self, office: Office) -> None:
        start(office)
        client, url = client_of(office.owner), to("version_preview")
        assert client.post(url, {"_action": "next"}).status_code == 422
        filled = {
            "applicant_name.family": "見本", "applicant_name.given": "花子",
            "applicant_name.family_kana": "ミホン", "applicant_name.given_kana": "ハナコ",
            "applicant_address.postal_code": "5148570", "applicant_address.prefecture": "三重県",
            "applicant_address.city": "津市", "applicant_address.town": "広明町", "applicant_address.street": "13番地",
            "applicant_telephone": "059-224-3070", "applicant_email": "a@example.jp", "_action": "next",
        }  # fmt: skip
        answer = client.post(url, filled)
        assert answer.context["field_errors"] == []
        assert "プレビューはここまでです" in answer.content.decode()
        assert "ミホン" in answer.content.decode()

    def test_the_preview_of_an_incomplete_definition(self, office: Office) -> None:
        data = {**start(office).definition, "title": ""}
        services.save_version(version=current(), data=data, revision=0, by=testing.actor(office.owner), at=AT)
        answer = client_of(office.owner).get(to("version_preview"))
        assert answer.status_code == 200
        assert "電話番号" in answer.content.decode()

    def test_the_next_version(self, office: Office) -> None:
        load(office)
        client_of(office.owner).post(to("version_begin"))
        assert (current().number, current().state) == (2, State.DRAFT)
        client_of(office.owner).post(to("version_discard", CODE, 2))
        assert current().state == State.DISCARDED

    def test_the_list_tells_the_states(self, office: Office) -> None:
        load(office)
        client_of(office.owner).post(to("version_begin"))
        text = client_of(office.reader).get(to("desk_list")).content.decode()
        assert "公開中" in text
        assert "作成中" in text
        other = client_of(office.other_owner)
        assert CODE not in other.get(to("desk_list")).content.decode()
        assert CODE in other.get(to("desk_list") + "?box=all&words=せみなー").content.decode()

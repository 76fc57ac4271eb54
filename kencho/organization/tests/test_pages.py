"""What the pages of the organisation do."""

import io
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from openpyxl import Workbook

from kencho.foundation import clock
from kencho.foundation.registry import search
from kencho.organization import queries, services
from kencho.organization.models import Assignment, ClosedDay, StaffMember, Unit
from kencho.organization.testing import Cast, actor, desk

ClientOf = Callable[[object], Client]
NEXT_YEAR = date(2027, 4, 1)
HEADING = "職員番号,氏名,氏名カナ,メールアドレス,組織コード,職コード\n"


@pytest.fixture
def admin(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.org_admin)


def url(name: str, *args: int) -> str:
    return reverse(f"organization:{name}", args=args)


def test_the_tree_shows_any_day(cast: Cast, admin: Client) -> None:
    services.rename_unit(
        unit=cast.division, name="未来の課", on=NEXT_YEAR, by=actor(cast.org_admin), at=clock.now()
    )
    assert "未来の課" not in admin.get(url("unit_tree"), {"on": "2027-03-31"}).content.decode()
    assert "未来の課" in admin.get(url("unit_tree"), {"on": "2027-04-01"}).content.decode()
    assert "デジタル戦略企画課" in admin.get(url("unit_tree"), {"on": "nonsense"}).content.decode()
    page = admin.get(url("unit_detail", cast.division.pk)).content.decode()
    assert "引き継がれます" in page


def test_a_unit_is_added_corrected_renamed_and_closed(cast: Cast, admin: Client) -> None:
    added = admin.post(
        url("unit_add"),
        {
            "on": "2027-04-01",
            "level": "division",
            "parent": cast.department.pk,
            "code": "03010",
            "name": "財政課",
        },
    )
    unit = Unit.objects.get(code="03010")
    assert added["Location"] == url("unit_detail", unit.pk)
    admin.post(url("unit_edit", cast.division.pk), {"telephone": "059-224-3000"})
    cast.division.refresh_from_db()
    assert cast.division.telephone == "059-224-3000"
    admin.post(url("unit_rename", cast.division.pk), {"on": "2027-04-01", "name": "デジタル推進課"})
    assert queries.successor_on(Unit.objects.get(pk=cast.division.pk), NEXT_YEAR).name == "デジタル推進課"
    admin.post(url("unit_close", cast.other_division.pk), {"on": "2027-04-01", "successor": cast.division.pk})
    cast.other_division.refresh_from_db()
    assert cast.other_division.successor is not None
    assert cast.other_division.successor.name == "デジタル推進課", "the code goes on under the new name"


def test_a_refusal_is_shown_above_the_form(cast: Cast, admin: Client) -> None:
    answer = admin.post(
        url("unit_add"),
        {"on": "2027-04-01", "level": "division", "parent": cast.department.pk, "code": "03009", "name": "x"},
    )
    assert answer.status_code == 422
    assert "使われています" in answer.content.decode()


def test_reorganisation_in_two_steps(cast: Cast, admin: Client) -> None:
    assert admin.get(url("reorganisation")).status_code == 200
    query = f"?on=2027-04-01&count=1&units={cast.division.pk}&units={cast.other_division.pk}"
    page = admin.get(url("reorganisation") + query)
    assert page.status_code == 200
    fields = {
        "code_1": "03030",
        "name_1": "統合課",
        "symbol_1": "統",
        "parent_1": cast.department.pk,
        f"heir_{cast.division.pk}": "03030",
        f"heir_{cast.other_division.pk}": "03030",
    }
    assert admin.post(url("reorganisation") + query, fields).status_code == 302
    merged = Unit.objects.get(code="03030")
    assert {cast.clerk, cast.org_admin} <= set(queries.members_of(merged, NEXT_YEAR))


def test_staff_are_added_and_move_on(cast: Cast, admin: Client) -> None:
    place = {"unit": cast.division.pk, "post": cast.posts["CLERK"].pk}
    admin.post(
        url("staff_add"),
        {
            "number": "S0200",
            "name": "新人 春子",
            "email": "haruko@mie.example.jp",
            "on": "2026-04-01",
            **place,
        },
    )
    staff = StaffMember.objects.get(number="S0200")
    admin.post(
        url("staff_reassign", staff.pk),
        {"on": "2026-10-01", "unit": cast.other_division.pk, "post": place["post"]},
    )
    admin.post(url("staff_concurrent", staff.pk), {"on": "2026-10-01", **place})
    extra = Assignment.objects.get(staff=staff, is_concurrent=True)
    admin.post(url("assignment_end", extra.pk), {"on": "2027-01-01"})
    admin.post(url("staff_edit", staff.pk), {"name": "改姓 春子", "kana": "", "email": staff.email})
    admin.post(url("role_grant", staff.pk), {"role": "auditor", "on": "2026-10-01"})
    admin.post(url("staff_account", staff.pk))
    staff.refresh_from_db()
    assert staff.user is not None
    assert staff.name == "改姓 春子"
    page = admin.get(url("staff_detail", staff.pk)).content.decode()
    assert "監査" in page
    assert "人事課" in page
    admin.post(url("role_revoke", staff.roles.get().pk), {"on": "2026-12-01"})
    admin.post(url("staff_retire", staff.pk), {"on": "2027-04-01"})
    staff.refresh_from_db()
    assert staff.retired_on == NEXT_YEAR
    assert Assignment.objects.get(staff=staff, is_concurrent=True).valid_to == date(2027, 1, 1)


def test_the_list_pages_by_key_and_searches(cast: Cast, admin: Client) -> None:
    StaffMember.objects.bulk_create(
        StaffMember(body=cast.body, number=f"N{n:04d}", name=f"多数 {n}") for n in range(120)
    )
    first = admin.get(url("staff_list"))
    assert [staff.number for staff, _held in first.context["rows"]][-1] == "N0049"
    second = admin.get(url("staff_list") + first.context["pager"].next_url)
    assert next(staff.number for staff, _held in second.context["rows"]) == "N0050"
    back = admin.get(url("staff_list") + second.context["pager"].previous_url)
    assert [s.pk for s, _ in back.context["rows"]] == [s.pk for s, _ in first.context["rows"]]
    assert [s for s, _ in admin.get(url("staff_list"), {"q": "課長 二郎"}).context["rows"]] == [cast.chief]
    assert "あてはまる職員はいません" in admin.get(url("staff_list"), {"q": "いない人"}).content.decode()


def test_closed_days_on_the_page(cast: Cast, admin: Client) -> None:
    admin.post(url("closed_day_add"), {"day": "2026-04-18", "name": "県民の日"})
    entry = ClosedDay.objects.get()
    assert "県民の日" in admin.get(url("closed_day_list")).content.decode()
    admin.post(url("closed_day_remove", entry.pk))
    assert not ClosedDay.objects.exists()


def test_body_entries(cast: Cast, admin: Client) -> None:
    fields = {"name": "三重県", "postal_code": "5148570", "address": "津市広明町13番地", "head_title": "知事"}
    admin.post(url("body_edit"), {**fields, "accepts_online": "on", "code": "999999"})
    cast.body.refresh_from_db()
    assert (cast.body.code, cast.body.postal_code) == ("240001", "5148570")


def test_the_post_in_which_one_acts_is_chosen(cast: Cast, client_of: ClientOf) -> None:
    extra = services.assign_concurrent(
        staff=cast.chief,
        unit=cast.other_division,
        post=cast.posts["CLERK"],
        on=cast.day,
        by=actor(cast.org_admin),
        at=clock.now(),
    )
    client = client_of(cast.chief)
    assert client.get(url("unit_tree")).wsgi_request.desk.division == cast.division  # type: ignore[attr-defined]  # set by the middleware
    assert client.post(url("post_switch"), {"assignment": extra.pk}).status_code == 302
    assert client.get(url("unit_tree")).wsgi_request.desk.division == cast.other_division  # type: ignore[attr-defined]  # set by the middleware
    foreign = Assignment.objects.get(staff=cast.clerk)
    assert client.post(url("post_switch"), {"assignment": foreign.pk}).status_code == 422


def upload(client: Client, content: bytes, name: str = "staff.csv") -> object:
    return client.post(url("staff_import"), {"on": "2026-10-01", "file": SimpleUploadedFile(name, content)})


def table(*lines: str) -> bytes:
    return (HEADING + "\n".join(lines) + "\n").encode("utf-8")


def test_import_shows_differences_before_it_changes_anything(cast: Cast, admin: Client) -> None:
    content = table(
        "S0001,担当 一郎,,s0001@mie.example.jp,03004,SENIOR_CLERK",
        "S0300,転入 者,テンニュウ シャ,t@mie.example.jp,03009,CLERK",
        "S0002,課長 二郎,,s0002@mie.example.jp,03009,DIVISION_DIRECTOR",
    )
    preview = upload(admin, content)
    assert preview.status_code == 200  # type: ignore[attr-defined]  # the test client's response
    plan = preview.context["plan"]  # type: ignore[attr-defined]  # the test client's response
    assert [(c.line, c.kind) for c in plan.changes] == [(2, "reassign"), (3, "hire")]
    assert (plan.unchanged, plan.absent) == (1, ("S0003", "S0004", "S0005", "S0006"))
    assert not StaffMember.objects.filter(number="S0300").exists()
    form = preview.context["form"]  # type: ignore[attr-defined]  # the test client's response
    done = admin.post(url("staff_import_apply"), form.initial)
    assert done["Location"] == url("staff_list")
    assert desk(cast.clerk, date(2026, 10, 1)).division == cast.other_division
    assert StaffMember.objects.filter(number="S0300").exists()


def test_a_register_that_changed_meanwhile_is_shown_again(cast: Cast, admin: Client) -> None:
    preview = upload(admin, table("S0001,担当 改,,s0001@mie.example.jp,03004,CLERK"))
    initial = preview.context["form"].initial  # type: ignore[attr-defined]  # the test client's response
    services.reassign(
        staff=cast.clerk,
        unit=cast.other_division,
        post=cast.posts["CLERK"],
        on=date(2026, 9, 1),
        by=actor(cast.org_admin),
        at=clock.now(),
    )
    again = admin.post(url("staff_import_apply"), initial)
    assert "名簿が変わりました" in again.content.decode()
    cast.clerk.refresh_from_db()
    assert cast.clerk.name == "担当 一郎"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (",名無し,,,03009,CLERK", "職員番号がありません"),
        ("S0001,,,,03009,CLERK", "氏名がありません"),
        ("S0400,誤り,,not-an-address,03009,CLERK", "メールアドレスの形"),
        ("S0400,誤り,,,99999,CLERK", "組織コード 99999"),
        ("S0400,誤り,,,0101,CLERK", "組織コード 0101"),
        ("S0400,誤り,,,03009,KING", "職コード KING"),
        ("S0400123456789,長い,,,03009,CLERK", "12文字まで"),
    ],
)
def test_bad_lines_are_named_and_nothing_is_applied(
    cast: Cast, admin: Client, line: str, message: str
) -> None:
    answer = upload(admin, table("S0002,課長 二郎,,s0002@mie.example.jp,03009,DIVISION_DIRECTOR", line))
    page = answer.content.decode()  # type: ignore[attr-defined]  # the test client's response
    assert answer.status_code == 422  # type: ignore[attr-defined]  # the test client's response
    assert "3行目" in page
    assert message in page
    assert "この内容で反映する" not in page


def test_twice_the_same_number_is_an_error(cast: Cast, admin: Client) -> None:
    line = "S0500,同じ,,,03009,CLERK"
    page = upload(admin, table(line, line)).content.decode()  # type: ignore[attr-defined]  # the test client's response
    assert "2 行目にもあります" in page


def test_a_later_move_or_retirement_stands_against_the_import(cast: Cast) -> None:
    by, at = actor(cast.org_admin), clock.now()
    services.reassign(
        staff=cast.clerk, unit=cast.other_division, post=cast.posts["CLERK"], on=NEXT_YEAR, by=by, at=at
    )
    services.retire(staff=cast.chief, on=date(2026, 9, 1), by=by, at=at)
    rows = [
        {"職員番号": number, "氏名": "x", "組織コード": "03009", "職コード": "CLERK"}
        for number in ("S0001", "S0002")
    ]
    plan = services.plan_import(body=cast.body, rows=rows, on=date(2026, 10, 1))
    assert [error.line for error in plan.errors] == [2, 3]
    with pytest.raises(services.UnableToImport):
        services.apply_import(
            body=cast.body, rows=rows, on=date(2026, 10, 1), digest=plan.digest, by=by, at=at
        )


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04 broken", "氏名\n名前だけ\n".encode()])
def test_unreadable_files_are_refused(cast: Cast, admin: Client, content: bytes) -> None:
    answer = upload(admin, content)
    assert answer.status_code == 422  # type: ignore[attr-defined]  # the test client's response


def test_shift_jis_and_spreadsheets_are_read(cast: Cast, admin: Client) -> None:
    line = "S0001,担当 一郎,タントウ,s0001@mie.example.jp,03009,CLERK"
    for content in (table(line).decode().encode("cp932"), spreadsheet(line)):
        preview = upload(admin, content)
        kinds = [c.kind for c in preview.context["plan"].changes]  # type: ignore[attr-defined]  # the test client's response
        assert kinds == ["correct"]


def spreadsheet(line: str) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADING.strip().split(","))
    sheet.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_is_exported_can_be_imported_without_a_change(cast: Cast, admin: Client) -> None:
    exported = admin.get(url("staff_export"), {"on": "2026-10-01"})
    assert exported["Content-Type"].startswith("text/csv")
    content = b"".join(exported) if exported.streaming else exported.content
    plan = upload(admin, content).context["plan"]  # type: ignore[attr-defined]  # the test client's response
    assert (plan.errors, plan.changes, plan.unchanged) == ((), (), 6)


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"on": "2026-10-01", "table": "{}", "digest": "x"},
        {"on": "2026-10-01", "table": "[", "digest": "x"},
    ],
)
def test_a_tampered_preview_leads_back(cast: Cast, admin: Client, posted: dict[str, str]) -> None:
    assert admin.post(url("staff_import_apply"), posted)["Location"] == url("staff_import")


def test_the_search_box_finds_staff_and_units_of_the_own_body(cast: Cast) -> None:
    request = HttpRequest()
    request.desk = desk(cast.other_body_clerk)  # type: ignore[attr-defined]  # as the middleware does
    for words, found in (("課長", 0), ("津 六子", 1), ("総務", 1)):
        hits = [
            *search.get("organization.staff").find(request, words, 5),
            *search.get("organization.units").find(request, words, 5),
        ]
        assert len(hits) == found, words
    stranger = RequestFactory().get("/")
    assert search.get("organization.staff").find(stranger, "津", 5) == []
    assert search.get("organization.units").find(stranger, "津", 5) == []


def test_today_decides_who_works_where(cast: Cast, client_of: ClientOf) -> None:
    services.retire(staff=cast.clerk, on=NEXT_YEAR, by=actor(cast.org_admin), at=clock.now())
    with time_machine.travel("2027-03-31T14:59:00Z", tick=False):
        assert client_of(cast.clerk).get(url("unit_tree")).status_code == 200
    with time_machine.travel("2027-03-31T15:01:00Z", tick=False):
        assert client_of(cast.clerk).get(url("unit_tree")).status_code == 403

from __future__ import annotations

from django.http import QueryDict

from kencho.procedures.definition import PageView
from kencho.procedures.tests.definition.forms import TODAY, form, seed

DISCLOSURE = seed("public-record-disclosure")
SWITCHED = form(
    {"id": "kind", "type": "choice", "label": "区分", "required": True, "options": ["a", "b"]},
    {
        "id": "reason",
        "type": "text",
        "label": "理由",
        "required": True,
        "visible": {"eq": [{"item": "kind"}, "b"]},
    },
)


def rows(view: PageView) -> list[str]:
    group = next(one for one in view.items if one.layout == "repeat")
    return [next(i for i in row.items if i.id == "record_title").inputs[0].value for row in group.rows]


def test_querydict_is_read() -> None:
    post = QueryDict("disclosure_method=copy&disclosure_method=inspection&_action=save")
    read = DISCLOSURE.read_page("method", post, {}, on=TODAY)
    assert read.values["disclosure_method"] == ["inspection", "copy"]
    assert (read.action, read.errors) == ("save", [])


def test_a_question_brought_up_by_an_answer_is_shown_before_it_is_complained_of() -> None:
    read = SWITCHED.read_page("first", {"kind": "b", "_shown": "kind"}, {}, on=TODAY)
    assert (read.errors, read.revealed, read.stays) == ([], ("reason",), True)
    again = SWITCHED.read_page("first", {"kind": "b", "_shown": "kind,reason"}, {}, on=TODAY)
    assert [one.code for one in again.errors] == ["required"]
    done = SWITCHED.read_page("first", {"kind": "a", "reason": "", "_shown": "kind,reason"}, {}, on=TODAY)
    assert not done.stays


def test_rows_are_added_removed_and_kept_in_order() -> None:
    post = {f"records.{n}.record_title": t for n, t in enumerate(("一", "二", "三"))}
    read = DISCLOSURE.read_page(
        "request", {**post, "records._rows": "3", "_action": "add_row:records"}, {}, on=TODAY
    )
    view = DISCLOSURE.page_view("request", DISCLOSURE.merge({}, read.values), read.raw, read.errors, on=TODAY)
    assert rows(view) == ["一", "二", "三", ""]
    assert read.stays
    assert not read.errors
    read = DISCLOSURE.read_page("request", {**read.raw, "_action": "remove_row:records:1"}, {}, on=TODAY)
    view = DISCLOSURE.page_view("request", DISCLOSURE.merge({}, read.values), read.raw, on=TODAY)
    assert rows(view) == ["一", "三", ""]


def test_blank_rows_are_no_answers() -> None:
    post = {
        "records._rows": "3",
        "records.0.record_title": "",
        "records.2.record_title": "河川台帳",
        "records.2.record_period_known": "no",
    }
    read = DISCLOSURE.read_page("request", post, {}, on=TODAY)
    assert read.errors == []
    assert read.values["records"] == [{"record_title": "河川台帳", "record_period_known": False}]


def test_errors_in_rows_name_their_inputs() -> None:
    post = {"records._rows": "1", "records.0.record_title": "x", "records.0.record_period_known": "yes"}
    read = DISCLOSURE.read_page("request", post, {}, on=TODAY)
    assert [(one.name, one.html_id) for one in read.errors] == [
        ("records.0.record_from.year", "f-records-0-record_from-year")
    ]


def test_postal_code_fills_the_address_and_keeps_the_rest() -> None:
    post = {
        "address.postal_code": "５１４-０００１",
        "address.street": "1番地",
        "_action": "lookup_postal:address",
    }
    read = DISCLOSURE.read_page("requester", post, {}, on=TODAY)
    assert read.values["address"] == {
        "postal_code": "5140001", "prefecture": "三重県", "city": "津市", "town": "江戸橋", "street": "1番地",
    }  # fmt: skip
    lost = DISCLOSURE.read_page("requester", {**post, "address.postal_code": "9999999"}, {}, on=TODAY)
    assert [one.code for one in lost.errors] == ["unknown_postal_code"]


def test_a_forged_row_count_stays_within_the_definition() -> None:
    read = DISCLOSURE.read_page(
        "request", {"records._rows": "9999", "_action": "add_row:records"}, {}, on=TODAY
    )
    assert len(read.values["records"] or []) <= 10
    view = DISCLOSURE.page_view("request", {}, read.raw, on=TODAY)
    assert len(rows(view)) == 10


def test_files_are_taken_away_by_their_checkbox() -> None:
    answers = {"by_agent": True, "proxy": [{"id": "1", "name": "a.pdf", "bytes": 10, "kind": "pdf"}]}
    read = DISCLOSURE.read_page("documents", {"proxy.remove": ["1"], "_action": "save"}, answers, on=TODAY)
    assert read.values == {"proxy": None}


def test_pages_without_questions_are_passed_over() -> None:
    assert [page.id for page in DISCLOSURE.visible_pages({}, on=TODAY)] == ["requester", "request", "method"]
    following = DISCLOSURE.next_page("method", {"by_agent": True}, on=TODAY)
    assert following is not None
    assert following.id == "documents"
    assert DISCLOSURE.next_page("method", {}, on=TODAY) is None

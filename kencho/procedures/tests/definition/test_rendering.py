from __future__ import annotations

import random

import lxml.html
import pytest
from django.template import Context, Template
from django.utils import translation

from kencho.procedures.definition import Compiled
from kencho.procedures.tests.definition.forms import EVERY_TYPE, TODAY, form, seed

PAGE = Template(
    "{% load procedure_items %}{% procedure_errors page.errors %}<form>{% procedure_page page %}</form>"
)
FORM = form(*[{**one, "required": True} if one["type"] not in {"heading", "note", "calculated"} else one
              for one in EVERY_TYPE])  # fmt: skip


def render(
    made: Compiled, page_id: str, post: dict[str, object] | None, answers: dict[str, object]
) -> lxml.html.HtmlElement:
    raw, errors = None, []
    if post is not None:
        read = made.read_page(page_id, post, answers, on=TODAY)
        answers, raw, errors = made.merge(answers, read.values), read.raw, read.errors
    view = made.page_view(page_id, answers, raw, errors, on=TODAY)
    return lxml.html.fromstring(f"<div>{PAGE.render(Context({'page': view}))}</div>")


def checked(tree: lxml.html.HtmlElement) -> None:
    ids = [str(one) for one in tree.xpath("//@id")]
    assert len(ids) == len(set(ids))
    labelled = {str(one) for one in tree.xpath("//label/@for")}
    for control in tree.xpath("//input[@type!='hidden'] | //select | //textarea"):
        assert control.get("id") in labelled, control.get("name")
    for references in tree.xpath("//@aria-describedby"):
        assert set(str(references).split()) <= set(ids)
    for link in tree.xpath("//div[@role='alert']//a/@href"):
        assert str(link)[1:] in ids, link
    assert not tree.xpath("//@style | //script | //@onclick")
    for fieldset in tree.xpath("//fieldset"):
        assert fieldset.xpath("./legend")


def test_empty_filled_and_wrong_pages_are_accessible() -> None:
    checked(render(FORM, "first", None, {}))
    checked(render(FORM, "first", None, dict(FORM.sample(random.Random(3), on=TODAY))))
    wrong = render(FORM, "first", {"a_group._rows": "2", "a_group.1.share": "x", "a_date.year": "99"}, {})
    checked(wrong)
    assert len(wrong.xpath("//div[@role='alert']//li")) > 20
    assert wrong.xpath("//h2[text()='入力内容に問題があります']")


def test_an_error_is_tied_to_its_input() -> None:
    tree = render(FORM, "first", {"an_email": "taro@", "_shown": "an_email"}, {})
    (control,) = tree.xpath("//input[@name='an_email']")
    assert control.get("aria-invalid") == "true"
    assert "f-an_email-error" in control.get("aria-describedby").split()
    assert control.get("value") == "taro@"


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("a_name.family", "family-name"),
        ("an_address.postal_code", "postal-code"),
        ("an_email", "email"),
        ("a_telephone", "tel"),
        ("an_organization", "organization"),
    ],
)
def test_purpose_of_inputs_about_the_applicant(name: str, token: str) -> None:
    tree = render(FORM, "first", None, {})
    assert tree.xpath(f"//*[@name='{name}']/@autocomplete") == [token]


def test_other_people_get_no_autocomplete() -> None:
    tree = render(FORM, "first", None, {})
    assert not tree.xpath("//*[starts-with(@name, 'a_group.')]/@autocomplete")


def test_what_is_typed_is_escaped() -> None:
    tree = render(FORM, "first", {"a_text": '"><script>x</script>', "_shown": "a_text"}, {})
    checked(tree)
    assert tree.xpath("//input[@name='a_text']/@value") == ['"><script>x</script>']


def test_first_button_is_next_and_rows_work_without_script() -> None:
    tree = render(FORM, "first", None, {})
    assert tree.xpath("(//button)[1]/@value") == ["next"]
    values = {str(one) for one in tree.xpath("//button/@value")}
    assert {"lookup_postal:an_address", "add_row:a_group"} <= values


def test_labels_in_english_where_they_exist() -> None:
    with translation.override("en"):
        tree = render(seed("public-record-disclosure"), "requester", None, {})
    assert "Who is asking" in tree.text_content()


def test_blank_form_has_every_question_with_its_condition() -> None:
    blank = seed("public-record-disclosure").blank_form()
    fields = {field.item_id: field for page in blank.pages for field in page.fields}
    assert fields["organization"].condition == "「請求する方の区分」が「法人・団体」"
    assert fields["disclosure_method"].options == ("閲覧・視聴", "写しの交付")
    assert next(one.item_id for one in fields["records"].fields) == "record_title"

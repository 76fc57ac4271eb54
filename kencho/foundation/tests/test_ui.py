"""The shared look: values, tags, form fields, error pages, and promises about the static files."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from kencho.foundation import registry, ui
from kencho.foundation.templatetags import ui as tags

TEMPLATES = Path(__file__).parents[3] / "templates"
STATIC = TEMPLATES.parent / "static"
SOURCES = sorted(TEMPLATES.rglob("*.html"))


class Page(HTMLParser):
    """Start tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep each tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        """Attributes of every tag of this name."""
        return [attrs for name, attrs in self.tags if name == tag]

    def ids(self) -> list[str]:
        """Every id, repeated ones too."""
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


class Sample(forms.Form):
    """A form that is wrong in every way."""

    name = forms.CharField(label="氏名", help_text="姓と<b>名</b>")
    reply = forms.ChoiceField(label="受取", choices=[("a", "郵送"), ("b", "窓口")], widget=forms.RadioSelect)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        """Refuse the form as a whole."""
        raise forms.ValidationError("期限を過ぎています。")


def _answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.fixture(autouse=True)
def addresses(settings: Settings) -> None:
    """A few addresses of our own: the frame must stand without the apps above."""
    urls = ModuleType("urls")
    urls.urlpatterns = [  # type: ignore[attr-defined]  # a urlconf made for these tests
        path("desk/", _answer, name="desk"),
        path("desk/applications/", _answer, name="inbox"),
        path("desk/records/", _answer, name="records"),
    ]
    settings.ROOT_URLCONF = urls


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().get("/desk/applications/1/")
    request.user = AnonymousUser()
    return request


def draw(source: str, **values: object) -> str:
    return Template("{% load ui %}" + source).render(Context(values))


def page_of(template: str, request: HttpRequest, **values: object) -> str:
    """A page without the context of the apps above: the frame must stand alone."""
    return render_to_string(
        template, {"request": request, "user": request.user, "csrf_token": "token", **values}
    )


def gallery(request: HttpRequest, shell: str) -> str:
    return page_of("components/gallery.html", request, gallery_shell=shell)


def refers(page: Page) -> Iterator[str]:
    """Every id that something on the page points to."""
    for tag, attrs in page.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            yield from attrs.get(name, "").split()
        if tag == "label" and "for" in attrs:
            yield attrs["for"]
        if tag == "a" and re.fullmatch(r"#.+", attrs.get("href", "")):
            yield attrs["href"][1:]


# --- Values -------------------------------------------------------------------------------------------------------


@given(done=st.integers(0, 10**9), total=st.integers(1, 10**9))
def test_percent_stays_between_0_and_100(done: int, total: int) -> None:
    percent = ui.Progress("作成", done, total).percent
    assert percent is not None
    assert 0 <= percent <= 100
    assert (percent == 100) == (done >= total)


def test_percent_of_an_unknown_total_is_unknown() -> None:
    assert ui.Progress("検査", 5, None).percent is None


def test_a_row_must_fit_its_columns() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        ui.Table("表", [ui.Column("甲"), ui.Column("乙")], [ui.Row([ui.Cell("一")])])


def test_errors_come_in_the_order_of_the_form_and_lead_to_the_first_input() -> None:
    errors = ui.errors_of(Sample({}))
    assert [(error.anchor, error.label) for error in errors] == [
        ("", ""),
        ("id_name", "氏名"),
        ("id_reply_0", "受取"),
        ("", ""),
    ]


def test_a_form_that_was_not_sent_has_no_errors() -> None:
    assert ui.errors_of(Sample()) == []


def test_navigation_marks_the_longest_address_only(request_: HttpRequest) -> None:
    items = [
        registry.NavigationItem("desk", "机", "desk", "仕事"),
        registry.NavigationItem("inbox", "受付", "inbox", "申請", count=lambda request: 12),
        registry.NavigationItem("records", "文書", "records", "申請"),
    ]
    groups = ui.grouped(items, request_)
    assert [(group.label, [item.label for item in group.items]) for group in groups] == [
        ("仕事", ["机"]),
        ("申請", ["受付", "文書"]),
    ]
    assert [item.label for group in groups for item in group.items if item.current] == ["受付"]
    assert [item.count for group in groups for item in group.items] == [None, 12, None]


# --- Tags ---------------------------------------------------------------------------------------------------------


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in draw("{% icon 'check' %}")
    named = draw("{% icon 'check' label='済み' %}")
    assert 'role="img" aria-label="済み"' in named
    assert "aria-hidden" not in named


def test_a_status_is_escaped() -> None:
    assert "<b>" not in draw("{% status_tag status %}", status=ui.Status("<b>", ui.Kind.INFO))


def test_an_unknown_kind_of_status_is_refused() -> None:
    with pytest.raises(ValueError, match="purple"):
        draw("{% status_tag '審査中' 'purple' %}")


@pytest.mark.parametrize(("kind", "word"), [("info", "お知らせ"), ("warning", "注意"), ("error", "エラー")])
def test_a_notice_says_its_kind_in_words(kind: str, word: str) -> None:
    shown = draw(
        "{% notification kind title=title %}<p>本文</p>{% endnotification %}", kind=kind, title="<期限>"
    )
    assert f"{word}：" in shown
    assert "&lt;期限&gt;" in shown
    assert "<p>本文</p>" in shown


def test_message_tags_become_a_kind() -> None:
    assert tags.message_kind("extra error") == "error"
    assert tags.message_kind("debug") == "info"


def test_thousands_touches_whole_numbers_only() -> None:
    assert [tags.thousands(value) for value in (1234567, "98.4", None)] == ["1,234,567", "98.4", None]


# --- Form fields ----------------------------------------------------------------------------------------------------


def test_hint_and_errors_are_tied_to_their_input() -> None:
    page = Page(str(Sample({})["name"].as_field_group()))
    (shown,) = page.all("input")
    assert shown["aria-describedby"] == "id_name_helptext id_name_error"
    assert shown["aria-invalid"] == "true"
    assert shown["class"] == "input"
    assert set(refers(page)) <= set(page.ids())


def test_a_group_of_choices_is_a_fieldset_with_its_legend() -> None:
    page = Page(str(Sample({})["reply"].as_field_group()))
    (group,) = page.all("fieldset")
    assert group["aria-describedby"] == "id_reply_error"
    assert len(page.all("legend")) == 1
    assert [shown["class"] for shown in page.all("input")] == ["choice__input", "choice__input"]
    assert set(refers(page)) <= set(page.ids())


def test_a_hint_is_escaped() -> None:
    assert "&lt;b&gt;" in str(Sample()["name"].as_field_group())


def test_a_hidden_input_has_no_look() -> None:
    assert "class=" not in str(Sample()["token"])


def test_classes_of_a_widget_are_added_to_ours() -> None:
    class Short(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"class": "input--short"}))

    (shown,) = Page(str(Short()["code"])).all("input")
    assert shown["class"] == "input input--short"


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["page.html", "staff_page.html"])
def test_every_reference_in_the_gallery_leads_somewhere(request_: HttpRequest, shell: str) -> None:
    page = Page(gallery(request_, shell))
    ids = page.ids()
    assert len(ids) == len(set(ids)), sorted({name for name in ids if ids.count(name) > 1})
    assert set(refers(page)) - set(ids) == set()
    assert len(page.all("h1")) == 1
    assert page.all("html") == [{"lang": "ja"}]
    assert [part["id"] for part in page.all("main")] == ["main"]


def test_every_sent_form_carries_its_token(request_: HttpRequest) -> None:
    html = gallery(request_, "page.html")
    own = [form for form in re.findall(r"<form.*?</form>", html, re.S) if 'action="#form"' not in form]
    sent = [form for form in own if 'method="post"' in form]
    assert len(sent) >= 2
    assert all("csrfmiddlewaretoken" in form for form in sent)


def test_every_component_is_shown_somewhere() -> None:
    used = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    used += Path(tags.__file__).read_text(encoding="utf-8")
    # For pages that show one field or state by include; the tags do the same.
    single = {"_field.html", "_status_tag.html", "_form.html"}
    parts = {source.name for source in (TEMPLATES / "components").glob("_*.html")} - single
    assert {part for part in parts if f"components/{part}" not in used} == set()


@pytest.mark.parametrize("code", ["400", "403", "404", "413", "429", "csrf"])
def test_an_error_page_says_what_to_do_next(request_: HttpRequest, code: str) -> None:
    html = page_of(f"errors/{code}.html", request_)
    assert "次にすること" in html
    assert len(Page(html).all("h1")) == 1
    assert re.search(r"<title>.+ \| 県庁 Kencho</title>", html)


@pytest.mark.parametrize("code", ["500", "503", "storage"])
def test_a_fault_page_needs_neither_request_nor_scripts(code: str) -> None:
    html = render_to_string(f"errors/{code}.html")
    assert "次にすること" in html
    assert "<script" not in html


# --- Promises -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(TEMPLATES)))
def test_no_template_breaks_the_content_security_policy(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", text)
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", text)


def test_every_icon_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    asked = {
        name
        for source in SOURCES
        for name in re.findall(r'{% icon "([^"]+)"', source.read_text(encoding="utf-8"))
    }
    assert (asked | set(tags._ICON_OF_KIND.values())) - drawn == set()


def _colours() -> dict[str, str]:
    first = (STATIC / "tokens.css").read_text(encoding="utf-8").split("@media")[0]
    values = dict(re.findall(r"--([\w-]+):\s*([^;]+);", first))
    while any(value.startswith("var(") for value in values.values()):
        values = {
            name: values[value[6:-1]] if value.startswith("var(") else value for name, value in values.items()
        }
    return values


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("text", "surface-quiet", 4.5),
        ("text-quiet", "surface-soft", 4.5),
        ("action", "surface-quiet", 4.5),
        ("danger", "surface-quiet", 4.5),
        ("success", "surface-quiet", 4.5),
        ("color-neutral-white", "action", 4.5),
        ("color-neutral-white", "danger", 4.5),
        ("color-primitive-blue-1000", "color-primitive-blue-50", 4.5),
        ("color-primitive-green-900", "color-primitive-green-50", 4.5),
        ("color-primitive-yellow-1200", "color-primitive-yellow-100", 4.5),
        ("color-primitive-red-1000", "color-primitive-red-50", 4.5),
        ("line-strong", "surface", 3.0),
        ("warning", "surface", 3.0),
        ("focus-ring", "focus-halo", 3.0),
        ("focus-halo", "color-primitive-blue-1200", 3.0),
    ],
)
def test_colours_are_far_enough_apart(front: str, back: str, least: float) -> None:
    """WCAG 2.2, success criteria 1.4.3 and 1.4.11."""
    colours = _colours()
    light, dark = sorted((_luminance(colours[front]), _luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_a_form_page_weighs_at_most_30_kilobytes(request_: HttpRequest) -> None:
    """Everything that a first visit to a form page fetches, compressed; the gallery is heavier than any form."""
    parts = [gallery(request_, "page.html").encode()]
    parts += [
        (STATIC / name).read_bytes() for name in ("tokens.css", "kencho.css", "forms.css", "components.css")
    ]
    parts += [(STATIC / name).read_bytes() for name in ("print.css", "kencho.js", "icons.svg", "favicon.svg")]
    assert sum(len(gzip.compress(part)) for part in parts) <= 30_000

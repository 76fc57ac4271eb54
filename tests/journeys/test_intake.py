"""From paper to the inbox: a form is printed, filled in, scanned, read, and two fields of it verified by keyboard alone.

A second one: a form that Kencho did not print gets its boxes in the browser, and is read.
"""

import io
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pylopdf_fonts_jp
import pytest
from django.conf import settings
from django.test import Client
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from kencho.applications.models import Application, Channel
from kencho.foundation import queue
from kencho.intake import form_maps
from kencho.intake.models import FieldResult, FormTemplate, ScanBatch, ScanPage, Sheet
from kencho.intake.testing import filled_pages, stack
from kencho.intake.tests.pages.papers import short_form
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, sign_in
from kencho.procedures.models import ProcedureVersion
from tests.browser.launch import shot

# A page is read by a process of its own, which first loads its models.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NewContext = Callable[..., BrowserContext]
FONT = Path(pylopdf_fonts_jp.__file__).parent / "NotoSansJP-Regular.otf"
DPI = 300
MM = DPI / 25.4
# What is on the paper, as it stands in the answers.
WRITTEN: dict[str, Any] = {
    "applicant.family": "田中",
    "applicant.given": "花子",
    "applicant.family_kana": "タナカ",
    "applicant.given_kana": "ハナコ",
    "born_on": "1965-01-02",
    "amount": 12000,
    "how": "counter",
    "reason": "地域の催しの会場費",
}
# A form of another office: what is printed beside each box, the box in millimetres, and what is written into it.
LEGACY = {
    "applicant.family": ("氏", (45.0, 40.0, 50.0, 12.0), "田中"),
    "applicant.given": ("名", (115.0, 40.0, 50.0, 12.0), "花子"),
    "amount": ("金額（円）", (45.0, 60.0, 50.0, 12.0), "48000"),
}


@pytest.fixture
def version(world: Cast) -> ProcedureVersion:
    """A published procedure with a short form."""
    return short_form(world)


def _as(new_context: NewContext, live_server: LiveServer, who: StaffMember, **options: object) -> Page:
    context = new_context(**options)
    cookie = sign_in(Client(), who).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def _upload(page: Page, file: Path) -> None:
    page.goto("/desk/intake/")
    page.get_by_role("link", name="スキャンを取り込む").first.click()
    page.get_by_label("スキャンしたファイル").set_input_files(file)
    page.get_by_label("窓口", exact=True).check()
    page.get_by_role("button", name="取り込む", exact=True).click()
    expect(page.get_by_text("1ファイルを取り込みました。")).to_be_visible()


def _now(page: Page) -> Locator:
    return page.locator(".verify-field--now")


def _verify(page: Page, truth: Mapping[str, str]) -> tuple[int, int]:
    """Go through all fields without the mouse; returns how many there were and how many had to be typed."""
    total = page.locator("[data-field]").count()
    typed = 0
    for _n in range(total):
        field = _now(page)
        number = field.get_attribute("data-field") or ""
        right = truth[number]
        checked = field.locator("input[data-key]:checked")
        shown = (checked.first.get_attribute("data-text") or "") if checked.count() else ""
        if right == shown:
            page.keyboard.press("Enter")
        else:
            typed += 1
            page.keyboard.press("F2")
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.insert_text(right)
            page.keyboard.press("ControlOrMeta+Enter")
        # The last one leads on to the next page by itself.
        if _n + 1 < total:
            expect(page.locator(f'[data-field="{number}"]')).to_have_class("verify-field verify-field--done")
    return total, typed


def test_a_printed_form_comes_back_as_an_application(
    world: Cast, version: ProcedureVersion, new_context: NewContext, live_server: LiveServer, tmp_path: Path
) -> None:
    clerk = _as(new_context, live_server, world.clerk)
    clerk.goto("/desk/intake/")
    clerk.get_by_role("main").get_by_role("link", name="様式を印刷する").first.click()
    shot(clerk, "intake-templates")
    link = clerk.get_by_role("link", name="印刷する（PDF）").get_attribute("href") or ""
    printed = clerk.context.request.get(live_server.url + link)
    assert printed.body() == form_maps.printed(version)

    scan = tmp_path / "スキャン.pdf"
    scan.write_bytes(stack(filled_pages(version, WRITTEN, seed=7)))
    _upload(clerk, scan)
    assert ScanBatch.objects.get().channel == Channel.COUNTER
    queue.drain(strict=True)
    clerk.reload()
    expect(clerk.get_by_text("読み取り済み").first).to_be_visible()
    expect(clerk.get_by_text("確認待ち").first).to_be_visible()
    shot(clerk, "intake-batch")

    # Two fields for the clerk, whatever the thresholds of the day say: the name.
    sheet = Sheet.objects.get()
    sheet.fields.exclude(key__in=["applicant.family", "amount"]).update(state=FieldResult.State.PASSED)
    sheet.fields.filter(key__in=["applicant.family", "amount"]).update(state=FieldResult.State.DOUBTFUL)
    clerk.get_by_role("button", name="確認をはじめる").click()
    expect(_now(clerk)).to_be_visible()
    shot(clerk, "intake-verify")
    truth = {str(each.pk): str(WRITTEN[each.key]) for each in sheet.fields.all() if each.key in WRITTEN}
    assert _verify(clerk, truth)[0] == 2

    expect(clerk.get_by_role("heading", name="申請として登録しました")).to_be_visible()
    shot(clerk, "intake-registered")
    application = Application.objects.get()
    assert application.channel == Channel.COUNTER
    assert application.answers["applicant"] == {
        part: WRITTEN[f"applicant.{part}"] for part in ("family", "given", "family_kana", "given_kana")
    }
    assert (application.answers["born_on"], application.answers["amount"]) == ("1965-01-02", 12000)
    assert application.answers["how"] == "counter"
    clerk.goto("/desk/applications/")
    row = clerk.get_by_role("row", name=application.number)
    expect(row).to_contain_text("田中")
    expect(row).to_contain_text("窓口")


def _paper(*, is_filled: bool) -> Image.Image:
    """A sheet of another office: ruled, with words beside its boxes."""
    page = Image.new("L", (round(210 * MM), round(297 * MM)), 255)
    draw = ImageDraw.Draw(page)
    title, small = ImageFont.truetype(str(FONT), 70), ImageFont.truetype(str(FONT), 42)
    draw.text((60 * MM, 15 * MM), "会場使用料補助 申込書", font=title, fill=0)
    for line in range(12):
        draw.text(
            (20 * MM, (95 + 9 * line) * MM),
            f"{line + 1} 注意事項の第{line + 1}項をよく読んで記入すること。",
            font=small,
            fill=0,
        )
    draw.rectangle((15 * MM, 90 * MM, 195 * MM, 210 * MM), outline=0, width=4)
    pen = ImageFont.truetype(str(FONT), 84)
    for words, (x, y, width, height), written in LEGACY.values():
        draw.text(((x - 3) * MM, (y + 3) * MM), words, font=small, fill=0, anchor="ra")
        draw.rectangle((x * MM, y * MM, (x + width) * MM, (y + height) * MM), outline=0, width=4)
        if is_filled:
            draw.text(((x + 4) * MM, (y + 1.5) * MM), written, font=pen, fill=30)
    return page


def _scanned(page: Image.Image, seed: int) -> bytes:
    """Laid on the glass a little askew, with the dust of an office."""
    rng = random.Random(seed)  # a picture, not a secret
    turned = page.rotate(0.6, fillcolor=255, resample=Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(turned)
    for _n in range(60):
        x, y = rng.randrange(turned.width), rng.randrange(turned.height)
        draw.ellipse((x, y, x + 2, y + 2), fill=120)
    room = io.BytesIO()
    turned.filter(ImageFilter.GaussianBlur(0.7)).save(room, "JPEG", quality=85, dpi=(DPI, DPI))
    return room.getvalue()


def _draw(page: Page, key: str, rect: tuple[float, float, float, float]) -> None:
    """Drag a box over the picture, and say what it is."""
    sheet = page.locator("svg[data-page='1']")
    sheet.evaluate("each => each.scrollIntoView({block: 'start'})")
    place = sheet.bounding_box()
    assert place is not None
    scale = place["width"] / 210
    x, y, width, height = rect
    page.mouse.move(place["x"] + x * scale, place["y"] + y * scale)
    page.mouse.down()
    page.mouse.move(place["x"] + (x + width / 2) * scale, place["y"] + (y + height / 2) * scale)
    page.mouse.move(place["x"] + (x + width) * scale, place["y"] + (y + height) * scale)
    page.mouse.up()
    target = page.locator(".draw-row--now [name$=-target]")
    expect(target).to_be_focused()
    target.select_option(key)


def test_a_form_of_another_office_is_drawn_and_read(
    world: Cast, version: ProcedureVersion, new_context: NewContext, live_server: LiveServer, tmp_path: Path
) -> None:
    blank, filled = tmp_path / "白紙.png", tmp_path / "記入.jpg"
    _paper(is_filled=False).save(blank, dpi=(DPI, DPI))
    filled.write_bytes(_scanned(_paper(is_filled=True), seed=3))

    clerk = _as(new_context, live_server, world.clerk)
    clerk.goto("/desk/intake/templates/")
    clerk.get_by_role("link", name="登録する").click()
    clerk.get_by_label("手続", exact=False).first.select_option(version.procedure.code)
    clerk.get_by_label("様式の名前").fill("会場使用料補助の旧様式")
    clerk.get_by_label("何も書いていない様式のスキャン").set_input_files(blank)
    clerk.get_by_role("button", name="枠を描く画面へ").click()
    for key, (_words, rect, _written) in LEGACY.items():
        _draw(clerk, key, rect)
    # The last box is moved by its keys: half a millimetre to the right and back.
    box = clerk.locator(".draw__box--now")
    box.focus()
    before = clerk.locator(".draw-row--now [name$='-x']").input_value()
    clerk.keyboard.press("ArrowRight")
    assert float(clerk.locator(".draw-row--now [name$='-x']").input_value()) == pytest.approx(
        float(before) + 0.5
    )
    clerk.keyboard.press("ArrowLeft")
    shot(clerk, "intake-draw")
    clerk.get_by_role("button", name="枠を保存する").click()
    expect(clerk.get_by_text("枠を保存しました。")).to_be_visible()
    saved = {each["key"]: each["parts"][0]["rect"] for each in FormTemplate.objects.get().layout["fields"]}
    for key, (_words, rect, _written) in LEGACY.items():
        assert saved[key] == pytest.approx(rect, abs=0.6)

    clerk.get_by_label("記入された様式のスキャン").set_input_files(filled)
    clerk.get_by_role("button", name="試しに読む").click()
    expect(clerk.get_by_text("読み取った結果です。保存していません。")).to_be_visible(timeout=120_000)
    expect(clerk.get_by_role("row", name="金額")).to_contain_text("48000")
    assert not ScanPage.objects.exists()
    shot(clerk, "intake-try")

    clerk.goto(f"/desk/intake/templates/{FormTemplate.objects.get().pk}/")
    clerk.get_by_role("button", name="この様式を使いはじめる").click()
    expect(clerk.get_by_text("この様式を使いはじめました。")).to_be_visible()
    _upload(clerk, filled)
    queue.drain(strict=True)
    sheet = Sheet.objects.get()
    assert sheet.template.origin == FormTemplate.Origin.DRAWN
    read = {each.key: each.value for each in sheet.fields.all()}
    assert read == {"applicant.family": "田中", "applicant.given": "花子", "amount": 48000}

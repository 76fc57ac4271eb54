"""A form that Kencho did not print gets its boxes in the browser, and is read."""

import io
import random
from pathlib import Path

import pylopdf_fonts_jp
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kencho.intake.models import FormTemplate, ScanPage, Sheet
from kencho.intake.tests.pages.papers import short_form
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion
from tests.browser.launch import shot
from tests.journeys.desks import NewContext, as_staff, work
from tests.journeys.paper import upload

# A page is read by a process of its own, which first loads its models.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
FONT = Path(pylopdf_fonts_jp.__file__).parent / "NotoSansJP-Regular.otf"
DPI = 300
MM = DPI / 25.4
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

    clerk = as_staff(new_context, live_server, world.clerk)
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
    upload(clerk, filled)
    work()
    sheet = Sheet.objects.get()
    assert sheet.template.origin == FormTemplate.Origin.DRAWN
    read = {each.key: each.value for each in sheet.fields.all()}
    assert read == {"applicant.family": "田中", "applicant.given": "花子", "amount": 48000}

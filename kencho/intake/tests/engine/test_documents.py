"""Files become grey pages with a resolution, or a reason why not."""

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from kencho.intake.engine.documents import (
    Limits,
    Unreadable,
    encode_png,
    is_black_page,
    is_blank_page,
    open_document,
    pages_of,
)
from kencho.intake.engine.shapes import Refusal
from kencho.intake.tests.engine.sheets import Grey

A4_AT_150 = (1240, 1754)


def picture(size: tuple[int, int] = A4_AT_150, words: str = "page") -> Image.Image:
    image = np.full((size[1], size[0]), 250, np.uint8)
    for line in range(8):
        cv2.putText(image, f"{words} {line}", (200, 300 + 120 * line), cv2.FONT_HERSHEY_SIMPLEX, 2, 20, 4)
    return Image.fromarray(image)


def saved(image: Image.Image, kind: str, **options: object) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def refusal_of(data: bytes, **limits: int) -> Refusal:
    with (
        pytest.raises(Unreadable) as refused,
        open_document(io.BytesIO(data), limits=Limits(**limits)) as document,
    ):
        document.page(1)
    return refused.value.refusal


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {"dpi": (150, 150)}),
        ("JPEG", {"dpi": (150, 150), "quality": 90}),
        ("TIFF", {"dpi": (150, 150), "compression": "tiff_lzw"}),
        ("PDF", {"resolution": 150}),
    ],
)
def test_every_kind_gives_the_same_page(kind: str, options: dict[str, object]) -> None:
    source = picture()
    with open_document(saved(source, kind, **options)) as document:
        assert document.pages == 1
        scan = document.page(1)
        again = document.page(1)
    assert scan.dpi == 150
    assert scan.image.shape == (1754, 1240)
    assert np.abs(scan.image.astype(int) - np.asarray(source).astype(int)).mean() < 3
    assert np.array_equal(scan.image, again.image)


def test_resolution_is_inferred_from_a4_where_the_file_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "scan"
    path.write_bytes(saved(picture((1654, 2339)), "PNG").getvalue())
    (scan,) = pages_of(path)
    assert scan.dpi == 200


def test_pages_come_one_by_one_in_any_order() -> None:
    pages = [picture(words=f"page{number}") for number in range(3)]
    file = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(150, 150))
    with open_document(file) as document:
        assert document.pages == 3
        for number in (2, 1, 3, 1):
            found = document.page(number).image.astype(int)
            assert np.abs(found - np.asarray(pages[number - 1]).astype(int)).max() == 0


def test_picture_in_a_pdf_is_not_resampled() -> None:
    source = picture((2480, 3508))
    with open_document(saved(source, "PDF", resolution=300, quality=95)) as document:
        scan = document.page(1)
    assert scan.dpi == 300
    assert scan.image.shape == (3508, 2480)
    assert np.abs(scan.image.astype(int) - np.asarray(source).astype(int)).mean() < 1


def test_drawn_pdf_is_rendered_at_reading_resolution() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595.28, 841.89))
    pdf.pages[0].Contents = pdf.make_stream(b"0 0 0 rg 100 100 200 300 re f")
    file = io.BytesIO()
    pdf.save(file)
    with open_document(file) as document:
        scan = document.page(1)
    assert scan.dpi == 300
    assert abs(scan.image.shape[0] - 3508) <= 1
    assert 0.11 < np.mean(scan.image < 128) < 0.13


def test_turned_camera_picture_is_upright() -> None:
    source = picture()
    exif = Image.Exif()
    exif[0x0112] = 6
    with open_document(
        saved(source.rotate(90, expand=True), "JPEG", exif=exif, dpi=(150, 150), quality=95)
    ) as document:
        found = document.page(1).image
    assert np.abs(found.astype(int) - np.asarray(source).astype(int)).mean() < 3


def test_seal_fades_and_blue_ink_stays() -> None:
    colours = Image.new("RGB", A4_AT_150, "white")
    colours.paste((215, 60, 50), (300, 300, 500, 500))
    colours.paste((40, 50, 150), (600, 300, 800, 500))
    with open_document(saved(colours, "PNG", dpi=(150, 150))) as document:
        grey = document.page(1).image
    assert grey[400, 400] > 130 > 80 > grey[400, 700]


def test_fax_gets_square_pixels() -> None:
    fax = picture((1728, 1145)).convert("1")
    with open_document(saved(fax, "TIFF", compression="group4", dpi=(204, 98))) as document:
        scan = document.page(1)
    assert scan.dpi == 204
    assert abs(scan.image.shape[0] / scan.image.shape[1] - 1145 / 98 / (1728 / 204)) < 0.01


def test_finer_than_needed_is_reduced() -> None:
    with open_document(saved(picture((4960, 7016)), "TIFF", dpi=(600, 600))) as document:
        scan = document.page(1)
    assert (scan.dpi, scan.image.shape) == (300, (3508, 2480))


def test_pale_copy_is_darkened_and_dust_is_not_raised() -> None:
    pale = np.asarray(picture()).astype(float) * 0.25 + 185
    faint = np.full((1754, 1240), 245, np.uint8)
    faint[::40, ::40] = 215
    for source, darkest in ((pale.astype(np.uint8), 100), (faint, 215)):
        with open_document(saved(Image.fromarray(source), "PNG", dpi=(150, 150))) as document:
            image = document.page(1).image
        assert (int(image.min()) <= darkest) == (darkest == 100) or int(image.min()) == darkest


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", Refusal.EMPTY_FILE),
        (b"not a scan at all", Refusal.BROKEN),
        (b"%PDF-1.7\n%%EOF", Refusal.BROKEN),
        (b"\x89PNG\r\n\x1a\nabc", Refusal.BROKEN),
        (b"II*\0\x08\0\0\0\xff\xff", Refusal.BROKEN),
        (saved(picture(), "JPEG", dpi=(150, 150)).getvalue()[:9000], Refusal.BROKEN),
        (saved(picture((620, 877)), "PNG").getvalue(), Refusal.TOO_COARSE),
        (saved(picture((1240, 1754)), "PNG", dpi=(100, 100)).getvalue(), Refusal.TOO_COARSE),
    ],
)
def test_unreadable_files_say_why(data: bytes, refusal: Refusal) -> None:
    assert refusal_of(data) is refusal


def test_locked_pdf_is_told_from_a_broken_one() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    file = io.BytesIO()
    pdf.save(file, encryption=pikepdf.Encryption(user="secret", owner="owner"))
    assert refusal_of(file.getvalue()) is Refusal.ENCRYPTED


def test_page_limit_counts_pdf_and_tiff() -> None:
    pdf = pikepdf.new()
    for _ in range(6):
        pdf.add_blank_page(page_size=(595, 842))
    file = io.BytesIO()
    pdf.save(file)
    small = [Image.new("1", (600, 800)) for _ in range(6)]
    tiff = saved(small[0], "TIFF", save_all=True, append_images=small[1:])
    for data in (file.getvalue(), tiff.getvalue()):
        assert refusal_of(data, pages=5) is Refusal.TOO_MANY_PAGES
        with open_document(io.BytesIO(data), limits=Limits(pages=6)) as document:
            assert document.pages == 6


def test_thousand_pages_are_counted_without_being_decoded() -> None:
    pdf = pikepdf.new()
    for _ in range(1000):
        pdf.add_blank_page(page_size=(595, 842))
    file = io.BytesIO()
    pdf.save(file)
    with open_document(file) as document:
        assert document.pages == 1000
        assert document.page(1000).image.shape[1] in {2479, 2480, 2481}


def test_bombs_are_refused_before_they_are_decoded() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    png = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    assert refusal_of(png) is Refusal.TOO_MANY_PIXELS
    tiff = saved(Image.new("1", (9000, 9000)), "TIFF", compression="group4").getvalue()
    assert len(tiff) < 20_000
    assert refusal_of(tiff) is Refusal.TOO_MANY_PIXELS


def test_huge_picture_inside_a_pdf_is_refused() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    image = pdf.make_stream(zlib.compress(b"\0" * 50_000))
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width = image.Height = 40_000
    image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceGray, 1
    image.Filter = pikepdf.Name.FlateDecode
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
    pdf.pages[0].Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /I Do")
    file = io.BytesIO()
    pdf.save(file)
    assert refusal_of(file.getvalue()) is Refusal.TOO_MANY_PIXELS


def back(seed: int = 3) -> Grey:
    dust = np.random.default_rng(seed)
    paper = dust.normal(238, 3, (1754, 1240)).clip(0, 255).astype(np.uint8)
    for _ in range(60):
        x, y = int(dust.integers(50, 1180)), int(dust.integers(50, 1690))
        paper[y : y + 2, x : x + 3] = 90
    return paper


def test_blank_back_with_show_through_specks_edges_and_holes() -> None:
    paper = back()
    through = np.asarray(picture())[:, ::-1] < 128
    paper[through] -= 30
    paper[:, :14] = 30
    for y in (800, 1000):
        cv2.circle(paper, (70, y), 18, 20, -1)
    assert is_blank_page(paper, 150)
    assert not is_black_page(paper)


@pytest.mark.parametrize("ink", [30, 120])
def test_a_few_words_are_no_blank_page(ink: int) -> None:
    paper = back()
    cv2.putText(paper, "see over", (300, 400), cv2.FONT_HERSHEY_SIMPLEX, 1, ink, 2)
    assert not is_blank_page(paper, 150)


def test_black_page() -> None:
    assert is_black_page(np.random.default_rng(1).integers(0, 40, (1754, 1240)).astype(np.uint8))
    assert not is_black_page(np.asarray(picture()))


def test_png_keeps_every_shade() -> None:
    shades = np.tile(np.arange(256, dtype=np.uint8), (40, 1))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(shades)))), shades)

"""Files that are kept at once and rebuilt later; scans keep what a reader needs: pages, pixels, resolution."""

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

from kencho.audit.models import Entry
from kencho.files import queries, services
from kencho.files.models import StoredFile, Upload
from kencho.files.sanitize import Limits
from kencho.foundation import actors, clock
from kencho.organization.testing import Cast

AT = datetime(2026, 6, 1, 10, 0, tzinfo=clock.JST)
SYSTEM = actors.system("test")
KINDS = ("pdf", "tiff", "png", "jpeg")
LIMITS = Limits(dpi=300, jpeg_quality=92)


def page(number: int = 1, mode: str = "L") -> Image.Image:
    made = Image.new(mode, (1240, 1754), 255 if mode == "L" else 1)
    draw = ImageDraw.Draw(made)
    for line in range(20):
        draw.line((100, 100 + 60 * line + number, 1100, 100 + 60 * line), fill=0, width=2)
    return made


def written(pages: list[Image.Image], kind: str, **options: Any) -> bytes:
    room = io.BytesIO()
    pages[0].save(room, kind, save_all=len(pages) > 1, append_images=pages[1:], **options)
    return room.getvalue()


def kept(cast: Cast, content: bytes) -> Upload:
    return services.quarantine(
        body=cast.body,
        content=io.BytesIO(content),
        name="scan",
        owner="test:1",
        max_bytes=50_000_000,
        kinds=KINDS,
        by=SYSTEM,
        at=AT,
    )


def rebuilt(cast: Cast, content: bytes, limits: Limits = LIMITS) -> Upload:
    return services.rebuild(upload=kept(cast, content), limits=limits, kinds=KINDS, by=SYSTEM, at=AT)


def test_the_original_is_kept_before_it_is_rebuilt(cast: Cast) -> None:
    upload = kept(cast, written([page()], "TIFF", dpi=(300, 300)))
    assert (upload.state, upload.clean_copy) == (Upload.State.CHECKING, None)
    assert upload.original is not None
    with pytest.raises(queries.QuarantinedFile), queries.opened(upload.original):
        pass
    done = services.rebuild(upload=upload, limits=LIMITS, kinds=KINDS, by=SYSTEM, at=AT)
    assert (done.state, done.pages) == (Upload.State.CLEAN, 1)
    again = services.rebuild(upload=done, limits=LIMITS, kinds=KINDS, by=SYSTEM, at=AT)
    assert again.clean_copy == done.clean_copy
    assert Entry.objects.filter(action="files.upload.rebuild").count() == 1


@pytest.mark.parametrize(("mode", "packed"), [("L", "tiff_lzw"), ("1", "group4")])
def test_a_stack_keeps_every_page_every_pixel_and_its_resolution(cast: Cast, mode: str, packed: str) -> None:
    pages = [page(number, mode) for number in range(1, 6)]
    done = rebuilt(cast, written(pages, "TIFF", compression=packed, dpi=(200, 200)))
    assert done.pages == 5
    assert done.clean_copy is not None
    with Image.open(io.BytesIO(queries.content(done.clean_copy))) as found:
        assert getattr(found, "n_frames", 1) == 5
        for number, wanted in enumerate(pages):
            found.seek(number)
            assert tuple(round(each) for each in found.info["dpi"]) == (200, 200)
            assert ImageChops.difference(found.convert("L"), wanted.convert("L")).getbbox() is None


@pytest.mark.parametrize(("told", "wanted"), [((300, 300), (300, 300)), ((9, 9), None), ((300, 100), None)])
def test_a_resolution_that_cannot_be_true_is_dropped(
    cast: Cast, told: tuple[int, int], wanted: tuple[int, int] | None
) -> None:
    done = rebuilt(cast, written([page()], "JPEG", quality=95, dpi=told))
    assert done.clean_copy is not None
    with Image.open(io.BytesIO(queries.content(done.clean_copy))) as found:
        dpi = found.info.get("dpi")
    assert (None if dpi is None else tuple(round(each) for each in dpi)) == wanted


@pytest.mark.parametrize("pages", [3, 4])
def test_more_pages_than_allowed_are_refused_with_the_reason(cast: Cast, pages: int) -> None:
    content = written([page(number) for number in range(pages)], "TIFF")
    done = rebuilt(cast, content, replace(LIMITS, pages=3))
    wanted = ("clean", "") if pages == 3 else ("refused", "too_many_pages")
    assert (done.state, done.reason) == wanted


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"MZ executable", "executable"), (b"a,b\n1,2\n", "kind")]
)
def test_what_is_not_wanted_is_not_kept(cast: Cast, content: bytes, code: str) -> None:
    with pytest.raises(services.UnableToReceive) as refused:
        kept(cast, content)
    assert refused.value.code == code
    assert not StoredFile.objects.exists()


def test_what_kencho_made_is_filed_like_a_document(cast: Cast) -> None:
    upload = services.hand_in(
        body=cast.body,
        content=b"%PDF-1.7\n",
        kind="pdf",
        name="紙の原本.pdf",
        owner="test:2",
        pages=1,
        by=SYSTEM,
        at=AT,
    )
    assert (upload.original, upload.state) == (None, Upload.State.CLEAN)
    assert upload.clean_copy is not None
    assert services.erase(uploads=[upload], by=SYSTEM, at=AT) == 1
    assert not StoredFile.objects.exists()

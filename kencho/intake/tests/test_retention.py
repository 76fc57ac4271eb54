"""What is written on paper stays here only as long as it is needed; the application keeps what was filed with it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from kencho.applications.models import Application
from kencho.applications.testing import AT
from kencho.files import queries as files
from kencho.files.models import Upload
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, indicators
from kencho.intake import services
from kencho.intake.models import FieldResult, Outcome, ScanPage, Sheet
from kencho.intake.tests.conftest import SYSTEM, Pile, work_off


def registered(pile: Pile) -> Sheet:
    pages = pile.lay_whole(1, pile.paper()) - 1
    sheet = pile.read(pages).sheets.get()
    pile.verify_all(sheet, pile.cast.clerk)
    services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    sheet.refresh_from_db()
    return sheet


def test_originals_go_first_then_images_and_fields(pile: Pile) -> None:
    sheet = registered(pile)
    assert services.erase_old(by=SYSTEM, at=AT + timedelta(days=29)) == services.Erased(0, 0, 0)
    assert services.erase_old(by=SYSTEM, at=AT + timedelta(days=31)) == services.Erased(1, 0, 0)
    assert not Upload.objects.filter(owner__startswith="intake:").exists()
    assert services.erase_old(by=SYSTEM, at=AT + timedelta(days=91)) == services.Erased(0, 1, 0)
    assert not FieldResult.objects.exists()
    assert not ScanPage.objects.filter(image__isnull=False).exists()
    sheet.refresh_from_db()
    assert sheet.batch.name == f"#{sheet.batch.digest[:12]}"
    paper = Application.objects.get().documents.get().upload.clean_copy
    assert paper is not None
    assert files.content(paper).startswith(b"%PDF")
    assert Outcome.objects.exists()


def test_what_is_still_to_be_looked_at_stays(pile: Pile) -> None:
    pages = pile.lay_whole(1, pile.paper()) - 1
    sheet = pile.read(pages).sheets.get()
    services.erase_old(by=SYSTEM, at=AT + timedelta(days=400))
    assert sheet.fields.count()
    assert sheet.pages.filter(image__isnull=False).count() == pages
    pile.verify_all(sheet, pile.cast.clerk)
    found = services.register(sheet=sheet, by=pile.by(pile.cast.clerk), at=AT)
    assert found.application.documents.count() == 1


def test_only_kencho_itself_erases(pile: Pile) -> None:
    with pytest.raises(PermissionDenied):
        services.erase_old(by=pile.by(pile.cast.clerk), at=AT)


def test_figures_outlive_the_fields(pile: Pile) -> None:
    sheet = registered(pile)
    work_off(AT)
    services.erase_old(by=SYSTEM, at=AT + timedelta(days=91))
    asked = Asked.whole(FiscalYear.of(AT), body=pile.cast.body.code, as_of=AT + timedelta(days=100))
    pages = indicators.get("intake.pages_read").read(asked)
    assert pages.numerator == sheet.pages.count()
    untouched = indicators.get("intake.untouched_share")
    reading = untouched.read(asked)
    assert (reading.numerator, reading.denominator) == (Decimal(0), Decimal(1))
    assert untouched.rows is not None
    assert [row.counts for row in untouched.rows(asked)] == [0]


def test_the_leak_rate_counts_wrong_audits_only(pile: Pile) -> None:
    for was_right, origin in ((True, "audit"), (False, "audit"), (False, "check")):
        Outcome.objects.create(
            body=pile.cast.body,
            procedure_code="x",
            kind="money",
            score=1,
            would_pass=True,
            was_right=was_right,
            origin=origin,
            at=AT,
        )
    asked = Asked.whole(FiscalYear.of(AT), body=pile.cast.body.code, as_of=AT + timedelta(days=1))
    leak = indicators.get("intake.leak_rate")
    reading = leak.read(asked)
    assert (reading.numerator, reading.denominator) == (Decimal(1), Decimal(2))
    assert leak.rows is not None
    assert sum(row.counts for row in leak.rows(asked)) == 1
    other = Asked.whole(FiscalYear.of(AT), body="242012", as_of=AT + timedelta(days=1))
    assert leak.read(other).numerator is None

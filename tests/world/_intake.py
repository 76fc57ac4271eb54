"""Paper intake: a sheet that waits for an eye, a page that was refused, a drawn form, a watched folder."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kencho.applications.testing import publish
from kencho.foundation import clock
from kencho.intake import form_maps, services
from kencho.intake.engine.shapes import Markers, Refusal, Template
from kencho.intake.models import FieldResult, FormTemplate, ScanBatch, ScanInlet, ScanPage, Sheet
from kencho.intake.tests.pages import papers
from kencho.organization.testing import Cast


@dataclass(frozen=True)
class Intake:
    """One of each thing of paper intake."""

    batch: ScanBatch
    page: ScanPage
    refused: ScanPage
    sheet: Sheet
    field: FieldResult
    drawn: FormTemplate
    inlet: ScanInlet
    code: str


def make_intake(cast: Cast) -> Intake:
    """Through the real services; what the reader says is given."""
    at = clock.now()
    version = publish(
        cast, "sponsorship-approval", routes=False, identity="none", pages=[papers.PAGE], documents=[]
    )
    batch = papers.receive(cast, pages=2)
    sheet = papers.read(cast, version, batch=batch, doubtful={"amount": ["72000"]})
    # The screen is shown to the one who has it open only.
    services.take_sheet(sheet=sheet, staff=cast.clerk, by=papers.by(cast.clerk), at=at)
    refused = papers.refuse(batch, 2, Refusal.UNKNOWN_FORM)
    printed = form_maps.template_of(version)
    layout = Template(id="drawn", pages=printed.pages, fields=printed.fields, markers=Markers.NONE)
    drawn = services.draw_template(
        version=version,
        title="以前からの様式",
        layout=layout,
        blank=form_maps.printed(version),
        by=papers.by(cast.clerk),
        at=at,
    )
    inlet = services.save_inlet(
        body=cast.body,
        division=cast.division,
        kind=ScanInlet.Kind.FOLDER,
        name="複合機",
        place="copier",
        channel="post",
        by=papers.by(cast.org_admin),
        at=at,
    )
    return Intake(
        batch=batch,
        page=sheet.pages.get(),
        refused=refused,
        sheet=sheet,
        field=papers.field(sheet, "amount"),
        drawn=drawn,
        inlet=inlet,
        code=version.procedure.code,
    )


THINGS: dict[str, Callable[[Intake], dict[str, Any]]] = {
    **{
        f"intake:{name}": lambda i: {"pk": i.batch.pk}
        for name in ("batch", "batch_state", "batch_name_procedure")
    },
    **{f"intake:page{name}": lambda i: {"pk": i.page.pk} for name in ("", "_image", "_thumbnail", "_move")},
    **{f"intake:page_{name}": lambda i: {"pk": i.refused.pk} for name in ("again", "set_aside", "enclose")},
    **{
        f"intake:sheet{name}": lambda i: {"pk": i.sheet.pk}
        for name in (
            "",
            "_finish",
            "_done",
            "_release",
            "_register",
            "_hand_over",
            "_accept_pages",
            "_discard",
        )
    },
    **{
        f"intake:field_{name}": lambda i: {"pk": i.sheet.pk, "field": i.field.pk}
        for name in ("verify", "crop")
    },
    **{
        f"intake:template{name}": lambda i: {"pk": i.drawn.pk}
        for name in ("", "_activate", "_retire", "_try")
    },
    "intake:template_image": lambda i: {"pk": i.drawn.pk, "number": 1},
    **{f"intake:template_{name}": lambda i: {"code": i.code} for name in ("print", "double")},
    **{f"intake:inlet_{name}": lambda i: {"pk": i.inlet.pk} for name in ("edit", "check")},
}

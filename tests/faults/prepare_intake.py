"""Run in a process of its own: a published procedure and a scanned pile of its forms; later, everything verified."""

import io
import json
import os
import random
import sys
from datetime import timedelta

COPIES = 3
# Its form asks for no documents, so that nothing but the paper is needed.
PROCEDURE = "automobile-tax-address-change"


def main() -> None:
    """``python -m tests.faults.prepare_intake scan|register``: prints JSON."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    made = scan() if sys.argv[1] == "scan" else register()
    sys.stdout.write(json.dumps(made) + "\n")


def scan() -> dict[str, object]:
    """A world, and one batch of several forms that were printed and scanned at 150 dpi."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from kencho.applications.testing import publish
    from kencho.foundation import clock
    from kencho.intake import form_maps, services
    from kencho.organization.queries import desk_of
    from kencho.organization.testing import make_cast

    cast = make_cast()
    version = publish(cast, PROCEDURE, routes=False)
    at = clock.now()
    who = cast.clerk.user
    desk = desk_of(who, clock.day_of(at)) if who is not None else None
    if desk is None:
        raise SystemExit("no desk")
    received = services.receive_scan(
        body=cast.body,
        division=cast.division,
        file=io.BytesIO(_pile(form_maps.printed(version))),
        name="pile.pdf",
        arrived_on=clock.day_of(at),
        by=desk.actor,
        at=at,
    )
    pages = form_maps.template_of(version).pages
    return {"batch": str(received.batch.pk), "pages": pages * COPIES, "sheets": COPIES}


def _pile(form: bytes) -> bytes:
    """The form several times, as one PDF."""
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(form)) as source, pikepdf.new() as target:
        for _copy in range(COPIES):
            target.pages.extend(source.pages)
        target.save(buffer)
    return buffer.getvalue()


def register() -> dict[str, object]:
    """Type valid answers into every field, and ask for the registration of all sheets."""
    from kencho.foundation import clock
    from kencho.intake import queries, services
    from kencho.intake.models import Sheet
    from kencho.intake.tests.fake import values_on_paper
    from kencho.organization.models import StaffMember
    from kencho.organization.queries import desk_of
    from kencho.procedures import queries as procedures

    at = clock.now()
    clerk = StaffMember.objects.select_related("body", "user").get(number="S0001")
    desk = desk_of(clerk.user, clock.day_of(at)) if clerk.user is not None else None
    if desk is None:
        raise SystemExit("no desk")
    for n, sheet in enumerate(Sheet.objects.order_by("number")):
        version = queries.version_for(sheet.template, sheet.batch.arrived_on)
        plan = procedures.compiled_of(version)
        answers = next(
            made
            for seed in range(n * 100, n * 100 + 100)
            if plan.validate(
                made := {
                    key: value
                    for key, value in plan.sample(random.Random(seed), on=desk.day).items()
                    if key not in {item.id for item in plan.file_items}
                },
                on=desk.day,
            ).valid
        )
        written = values_on_paper(queries.engine_template(sheet.template), answers)
        services.take_sheet(sheet=sheet, staff=clerk, by=desk.actor, at=at)
        services.verify_fields(
            sheet=sheet,
            values={field.pk: written.get(field.key) for field in sheet.fields.all()},
            by=desk.actor,
            at=at + timedelta(seconds=20),
        )
    return {"asked": services.register_ready(desk=desk, at=at)}


if __name__ == "__main__":
    main()

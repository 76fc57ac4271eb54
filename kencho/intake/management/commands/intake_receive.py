"""``kencho intake_receive``: take in scanned files from the command line."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kencho.applications.models import PAPER, Channel
from kencho.foundation import actors, clock
from kencho.intake import services
from kencho.organization import queries as organization
from kencho.organization.models import Body
from kencho.procedures.queries import procedure_of


class Command(BaseCommand):
    """Take in files for a division; the same file again is found, not taken twice."""

    help = "スキャンしたファイルを、所属に取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument("files", nargs="+", type=Path, help="PDF・TIFF・JPEG・PNG のファイル")
        parser.add_argument("--body", required=True, help="団体コード（6桁）")
        parser.add_argument("--division", required=True, help="所属のコード")
        parser.add_argument("--arrived-on", type=date.fromisoformat, help="収受印の日（省略時は今日）")
        parser.add_argument("--channel", choices=sorted(PAPER), default=Channel.POST.value, help="届いた方法")
        parser.add_argument("--procedure", default="", help="様式に印がないときの手続")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in one file after another and say what became of it."""
        at = clock.now()
        today = clock.day_of(at)
        body = Body.objects.filter(code=options["body"]).first()
        division = organization.division_by_code(body, options["division"], today) if body else None
        if body is None or division is None:
            raise CommandError("団体か所属がありません。")
        procedure = procedure_of(body, options["procedure"]) if options["procedure"] else None
        if options["procedure"] and procedure is None:
            raise CommandError("手続がありません。")
        for path in options["files"]:
            try:
                with path.open("rb") as file:
                    received = services.receive_scan(
                        body=body,
                        division=division,
                        file=file,
                        name=path.name,
                        channel=options["channel"],
                        arrived_on=options["arrived_on"] or today,
                        procedure=procedure,
                        by=actors.system("intake"),
                        at=at,
                    )
            except (OSError, services.UnableTo) as wrong:
                message = wrong.message if isinstance(wrong, services.UnableTo) else "開けません。"
                raise CommandError(f"{path.name}: {message}") from wrong
            word = "取り込み済み" if received.is_repeat else "取り込みました"
            self.stdout.write(f"{path.name}: {word} {received.batch.pk}")

"""``kencho applications``: erase what is past its retention period, or hold that back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kencho.applications import queries, services
from kencho.applications.models import Application
from kencho.foundation import actors, clock

COMMAND = actors.system("command")


class Command(BaseCommand):
    """The end of the retention period from the command line."""

    help = "保存期間が満了した申請の個人情報を消します。差し止めることもできます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word for what to do."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        erase = verbs.add_parser("erase", help="保存期間が満了した申請の個人情報を消す（毎日、自動でも行う）")
        erase.add_argument("--dry-run", action="store_true", help="消さずに、消す申請の受付番号を表示する")
        hold = verbs.add_parser("hold", help="審査請求などのため、申請の消去を差し止める")
        hold.add_argument("number", help="受付番号")
        hold.add_argument("--reason", required=True, help="差し止める理由（個人の情報は書かない）")
        release = verbs.add_parser("release", help="消去の差止めを解く")
        release.add_argument("number", help="受付番号")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of them."""
        getattr(self, "_" + options["verb"])(options)

    def _erase(self, options: dict[str, Any]) -> None:
        at = clock.now()
        if options["dry_run"]:
            found = queries.to_erase(at).order_by("pk")
            for application in found.iterator():
                self.stdout.write(application.number)
            self.stdout.write(f"保存期間が満了した申請は{found.count():,}件です。消していません。")
            return
        run = services.erase_expired(by=COMMAND, at=at)
        self.stdout.write(
            f"{run.erased:,}件の個人情報を消しました。決裁が続いている{run.kept:,}件は残しました。"
        )

    def _hold(self, options: dict[str, Any]) -> None:
        try:
            services.hold_erasure(
                application=self._found(options), reason=options["reason"], by=COMMAND, at=clock.now()
            )
        except services.UnableToHold as unable:
            raise CommandError("すでに差し止めているか、消したあとの申請です。") from unable
        self.stdout.write("消去を差し止めました。")

    def _release(self, options: dict[str, Any]) -> None:
        try:
            services.end_hold(application=self._found(options), by=COMMAND, at=clock.now())
        except services.UnableToHold as unable:
            raise CommandError("差し止めていない申請です。") from unable
        self.stdout.write("差止めを解きました。")

    def _found(self, options: dict[str, Any]) -> Application:
        application = queries.by_number(options["number"])
        if application is None:
            raise CommandError(f"受付番号 {options['number']} の申請がありません。")
        return application

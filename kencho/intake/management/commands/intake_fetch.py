"""``kencho intake_fetch``: visit the folders and mailboxes now."""

from typing import Any

from django.core.management.base import BaseCommand

from kencho.foundation import actors, clock
from kencho.intake import services
from kencho.intake.models import ScanInlet


class Command(BaseCommand):
    """Visit each inlet once and say what was there."""

    help = "スキャンの取込み口（フォルダーとメール）を、いま一度見ます。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Visit them in the order of their names."""
        found = ScanInlet.objects.filter(is_active=True).select_related(
            "body", "division__body", "division__successor", "procedure"
        )
        for inlet in found.order_by("name", "id"):
            run = services.check_inlet(inlet=inlet, by=actors.system("intake"), at=clock.now())
            self.stdout.write(
                f"{inlet.name}: 取込み{run.taken} 不可{run.refused} 待ち{run.waiting} {run.problem}".rstrip()
            )

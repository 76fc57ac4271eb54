"""``kencho load_organization``: loads bodies, posts and units from data files; loading again changes only what differs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kencho.foundation import clock
from kencho.foundation.actors import system
from kencho.organization import services


class Command(BaseCommand):
    """Load the organisation."""

    help = "団体・職・組織をデータファイル（YAML）から読み込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=Path(settings.BASE_DIR) / "seeds" / "organization",
            help="bodies.yaml posts.yaml units.yaml のあるフォルダー",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        try:
            loaded = services.load_organization(options["folder"], by=system("command"), at=clock.now())
        except services.UnableToLoad as refused:
            raise CommandError(f"読み込めません: {refused}") from refused
        self.stdout.write(f"団体 {loaded.bodies}、職 {loaded.posts}、組織 {loaded.units} 件を書きました。")

"""``kencho demo_catalog``: publish the open data of the demo prefecture through the real services."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kencho.foundation import clock
from kencho.organization.models import Body
from kencho.portal import demo


class Command(BaseCommand):
    """About two dozen datasets; one that is there already is left alone."""

    help = "見本の県と市町のオープンデータを、本物の処理（整え、検査、決裁、公開）で公開します。2分ほどかかります。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish what is not published yet."""
        if not Body.objects.filter(code=demo.PREFECTURE).exists():
            raise CommandError("見本の県がありません。先に kencho demo を実行してください。")
        count = demo.publish_catalogue(at=clock.now())
        self.stdout.write(f"{count}件のデータセットを公開しました。/opendata/ で見られます。")

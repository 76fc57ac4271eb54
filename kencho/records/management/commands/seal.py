"""``kencho seal``: give bodies their electronic seals."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kencho.foundation import clock
from kencho.organization.models import Body
from kencho.records.office_seals import import_seal, make_demo_seals


class Command(BaseCommand):
    """Make demo seals, or import a certificate container."""

    help = "電子公印を用意します。--pkcs12 で職責証明書を取り込み、--demo で練習用を作ります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument(
            "--demo", action="store_true", help="公印のない団体すべてに、証明力のない練習用を作る"
        )
        parser.add_argument("--body", help="団体コード（6桁）")
        parser.add_argument("--pkcs12", type=Path, help="証明書と秘密鍵の入ったファイル（.p12）")
        parser.add_argument("--password-file", type=Path, help="そのファイルの合言葉を書いたファイル")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["demo"]:
            made = make_demo_seals(list(Body.objects.all()), at=clock.now())
            self.stdout.write(f"練習用の公印を{made}個つくりました。")
            return
        if not options["body"] or not options["pkcs12"]:
            raise CommandError("--demo か、--body と --pkcs12 を指定してください。")
        body = Body.objects.filter(code=options["body"]).first()
        if body is None:
            raise CommandError(f"団体コード {options['body']} の団体がありません。")
        secret = options["password_file"].read_bytes().strip() if options["password_file"] else None
        name = import_seal(body, options["pkcs12"].read_bytes(), secret)
        self.stdout.write(f"{body.name}の公印「{name}」を取り込みました。")

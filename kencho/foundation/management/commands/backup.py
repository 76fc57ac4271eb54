"""``kencho backup``: one archive with everything that is needed to go on elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kencho.foundation import backup, clock


class Command(BaseCommand):
    """Works while Kencho is running."""

    help = "データベースと添付ファイルを一つのファイルに保存します（動かしたまま実行できます）。"
    # It must work where pages do not.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and what else."""
        parser.add_argument("target", type=Path, help="保存先のフォルダー、または .tar で終わるファイル名")
        parser.add_argument("--with-seals", action="store_true", help="電子公印の鍵も入れる")
        parser.add_argument(
            "--without-secret-key", action="store_true", help="秘密の値を入れない（別に保管している場合）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what is in it."""
        try:
            archive, manifest = backup.make(
                options["target"],
                at=clock.now(),
                with_secret_key=not options["without_secret_key"],
                with_seals=options["with_seals"],
            )
        except backup.UnableToBackUp as unable:
            raise CommandError(_("バックアップを作れませんでした: %(cause)s") % {"cause": unable}) from unable
        files = sum(1 for name in manifest.members if name.startswith("files/"))
        self.stdout.write(
            _("%(archive)s に保存しました（添付ファイル %(files)s 件、%(size)s バイト）。")
            % {"archive": archive, "files": f"{files:,}", "size": f"{archive.stat().st_size:,}"}
        )
        self._remind(manifest)

    def _remind(self, manifest: backup.Manifest) -> None:
        if manifest.files_elsewhere:
            self.stdout.write(
                _("添付ファイルは、%(bucket)s から写してこのファイルに入れました。")
                % {"bucket": manifest.files_elsewhere}
            )
        if not manifest.has_secret_key:
            self.stdout.write(
                _(
                    "秘密の値は入っていません。別に保管していないと、監査記録の確認とサインインの一部ができなくなります。"
                )
            )
        if not manifest.has_seals:
            self.stdout.write(
                _("電子公印の鍵は入っていません。別に保管してください（--with-seals で入れられます）。")
            )
        self.stdout.write(
            _(
                "このファイルには個人情報が入っています。鍵のかかる場所に置き、持ち出すときは暗号化してください。"
            )
        )

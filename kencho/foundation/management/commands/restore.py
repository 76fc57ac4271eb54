"""``kencho restore``: puts a backup in place and verifies the audit log in it."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kencho.foundation import backup, clock
from kencho.foundation.backup import Damage, Refusal

DAMAGES = {
    Damage.UNREADABLE: gettext_lazy("ファイルを読めません。"),
    Damage.CUT_OFF: gettext_lazy("ファイルが途中で切れています。"),
    Damage.UNKNOWN_FORMAT: gettext_lazy("この形式のバックアップは戻せません。"),
    Damage.MANIFEST: gettext_lazy("目録が書き換わっています。"),
    Damage.MEMBER: gettext_lazy("%(name)s の内容が、保存したときと違います。"),
    Damage.MISSING: gettext_lazy("%(name)s がありません。"),
    Damage.UNLISTED: gettext_lazy("目録にない %(name)s が入っています。"),
    Damage.BAD_NAME: gettext_lazy("使えない名前 %(name)s が入っています。"),
}
REFUSALS = {
    Refusal.OCCUPIED: gettext_lazy(
        "%(detail)s がすでにあります。空のフォルダーを指定するか、--force を付けてください（今あるものは別の場所に移します）。"
    ),
    Refusal.DATABASE_OCCUPIED: gettext_lazy(
        "データベース %(detail)s に表がすでにあります。空のデータベースを指定するか、--force を付けてください（表は置きかわります）。"
    ),
    Refusal.OTHER_ENGINE: gettext_lazy(
        "PostgreSQLのバックアップです。KENCHO_DATABASE_URL に戻す先のデータベースを指定してください。"
    ),
    Refusal.TOOL: gettext_lazy("データベースを戻せませんでした: %(detail)s"),
    Refusal.STORE: gettext_lazy("添付ファイルの置き場所に戻せませんでした: %(detail)s"),
}


class Command(BaseCommand):
    """Stop Kencho before; nothing is changed unless the archive is whole."""

    help = "バックアップを確かめてから戻し、監査記録に書き換えがないか確かめます。"
    # It must work where pages do not.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which archive, and where to."""
        parser.add_argument("archive", type=Path, help="バックアップのファイル（.tar）")
        parser.add_argument(
            "--into", type=Path, required=True, help="戻す先のフォルダー（KENCHO_VAR にする場所）"
        )
        parser.add_argument("--force", action="store_true", help="今あるものと置きかえる")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, then verify in a process of its own, which sees nothing but the restored copy."""
        archive, into = options["archive"], options["into"].resolve()
        if not archive.is_file():
            raise CommandError(_("%(file)s がありません。") % {"file": archive})
        try:
            restored = backup.restore(archive, into=into, at=clock.now(), force=options["force"])
        except backup.DamagedArchive as damaged:
            raise CommandError(
                _("バックアップがこわれているため、戻しませんでした。")
                + str(DAMAGES[damaged.damage]) % {"name": damaged.name}
            ) from damaged
        except backup.UnableToRestore as unable:
            raise CommandError(str(REFUSALS[unable.reason]) % {"detail": unable.detail}) from unable
        self.stdout.write(
            _("%(made_at)s のバックアップを %(into)s に戻しました。")
            % {"made_at": restored.manifest.made_at, "into": into}
        )
        if restored.earlier:
            self.stdout.write(_("前にあったものは %(folder)s に移しました。") % {"folder": restored.earlier})
        self._verify(restored.manifest, into)

    def _verify(self, manifest: backup.Manifest, into: Path) -> None:
        environment = {**os.environ, "KENCHO_VAR": str(into), "PYTHONPATH": str(settings.BASE_DIR)}
        environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        if manifest.has_secret_key:
            for name in ("KENCHO_SECRET_KEY", "KENCHO_SECRET_KEY_FILE"):
                environment.pop(name, None)
        if manifest.engine == "sqlite":
            for name in ("KENCHO_DATABASE_URL", "KENCHO_DATABASE_URL_FILE"):
                environment.pop(name, None)
        done = subprocess.run(  # our own command, no shell
            [sys.executable, "-m", "django", "audit", "verify"],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        self.stdout.write(done.stdout.strip())
        if done.returncode:
            raise CommandError(_("戻しましたが、監査記録に問題があります。") + done.stderr.strip()[-500:])
        self.stdout.write(_("次のように起動してください: KENCHO_VAR=%(into)s kencho run") % {"into": into})

"""Name of the app and the programs of 施策406 that it serves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """添付ファイル."""

    name = "kencho.files"
    verbose_name = _("添付ファイル")
    serves = ("40602",)

    def ready(self) -> None:
        """Tell the backup where the files lie."""
        # Not above: models cannot be loaded before all apps are.
        from kencho.files import bucket
        from kencho.foundation import backup

        backup.files_lie_in(bucket.find)

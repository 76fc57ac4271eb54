"""``kencho check_procedure``: what to mend in a definition, in Japanese."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kencho.procedures.definition import DefinitionError, Finding, Json, check, parse
from kencho.procedures.models import ProcedureVersion


class Command(BaseCommand):
    """Check definitions."""

    help = "手続定義を調べ、直すところを日本語で示します。誤りがあると終了コードは1です。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument("names", nargs="+", help="定義のファイル（YAMLかJSON）、または手続コード")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each."""
        errors = sum(self._check(name) for name in options["names"])
        if errors:
            raise CommandError(f"誤りが{errors}件あります。")

    def _check(self, name: str) -> int:
        try:
            found = check(_data_of(name))
        except DefinitionError as error:
            found = list(error.findings)
        wrong = sum(one.severity == "error" for one in found)
        self.stdout.write(f"{name}: 誤り{wrong}件、見直し{len(found) - wrong}件")
        for one in found:
            self.stdout.write(f"  {_line(one)}")
        return wrong


def _line(one: Finding) -> str:
    kind = "誤り" if one.severity == "error" else "見直し"
    return f"{kind}  {one.path or '全体'}：{one.message}（{one.code}）"


def _data_of(name: str) -> Json:
    file = Path(name)
    if file.is_file():
        return parse(file.read_bytes())
    version = ProcedureVersion.objects.filter(procedure__code=name).order_by("-number").first()
    if version is None:
        raise CommandError(f"「{name}」というファイルも手続もありません。")
    return version.definition

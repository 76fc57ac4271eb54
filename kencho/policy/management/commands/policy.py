"""``kencho policy``: import, export, recompute, verify."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kencho.foundation import clock
from kencho.foundation.actors import system
from kencho.foundation.fiscal import FiscalYear, FiscalYearError
from kencho.organization.models import Body
from kencho.policy import frozen, importing, queries, services
from kencho.policy.models import PolicyNode, Snapshot
from kencho.policy.plain import as_text
from kencho.policy.queries import Agreement, Drift
from kencho.policy.sheet import Sheet

SHOWN_ROWS = 20
"""Differing rows shown of one figure; the JSON form has them all."""


class Command(BaseCommand):
    """Sheets and frozen figures from the command line; exit code 1 when a figure does not agree."""

    help = "施策評価シートを取り込み、書き出し、記録した値を数え直します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word for what to do."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("import", help="シートのファイル（YAML）を取り込む")
        load.add_argument("file", type=Path)
        load.add_argument("--check", action="store_true", help="確かめるだけで取り込まない")
        load.add_argument("--reason", default="", help="版の理由")
        dump = verbs.add_parser("export", help="シートを書き出す")
        dump.add_argument("code", help="施策の番号")
        dump.add_argument("--format", choices=["yaml", "text", "json"], default="text")
        dump.add_argument("--year", default="", help="シートの年度（例: R3、2021）。省略すると最新")
        dump.add_argument("--revision", type=int, help="版。省略すると最新の版、版がなければ記録のまま")
        dump.add_argument("--live", action="store_true", help="いま数えた値を入れる")
        dump.add_argument("--out", type=Path, help="書き出すファイル（省略すると画面に出す）")
        again = verbs.add_parser("recompute", help="記録した値を、記録したときの条件で数え直す")
        again.add_argument("snapshot", type=int, help="集計の記録の番号")
        again.add_argument(
            "--now", action="store_true", help="いま分かっている行で数え直す（後から届いた行を知る）"
        )
        again.add_argument("--json", action="store_true", help="違いをすべてJSONで出す")
        check = verbs.add_parser("verify", help="記録したすべての値を数え直し、違いを挙げる")
        check.add_argument("--now", action="store_true", help="いま分かっている行で数え直す")
        for each in (load, dump, again, check):
            each.add_argument("--body", default="", help="団体コード（省略すると、ただ一つの都道府県）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of them."""
        getattr(self, "_" + options["verb"])(options)

    def _body(self, options: dict[str, Any]) -> Body:
        found = Body.objects.filter(code=options["body"]) if options["body"] else self._prefectures()
        if len(found) != 1:
            raise CommandError(_("団体を --body で指定してください。"))
        return found[0]

    @staticmethod
    def _prefectures() -> list[Body]:
        everybody = list(Body.objects.all()[:2])
        return everybody if len(everybody) == 1 else list(Body.objects.filter(kind=Body.Kind.PREFECTURE))

    def _import(self, options: dict[str, Any]) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            raise CommandError(_("ファイルを読めません: %(file)s") % {"file": options["file"]}) from wrong
        try:
            if options["check"]:
                _sheet, warnings = importing.check_text(text)
                self._warn(warnings)
                self.stdout.write(_("誤りはありません。"))
                return
            found = importing.import_text(
                body=self._body(options),
                text=text,
                by=system("command"),
                at=clock.now(),
                reason=options["reason"],
            )
        except importing.UnableToImport as refused:
            lines = "\n".join(str(each) for each in refused.findings)
            raise CommandError(_("取り込めません。\n%(lines)s") % {"lines": lines}) from refused
        except services.UnableTo as refused:
            raise CommandError(f"{refused.cell}: {refused.message}") from refused
        self._warn(found.warnings)
        self._tell_import(found)

    def _tell_import(self, found: importing.Imported) -> None:
        if found.revision is None:
            self.stdout.write(_("前に取り込んだ内容と同じです。何も変えていません。"))
            return
        self.stdout.write(
            _("施策%(measure)sを取り込みました（%(changes)s か所、第%(number)s版）。")
            % {
                "measure": found.measure,
                "changes": len(found.changes),
                "number": found.revision.number,
            }
        )

    def _warn(self, warnings: tuple[importing.Finding, ...]) -> None:
        for each in warnings:
            self.stderr.write(_("注意 %(line)s") % {"line": each})

    def _export(self, options: dict[str, Any]) -> None:
        year = self._year(options["year"])
        measure = queries.measure_of(self._body(options), options["code"])
        if measure is None:
            raise CommandError(_("施策「%(code)s」はありません。") % {"code": options["code"]})
        years = queries.sheet_years_of(measure)
        sheet_year = year or (years[-1] if years else measure.plan.fy_to)
        if options["format"] == "yaml":
            text = importing.export_yaml(measure, sheet_year, at=clock.now())
        else:
            sheet = self._sheet(measure, sheet_year, options)
            text = as_text(sheet) if options["format"] == "text" else _json(frozen.freeze(sheet))
        if options["out"]:
            options["out"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")

    @staticmethod
    def _year(text: str) -> int | None:
        if not text:
            return None
        try:
            return FiscalYear.parse(text).start_year
        except FiscalYearError as wrong:
            raise CommandError(wrong.message) from wrong

    @staticmethod
    def _sheet(measure: PolicyNode, year: int, options: dict[str, Any]) -> Sheet:
        if options["live"]:
            return queries.sheet_of(measure, year, at=clock.now(), live=True)
        revisions = queries.revisions_of(measure, year)
        wanted = options["revision"]
        found = next((each for each in revisions if wanted in {None, each.number}), None)
        if found is not None:
            return queries.sheet_of_revision(found)
        if wanted is not None:
            raise CommandError(_("第%(number)s版はありません。") % {"number": wanted})
        return queries.sheet_of(measure, year, at=clock.now())

    def _recompute(self, options: dict[str, Any]) -> None:
        snapshot = queries.snapshot_of(self._body(options), options["snapshot"])
        if snapshot is None:
            raise CommandError(_("集計の記録 %(pk)s はありません。") % {"pk": options["snapshot"]})
        found = queries.recompute(snapshot, as_of=clock.now() if options["now"] else None)
        if options["json"]:
            self.stdout.write(_json(_as_plain(found)), ending="")
        else:
            self._tell(snapshot, found)
        if isinstance(found, Drift):
            sys.exit(1)

    def _verify(self, options: dict[str, Any]) -> None:
        total = wrong = 0
        instant = clock.now() if options["now"] else None
        for snapshot in queries.snapshots_of(self._body(options)).iterator():
            total += 1
            found = queries.recompute(snapshot, as_of=instant)
            if isinstance(found, Drift):
                wrong += 1
                self._tell(snapshot, found)
        self.stdout.write(
            _("%(total)s 件の記録を数え直しました。合わないもの %(wrong)s 件。")
            % {"total": total, "wrong": wrong}
        )
        if wrong:
            sys.exit(1)

    def _tell(self, snapshot: Snapshot, found: Agreement | Drift) -> None:
        name = f"{snapshot.pk} {snapshot.indicator.name} {FiscalYear(snapshot.year).label}"
        if isinstance(found, Agreement):
            self.stdout.write(
                _("一致 %(name)s: %(value)s（%(rows)s 行、根 %(root)s）")
                % {
                    "name": name,
                    "value": _said(found.snapshot.official),
                    "rows": f"{snapshot.row_count:,}",
                    "root": snapshot.root[:16],
                }
            )
            return
        self.stdout.write(
            _("相違 %(name)s: 記録 %(before)s、数え直し %(now)s")
            % {"name": name, "before": _said(found.before), "now": _said(found.now)}
        )
        for reason in found.reasons:
            self.stdout.write(f"  {reason}")
        for change in found.changes[:SHOWN_ROWS]:
            self.stdout.write(f"  {change.kind.value} {change.id}")


def _said(value: Any) -> str:
    return "—" if value is None else f"{queries.plain(value):,}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _as_plain(found: Agreement | Drift) -> dict[str, Any]:
    snapshot = found.snapshot
    plain: dict[str, Any] = {
        "snapshot": snapshot.pk,
        "as_of": found.as_of.isoformat(),
        "agrees": isinstance(found, Agreement),
        "root": snapshot.root,
        "rows": snapshot.row_count,
    }
    if isinstance(found, Drift):
        plain |= {
            "before": _said(found.before),
            "now": _said(found.now),
            "reasons": list(found.reasons),
            "added": [each.id for each in found.added],
            "removed": [each.id for each in found.removed],
            "changed": [each.id for each in found.changed],
        }
    return plain

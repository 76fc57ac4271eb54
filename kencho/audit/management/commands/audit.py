"""``kencho audit``: seal, verify, prove, check-proof, head."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kencho.audit import proofs, queries, sentences, services
from kencho.audit.verification import Report, verify
from kencho.foundation import clock

FAULTS = {
    proofs.Fault.UNREADABLE: gettext_lazy(
        "証明ファイルを読めません。こわれているか、別の形式のファイルです。"
    ),
    proofs.Fault.EMPTY: gettext_lazy("証明ファイルに記録が入っていません。"),
    proofs.Fault.SEAL_HASH: gettext_lazy("封印 %(where)s の内容とハッシュが合いません。"),
    proofs.Fault.ROOT: gettext_lazy(
        "記録 %(where)s は、封印に入っていません（内容が書き換えられています）。"
    ),
    proofs.Fault.UNLINKED: gettext_lazy("最新の封印から封印 %(where)s までたどれません。"),
    proofs.Fault.HEAD: gettext_lazy("封印 %(where)s のハッシュが合いません。"),
    proofs.Fault.NOT_INCLUDED: gettext_lazy(
        "封印 %(where)s は、この証明に入っていません。証明を作るときに --through で加えてください。"
    ),
}


class Command(BaseCommand):
    """The audit log from the command line; exit code 1 when something is wrong."""

    help = "監査記録を封印し、確かめ、証明します。"
    # It must work where pages do not.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word for what to do."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("seal", help="まだ封印していない記録を封印する")
        verbs.add_parser("head", help="最新の封印の番号とハッシュを表示する（公表や控えに使う）")
        check = verbs.add_parser("verify", help="すべての記録に書き換え・削除・追加がないか確かめる")
        self._add_expected(check)
        prove = verbs.add_parser("prove", help="受付番号などの記録が封印に入っていることの証明を作る")
        prove.add_argument("label", nargs="?", default="", help="受付番号（または文書番号などの表示）")
        prove.add_argument("--entry", type=int, help="受付番号のかわりに記録の番号で選ぶ")
        prove.add_argument(
            "--through",
            type=int,
            action="append",
            default=[],
            metavar="封印番号",
            help="控えておいた封印を証明に加える（check-proof の --expect で照らし合わせるため）",
        )
        prove.add_argument("--body", default="", help="団体コードで絞る")
        prove.add_argument("--out", type=Path, help="書き出すファイル（省略すると画面に出す）")
        test = verbs.add_parser("check-proof", help="証明ファイルを確かめる")
        test.add_argument("file", type=Path)
        self._add_expected(test)

    @staticmethod
    def _add_expected(parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="番号:ハッシュ",
            help="控えておいた封印と照らし合わせる",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of them."""
        getattr(self, "_" + options["verb"].replace("-", "_"))(options)

    def _seal(self, options: dict[str, Any]) -> None:
        try:
            made = list(services.seal_all(at=clock.now()))
        except services.UnableToSeal as unable:
            raise CommandError(
                _(
                    "封印の連なりが書き換えられているため、封印しません（%(what)s）。kencho audit verify で確かめてください。"
                )
                % {"what": unable}
            ) from unable
        if not made:
            self.stdout.write(_("新しく封印する記録はありません。"))
        for seal in made:
            self.stdout.write(
                _("封印 %(number)s: 記録 %(count)s 件 %(hash)s")
                % {"number": seal.number, "count": f"{seal.count:,}", "hash": seal.hash}
            )

    def _head(self, options: dict[str, Any]) -> None:
        head = queries.head()
        if head is None or not head.number:
            raise CommandError(_("まだ封印がありません。"))
        self.stdout.write(f"{head.number}:{head.hash}")

    def _verify(self, options: dict[str, Any]) -> None:
        expected, began = _expected(options["expect"]), time.monotonic()
        report = verify(at=clock.now(), expected=expected)
        self._show(report, time.monotonic() - began)
        if not report.is_clean:
            sys.exit(1)

    def _show(self, report: Report, seconds: float) -> None:
        self.stdout.write(
            _(
                "記録 %(entries)s 件（封印済み %(sealed)s 件、封印待ち %(unsealed)s 件）、封印 %(seals)s 個を %(seconds)s 秒で確かめました。"
            )
            % {
                "entries": f"{report.entries:,}",
                "sealed": f"{report.sealed:,}",
                "unsealed": f"{report.unsealed:,}",
                "seals": f"{report.seals:,}",
                "seconds": f"{seconds:.1f}",
            }
        )
        if report.head_number:
            self.stdout.write(
                _("最新の封印: %(number)s:%(hash)s")
                % {"number": report.head_number, "hash": report.head_hash}
            )
        if report.is_clean:
            self.stdout.write(_("書き換え・削除・追加はありません。"))
            return
        for line in report.lines():
            self.stdout.write(f"- {line}")
        if report.has_foreign_key:
            self.stdout.write(
                _(
                    "すべての認証コードが合いません。秘密の値（KENCHO_SECRET_KEY か secret_key ファイル）が、記録したときと違うようです。"
                )
            )
        self.stdout.write(_("問題が %(n)s 件あります。") % {"n": f"{report.count:,}"})

    def _prove(self, options: dict[str, Any]) -> None:
        if bool(options["label"]) == (options["entry"] is not None):
            raise CommandError(_("受付番号か --entry のどちらか一つを指定してください。"))
        through = options["through"]
        try:
            if options["entry"] is not None:
                proof = services.prove_entry(options["entry"], at=clock.now(), through=through)
            else:
                proof = services.prove_label(
                    options["label"], at=clock.now(), body=options["body"], through=through
                )
        except services.UnableToProve as unable:
            if unable.waiting:
                raise CommandError(
                    _(
                        "記録はありますが、まだ封印されていません。1分ほど待つか、kencho audit seal を実行してください。"
                    )
                ) from unable
            raise CommandError(_("この番号の記録はありません。")) from unable
        text = json.dumps(proof, ensure_ascii=False, indent=1)
        if options["out"] is None:
            self.stdout.write(text)
            return
        options["out"].write_text(text + "\n", encoding="utf-8")
        self.stdout.write(
            _("記録 %(n)s 件の証明を %(file)s に書きました。")
            % {"n": len(proof["entries"]), "file": options["out"]}
        )

    def _check_proof(self, options: dict[str, Any]) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
            proven = proofs.check(text, expected=_expected(options["expect"]))
        except (OSError, UnicodeDecodeError) as broken:
            raise CommandError(str(FAULTS[proofs.Fault.UNREADABLE])) from broken
        except proofs.ProofFails as fails:
            raise CommandError(
                _("証明は成り立ちません。") + str(FAULTS[fails.fault]) % {"where": fails.where}
            ) from fails
        self.stdout.write(_("証明は正しいです: %(about)s") % {"about": proven.about})
        for entry in proven.entries:
            self.stdout.write(f"  {entry['at']}  {sentences.of(entry['action'])}  {entry['subject'][2]}")
        self.stdout.write(
            _("最新の封印: %(number)s:%(hash)s") % {"number": proven.head_number, "hash": proven.head_hash}
        )
        self.stdout.write(_("この値が、公表された値や控えておいた値と同じことを確かめてください。"))


def _expected(pairs: list[str]) -> dict[int, str]:
    expected = {}
    for pair in pairs:
        number, _colon, hash = pair.partition(":")
        if not number.isdecimal() or len(hash) != 64:
            raise CommandError(
                _("--expect は「封印番号:ハッシュ」の形で指定してください: %(given)s") % {"given": pair}
            )
        expected[int(number)] = hash
    return expected

"""``kencho robots``: what there is, whether packages are in order, working off by hand, and the switch."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kencho.foundation import actors, clock
from kencho.organization.models import Body
from kencho.robots import services, shelf
from kencho.robots.manifest import BadPackage, read_package
from kencho.robots.models import Robot, RobotItem, RobotRun, Target
from kencho.robots.words import reason_label

BY = actors.system("robots")
OPEN = [
    RobotItem.State.WAITING,
    RobotItem.State.TAKEN,
    RobotItem.State.SUBMITTING,
    RobotItem.State.UNCERTAIN,
]


class Command(BaseCommand):
    """Robots from the command line."""

    help = "ロボットを一覧する、パッケージを調べる、運転する、相手を止める。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verbs and their options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="ロボットと待ちの件数を一覧する")
        check = verbs.add_parser("check", help="パッケージの宣言を調べる（誤りがあると終了コードは1）")
        check.add_argument("folders", nargs="*", help="フォルダー。省くと棚にあるすべて")
        find = verbs.add_parser("find", help="棚のパッケージを、団体の版として登録する")
        find.add_argument("--body", help="団体コード。省くとすべて")
        run = verbs.add_parser("run", help="ロボットを運転し、終わるまで待つ")
        run.add_argument("code", help="ロボットのコード")
        run.add_argument("--body", help="団体コード（同じコードのロボットがほかの団体にもあるとき）")
        run.add_argument("--dry-run", action="store_true", help="登録の手前で止める")
        run.add_argument(
            "--wait", action="store_true", help="やり直しと受付番号の確認を待ち、待ちの件がなくなるまで続ける"
        )
        stop = verbs.add_parser("stop", help="相手のシステムへのロボットをすべて止める")
        stop.add_argument("target", help="相手のシステムのコード")
        stop.add_argument("--reason", required=True, help="止める理由")
        stop.add_argument("--body", help="団体コード")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says."""
        getattr(self, f"_{options['verb']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        for robot in Robot.objects.select_related("body", "target", "version").order_by("body__code", "code"):
            states = list(robot.items.values_list("state", flat=True))
            waiting = sum(state in OPEN for state in states)
            left = sum(state in {RobotItem.State.FAILED, RobotItem.State.SET_ASIDE} for state in states)
            marks = [
                mark
                for mark, holds in (
                    ("一時停止", robot.is_paused),
                    ("相手を停止中", robot.target.is_stopped),
                    ("運転中", robot.runs.filter(state=RobotRun.State.RUNNING).exists()),
                )
                if holds
            ]
            self.stdout.write(
                f"{robot.body.code} {robot.code}  {robot.title}  版 {robot.version or '―'}"
                f"  待ち {waiting}  人へ {left}  {'・'.join(marks)}".rstrip()
            )

    def _check(self, options: dict[str, Any]) -> None:
        folders = [Path(name) for name in options["folders"]] or list(shelf.folders())
        wrong = 0
        for folder in folders:
            try:
                package = read_package(folder.resolve())
            except BadPackage as bad:
                wrong += len(bad.findings)
                self.stdout.write(f"{folder}: 誤り{len(bad.findings)}件")
                for finding in bad.findings:
                    self.stdout.write(f"  {finding.path}：{finding.message}")
                continue
            self.stdout.write(f"{folder}: {package.manifest.id} {package.manifest.version} {package.digest}")
        if wrong:
            raise CommandError(f"誤りが{wrong}件あります。")

    def _find(self, options: dict[str, Any]) -> None:
        for body in Body.objects.order_by("code"):
            if options["body"] in (None, body.code):
                found = services.discover(body=body, by=BY, at=clock.now())
                for version in found.new:
                    self.stdout.write(f"{body.code} {version} {version.digest}")
                for problem in found.problems:
                    self.stdout.write(f"{problem.package}: 宣言に誤りがあります（kencho robots check）")

    def _run(self, options: dict[str, Any]) -> None:
        robots = Robot.objects.filter(code=options["code"]).select_related("body")
        if options["body"]:
            robots = robots.filter(body__code=options["body"])
        if robots.count() != 1:
            raise CommandError(f"「{options['code']}」というロボットは{robots.count()}件あります。")
        robot = robots.get()
        while True:
            self._once(robot, options)
            if not options["wait"] or not robot.items.filter(state__in=OPEN).exists():
                return
            time.sleep(0.2)

    def _once(self, robot: Robot, options: dict[str, Any]) -> None:
        services.recover(at=clock.now())
        try:
            run = services.start_run(
                robot=robot, by=BY, at=clock.now(), dry_run=options["dry_run"] or None, enqueues=False
            )
        except services.UnableTo as refusal:
            if options["wait"] and refusal.reason in {
                services.Refused.NOTHING_TO_DO,
                services.Refused.RUNNING,
            }:
                return
            raise CommandError(refusal.message) from refusal
        ended = services.work_run(run=run)
        reason = f"（{reason_label(ended.reason)}）" if ended.reason else ""
        self.stdout.write(f"{ended.get_state_display()}{reason}  済み {ended.done}  失敗 {ended.failed}")
        if ended.state == RobotRun.State.FAILED and not options["wait"]:
            raise CommandError(reason_label(ended.reason))

    def _stop(self, options: dict[str, Any]) -> None:
        targets = Target.objects.filter(code=options["target"]).select_related("body")
        if options["body"]:
            targets = targets.filter(body__code=options["body"])
        if not targets:
            raise CommandError(f"「{options['target']}」という相手はありません。")
        for target in targets:
            try:
                services.stop_target(target=target, reason=options["reason"], by=BY, at=clock.now())
            except services.UnableTo as refusal:
                raise CommandError(f"{target.body.code} {target.code}: {refusal.message}") from refusal
            self.stdout.write(f"{target.body.code} {target.code} を止めました。")

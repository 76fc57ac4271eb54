"""``kencho staff_user``: makes the first administrator of a body, so that everything else can be done on the pages."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kencho.foundation import clock
from kencho.foundation.actors import system
from kencho.organization import services
from kencho.organization.models import Body, Post, RoleAssignment, Unit
from kencho.organization.queries import valid_on


class Command(BaseCommand):
    """Hire a staff member, give an account and the role of an administrator."""

    help = "団体の最初の管理者を作ります。パスワードは画面に出さずに尋ねます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command."""
        parser.add_argument("email", help="メールアドレス")
        parser.add_argument("--body", required=True, help="全国地方公共団体コード（6桁）")
        parser.add_argument("--number", required=True, help="職員番号")
        parser.add_argument("--name", required=True, help="氏名")
        parser.add_argument("--unit", required=True, help="組織コード")
        parser.add_argument("--post", default="CLERK", help="職コード")
        parser.add_argument(
            "--no-password", action="store_true", help="パスワードを決めず、メールのコードでサインインする"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, all or nothing."""
        day = clock.day_of(clock.now())
        body = self._one(Body.objects.filter(code=options["body"]), "団体", options["body"])
        unit = self._one(
            Unit.objects.filter(valid_on(day), body=body, code=options["unit"]), "組織", options["unit"]
        )
        post = self._one(Post.objects.filter(body=body, code=options["post"]), "職", options["post"])
        password = None if options["no_password"] else getpass.getpass("パスワード: ")
        by, at = system("command"), clock.now()
        try:
            with transaction.atomic():
                staff = services.hire(
                    body=body,
                    number=options["number"],
                    name=options["name"],
                    email=options["email"],
                    unit=unit,
                    post=post,
                    on=day,
                    by=by,
                    at=at,
                )
                services.open_account(staff=staff, password=password, by=by, at=at)
                services.grant_role(
                    staff=staff, role=RoleAssignment.Role.ORGANIZATION_ADMIN, on=day, by=by, at=at
                )
        except (services.UnableToHire, services.UnableToOpenAccount) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{body.name} の管理者 {options['email']} を登録しました。")

    def _one(self, found: Any, what: str, code: str) -> Any:
        row = found.first()
        if row is None:
            raise CommandError(
                f"{what} {code} がありません。先に load_organization で組織を読み込んでください。"
            )
        return row

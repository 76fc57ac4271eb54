"""Run in a process of its own: the rows of a drill."""

import json
import sys


def main() -> None:
    """``python -m kencho.robots.tests.drill_rows PACKAGE COUNT URL``: make the site's rows."""
    import django

    django.setup()
    from django.db import transaction

    from kencho.foundation import actors, clock
    from kencho.organization.testing import make_body, make_unit
    from kencho.robots import services
    from kencho.robots.models import Robot, RobotItem
    from kencho.robots.tests.drill import BODY
    from kencho.robots.tests.planted import entry

    package, count, url = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    at, by = clock.now(), actors.system("drill")
    with transaction.atomic():
        body = make_body(BODY, "drill", "演習県")
        division = make_unit(body, "01001", "演習課")
        target = services.register_target(
            body=body, code="old", name="旧台帳", base_url=url, is_real=False, account_ref="LEDGER_ACCOUNT",
            credential_ref="LEDGER_PASSWORD", by=by, at=at,
        )  # fmt: skip
        found = services.discover(body=body, by=by, at=at)
        if found.problems:
            raise AssertionError(json.dumps([each.package for each in found.problems]))
        robot = services.register_robot(
            division=division, code="drill", title="演習", package=package, target=target,
            start=Robot.Start.HAND, by=by, at=at,
        )  # fmt: skip
        version = next(each for each in found.found if each.package == package)
        robot = services.use_version(robot=robot, version=version, by=by, at=at)
        RobotItem.objects.bulk_create(
            [
                RobotItem(
                    robot=robot, key=f"D-{n:06}", input=entry(f"D-{n:06}"), not_before=at, created_at=at
                )
                for n in range(count)
            ],
            batch_size=500,
        )


if __name__ == "__main__":
    main()

"""Does what a robot must not do, as the item's subject says; for tests of the walls."""

import os
import sys
import time
from pathlib import Path

from kencho.robots.kit import Context, Robot


class Wandering(Robot):
    """Each act ends with a step whose name is the answer."""

    def perform(self, ctx: Context) -> None:
        """The act is in the subject."""
        ctx.step("look")
        act = ctx.value("subject_title")
        ctx.value("applicant_name")
        getattr(self, act.partition(" ")[0])(ctx, act.partition(" ")[2])

    def find_receipts(self, ctx: Context) -> list[str]:
        """Nothing is ever there."""
        return []

    def go(self, ctx: Context, where: str) -> None:
        """Open an address elsewhere."""
        ctx.page.goto(where)

    def embed(self, ctx: Context, where: str) -> None:
        """A page of the target with a picture from elsewhere."""
        ctx.go("/login")
        ctx.page.evaluate(
            "where => { const i = new Image(); i.src = where; document.body.append(i); }", where
        )
        ctx.page.wait_for_timeout(500)
        ctx.fail("page_changed")

    def http_elsewhere(self, ctx: Context, where: str) -> None:
        """A plain request elsewhere."""
        ctx.base_url = where
        ctx.http("/")

    def quote(self, ctx: Context, _rest: str) -> None:
        """An error whose message, step, field and place quote a name."""
        ctx.step(ctx.value("applicant_name"))
        sys.stderr.write(ctx.value("applicant_name"))
        sys.stdout.write(ctx.value("applicant_name"))
        ctx.fail(ctx.value("applicant_name"), ctx.value("applicant_name"))

    def receipt_of_name(self, ctx: Context, _rest: str) -> None:
        """A receipt that is somebody's name."""
        ctx.before_submit()
        ctx.receipt(ctx.value("applicant_name"))

    def look_around(self, ctx: Context, _rest: str) -> None:
        """What of this machine can be seen; the answer is the receipt."""
        seen = [
            f"uid{os.getuid()}",
            f"env{sum(name.startswith(('KENCHO', 'DJANGO')) for name in os.environ)}",
            f"django{int('django' in sys.modules)}",
            f"home{int(Path.home().stat().st_uid == os.getuid())}",
        ]
        ctx.before_submit()
        ctx.receipt("-".join(seen))

    def change_itself(self, ctx: Context, _rest: str) -> None:
        """Write into its own package."""
        Path(__file__).write_text("")

    def eat(self, ctx: Context, _rest: str) -> None:
        """More memory than the manifest allows."""
        held = bytearray(b"x" * 200_000_000)
        time.sleep(60)
        ctx.receipt(str(len(held)))

    def sleep(self, ctx: Context, _rest: str) -> None:
        """Longer than the manifest allows."""
        time.sleep(60)

    def die(self, ctx: Context, _rest: str) -> None:
        """Gone in the middle."""
        os.kill(os.getpid(), 9)

    def never_submits(self, ctx: Context, _rest: str) -> None:
        """Ends as if all were well."""

    def fill_form(self, ctx: Context, _rest: str) -> None:
        """Type something personal, then fail, so that a picture is taken."""
        ctx.go("/login")
        ctx.page.set_content(
            "<h1>新規登録</h1><p role='alert'>氏名が長すぎます</p>"
            f"<p>{ctx.value('applicant_name')}様の登録</p><table><tr><th>氏名</th><td>{ctx.value('applicant_name')}</td></tr></table>"
            "<label>住所<input id='a'></label><textarea></textarea><select><option>一</option></select>"
        )
        ctx.page.locator("#a").fill(ctx.value("applicant_address"))
        ctx.page.locator("textarea").fill(ctx.value("applicant_name"))
        ctx.fail("rejected", "applicant_address")

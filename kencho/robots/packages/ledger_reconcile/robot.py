"""Fetches the old system's ledger as CSV and hands its rows over to be compared; nothing is changed there."""

import csv
import io

from kencho.robots.kit import Context, Robot

COLUMNS = {
    "整理番号": "number",
    "氏名又は名称": "applicant_name",
    "住所": "applicant_address",
    "件名": "subject_title",
    "決定年月日": "decided_on",
    "決定区分": "decision",
}


class LedgerReconcile(Robot):
    """One day, one comparison."""

    def sign_in(self, ctx: Context) -> None:
        """Begin a session."""
        ctx.step("sign_in")
        ctx.go("/login")
        ctx.must(ctx.page.get_by_label("利用者番号").count() == 1)
        ctx.page.get_by_label("利用者番号").fill(ctx.account)
        ctx.page.get_by_label("暗証番号").fill(ctx.credential)
        ctx.press("ログイン")
        ctx.must(ctx.page.locator("h1").count() > 0, "target_error")
        title = ctx.page.locator("h1").first.inner_text().strip()
        ctx.must(title != "システムエラー", "target_error")
        ctx.must(title == "メニュー", "sign_in_failed")

    def perform(self, ctx: Context) -> None:
        """The number of entries as the page says it, then the file, which must hold as many."""
        ctx.step("count")
        ctx.go("/ledger")
        title = ctx.page.locator("h1").first.inner_text().strip()
        ctx.must(title != "システムエラー", "target_error")
        ctx.must(title != "ログイン", "logged_out")
        ctx.must(title == "台帳")
        before = int(ctx.page.locator("#total").inner_text())
        ctx.step("fetch")
        text = ctx.fetch("/ledger.csv")
        ctx.step("read")
        lines = csv.DictReader(io.StringIO(text))
        ctx.must(lines.fieldnames is not None and set(COLUMNS) <= set(lines.fieldnames))
        rows = [{name: line[column] for column, name in COLUMNS.items()} for line in lines]
        # A file that was cut off would look like missing entries.
        ctx.must(len(rows) >= before, "target_error")
        ctx.report(rows)

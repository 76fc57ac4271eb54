"""Types a decided application into the old ledger system: sign in, entry form, confirmation page, receipt number."""

from kencho.robots.kit import Context, Robot

TEXTS = {
    "整理番号": "number",
    "氏名又は名称": "applicant_name",
    "フリガナ": "applicant_kana",
    "住所": "applicant_address",
    "電話番号": "applicant_telephone",
    "件名": "subject_title",
    "決定年月日": "decided_on",
    "金額": "amount",
}
# Where the click may lead instead of to a receipt.
WITHOUT_RECEIPT = ("ログイン", "システムエラー", "Internal Server Error", "新規登録")


class DecidedToLedger(Robot):
    """One application, one entry."""

    def sign_in(self, ctx: Context) -> None:
        """Begin a session; a wrong password ends the run, so that the account is not locked."""
        ctx.step("sign_in")
        ctx.go("/login")
        ctx.must(ctx.page.get_by_label("利用者番号").count() == 1)
        ctx.page.get_by_label("利用者番号").fill(ctx.account)
        ctx.page.get_by_label("暗証番号").fill(ctx.credential)
        ctx.press("ログイン")
        self._not_an_error(ctx)
        ctx.must(self._title(ctx) == "メニュー", "sign_in_failed")

    def perform(self, ctx: Context) -> None:
        """Fill the form, compare the confirmation page with what was meant, submit, take the receipt."""
        ctx.step("open_form")
        ctx.go("/entry")
        self._expect(ctx, "新規登録")
        ctx.step("fill")
        for label, field in TEXTS.items():
            ctx.fill(label, field)
        ctx.select("決定区分", "decision")
        ctx.check("通知済み", "is_issued")
        ctx.step("confirm")
        ctx.press("確認へ")
        if self._title(ctx) == "新規登録":
            ctx.fail("rejected", self._complained(ctx))
        self._expect(ctx, "登録内容の確認")
        for label, field in {**TEXTS, "決定区分": "decision"}.items():
            ctx.must_show(self._shown(ctx, label), field)
        ctx.must(
            self._shown(ctx, "通知済み") == ("はい" if ctx.is_set("is_issued") else "いいえ"),
            "wrong_on_page",
            "is_issued",
        )
        ctx.step("submit")
        ctx.before_submit()
        ctx.press("登録する")
        ctx.step("receipt")
        # The old system first says that it is working and then shows the receipt, at times twice.
        end = ", ".join(["#receipt-number", *(f"h1:text-is('{title}')" for title in WITHOUT_RECEIPT)])
        ctx.page.locator(end).first.wait_for(state="visible", timeout=60_000)
        if not ctx.page.locator("#receipt-number").count():
            self._expect(ctx, "受付完了")
        numbers = {text.strip() for text in ctx.page.locator("#receipt-number").all_inner_texts()}
        ctx.must(len(numbers) == 1)
        ctx.receipt(numbers.pop())

    def find_receipts(self, ctx: Context) -> list[str]:
        """What the system's own search lists under the number."""
        ctx.step("look_up")
        ctx.go(f"/search?number={ctx.key}")
        self._expect(ctx, "台帳の検索")
        ctx.must(ctx.page.locator("#asked").inner_text().strip() == ctx.key)
        return [text.strip() for text in ctx.page.locator("td.receipt").all_inner_texts()]

    def _title(self, ctx: Context) -> str:
        return ctx.page.locator("h1").first.inner_text().strip()

    def _expect(self, ctx: Context, title: str) -> None:
        self._not_an_error(ctx)
        shown = self._title(ctx)
        ctx.must(shown != "ログイン", "logged_out")
        ctx.must(shown == title, "page_changed")

    def _not_an_error(self, ctx: Context) -> None:
        ctx.must(ctx.page.locator("h1").count() > 0, "target_error")
        ctx.must(self._title(ctx) not in {"システムエラー", "Internal Server Error"}, "target_error")

    def _shown(self, ctx: Context, label: str) -> str:
        found = ctx.page.locator(f"tr:has(th:text-is('{label}')) td")
        ctx.must(found.count() == 1)
        return found.inner_text().strip()

    def _complained(self, ctx: Context) -> str:
        """The field of the first complaint, so that the clerk knows where to look."""
        for label, field in TEXTS.items():
            if ctx.page.locator(f"[role=alert]:has-text('{label}')").count():
                return field
        return ""

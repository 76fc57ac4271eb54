"""The same entry without a browser: plain requests, for tests with thousands of items."""

import re

from kencho.robots.kit import Context, Robot

NAMES = {
    "number": "number",
    "name": "applicant_name",
    "kana": "applicant_kana",
    "address": "applicant_address",
    "telephone": "applicant_telephone",
    "subject": "subject_title",
    "decided_on": "decided_on",
    "amount": "amount",
}


class PlainEntry(Robot):
    """One item, two requests."""

    def sign_in(self, ctx: Context) -> None:
        """A session."""
        ctx.step("sign_in")
        answer = ctx.http("/login", {"account": ctx.account, "password": ctx.credential})
        ctx.must("<h1>メニュー</h1>" in answer, "sign_in_failed")

    def perform(self, ctx: Context) -> None:
        """Confirmation page, then the click."""
        ctx.step("fill")
        values = {name: ctx.value(field) for name, field in NAMES.items()}
        values["decision"] = {"承認": "1", "不承認": "2"}[ctx.value("decision")]
        if ctx.is_set("is_issued"):
            values["issued"] = "1"
        page = ctx.http("/confirm", values)
        ctx.must("登録内容の確認" in page, "rejected")
        token = re.search("name='token' value='([0-9a-f]+)'", page)
        ctx.must(token is not None)
        ctx.step("submit")
        ctx.before_submit()
        page = ctx.http("/register", {"token": token[1] if token else ""})
        ctx.step("receipt")
        number = re.search("id='receipt-number'>([^<]+)<", page)
        ctx.receipt(number[1] if number else "")

    def find_receipts(self, ctx: Context) -> list[str]:
        """The search of the old system."""
        ctx.step("look_up")
        page = ctx.http(f"/search?number={ctx.key}")
        ctx.must(f"<p id='asked'>{ctx.key}</p>" in page)
        return re.findall("<td class='receipt'>([^<]+)</td>", page)

"""An old intranet system: it wants to be signed in to, confirms, is slow, fails, forgets sessions, and takes anything twice.

It keeps its own ledger, by which tests count what really arrived. Faults come from a seed.
"""

import csv
import io
import json
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, redirect, request
from markupsafe import escape
from werkzeug.wrappers import Response as Answer

ACCOUNT, PASSWORD = "robot01", "himitsu-no-4649"
TEXTS = {
    "number": "整理番号",
    "name": "氏名又は名称",
    "kana": "フリガナ",
    "address": "住所",
    "telephone": "電話番号",
    "subject": "件名",
    "decided_on": "決定年月日",
    "amount": "金額",
}
DECISIONS = {"1": "承認", "2": "不承認"}
PER_PAGE = 50


@dataclass
class Faults:
    """How often what goes wrong (0 to 1), and how slow slow is, in seconds."""

    slow: float = 0.0
    slow_seconds: float = 0.3
    # An error page before anything was stored, and after it was.
    fails: float = 0.0
    fails_late: float = 0.0
    # The session is gone when the button is pressed.
    logs_out: float = 0.0
    # The receipt comes after a page that says "working", and once more after that.
    answers_twice: float = 0.0
    # The very same entry is stored twice by the old system.
    stores_twice: float = 0.0
    # Never answers the last click, after or before it has stored the entry.
    hangs: bool = False
    hangs_early: bool = False
    # plain, moved (other layout, same labels), renamed (another label), doubled (one label at two fields)
    variant: str = "plain"
    # Sends the browser elsewhere.
    leads_to: str = ""
    # Cuts names after so many characters.
    cuts_names: int = 0


@dataclass
class Old:
    """The system's state."""

    faults: Faults = field(default_factory=Faults)
    seed: int = 1
    # Where each entry is written too, one JSON in a line.
    file: Path | None = None
    entries: list[dict[str, str]] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    log_ins: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    # Set at the end, so that no request hangs on for longer than somebody waits.
    closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def happens(self, rate: float) -> bool:
        """Draw a lot."""
        with self.lock:
            return rate > 0 and self.rng.random() < rate

    def store(self, entry: dict[str, str]) -> str:
        """Put an entry into the ledger; the old system does not look whether it is there."""
        with self.lock:
            receipt = f"R-{len(self.entries) + 1:06}"
            kept = {**entry, "receipt": receipt}
            self.entries.append(kept)
            if self.file is not None:
                with self.file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(kept, ensure_ascii=False) + "\n")
        return receipt

    def numbers(self) -> list[str]:
        """The numbers of all entries."""
        return [entry["number"] for entry in self.entries]


def _page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang='ja'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body><h1>{title}</h1>{body}</body></html>"
    )


def _error() -> Response:
    return make_response(_page("システムエラー", "<p>E-9001</p>"), 500)


class Pages:
    """The pages, each a method."""

    def __init__(self, old: Old) -> None:
        self.old = old

    def signed_in(self, view: Callable[[], Any]) -> Callable[[], Any]:
        """Send whoever has no session to the sign-in page; be slow at times."""

        @wraps(view)
        def wrapped() -> Any:
            if request.cookies.get("SID", "") not in self.old.sessions:
                return redirect("/login")
            if self.old.happens(self.old.faults.slow):
                time.sleep(self.old.faults.slow_seconds)
            return view()

        return wrapped

    def login(self) -> Any:
        """The sign-in page."""
        return _page(
            "ログイン",
            "<form method='post'><label>利用者番号 <input name='account'></label>"
            "<label>暗証番号 <input type='password' name='password'></label><button>ログイン</button></form>",
        )

    def sign_in(self) -> Any:
        """A session of its own for each sign-in."""
        self.old.log_ins += 1
        if request.form.get("account") != ACCOUNT or request.form.get("password") != PASSWORD:
            return _page("ログイン", "<p role='alert'>利用者番号か暗証番号が違います。</p>")
        token = secrets.token_hex(16)
        self.old.sessions.add(token)
        answer = make_response(_page("メニュー", "<a href='/entry'>新規登録</a> <a href='/ledger'>台帳</a>"))
        answer.set_cookie("SID", token, httponly=True)
        return answer

    def entry(self) -> Any:
        """The empty form."""
        if self.old.faults.leads_to:
            return redirect(self.old.faults.leads_to)
        if self.old.happens(self.old.faults.fails):
            return _error()
        return _page("新規登録", _form(self.old.faults.variant, {}))

    def confirm(self) -> Any:
        """What was typed, to be looked at once more."""
        if self.old.happens(self.old.faults.fails):
            return _error()
        values = {name: request.form.get(name, "").strip() for name in TEXTS}
        values["decision"] = DECISIONS.get(request.form.get("decision", ""), "")
        values["issued"] = "はい" if request.form.get("issued") else "いいえ"
        complaint = _complaint(values)
        if complaint:
            shown = f"<p role='alert'>{complaint}</p>{_form(self.old.faults.variant, values)}"
            return _page("新規登録", shown)
        if self.old.faults.cuts_names:
            values["name"] = values["name"][: self.old.faults.cuts_names]
        token = secrets.token_hex(8)
        self.old.drafts[token] = values
        labels = {**TEXTS, "decision": "決定区分", "issued": "通知済み"}
        rows = "".join(
            f"<tr><th>{labels[name]}</th><td>{escape(text)}</td></tr>" for name, text in values.items()
        )
        return _page(
            "登録内容の確認",
            f"<table>{rows}</table><form method='post' action='/register'>"
            f"<input type='hidden' name='token' value='{token}'><button>登録する</button></form>",
        )

    def register(self) -> Any:
        """The click that counts."""
        old, faults = self.old, self.old.faults
        if old.happens(faults.logs_out):
            old.sessions.discard(request.cookies.get("SID", ""))
            return redirect("/login")
        if old.happens(faults.fails):
            return _error()
        values = old.drafts.pop(request.form.get("token", ""), None)
        if values is None:
            return _page("新規登録", "<p role='alert'>二重送信です。</p>")
        if old.happens(faults.slow):
            # Stored only after a while, whether or not somebody still waits for the answer.
            time.sleep(faults.slow_seconds)
        if faults.hangs_early:
            old.closed.wait(30)
            return _error()
        receipt = old.store(values)
        if old.happens(faults.stores_twice):
            old.store(values)
        if faults.hangs:
            old.closed.wait(30)
        if old.happens(faults.fails_late):
            return _error()
        if old.happens(faults.answers_twice):
            again = f"<meta http-equiv='refresh' content='0;/receipt?n={receipt}&again=1'>"
            return _page("処理中", "<p>お待ちください。</p>", again)
        return _receipt(receipt)

    def receipt(self) -> Any:
        """The receipt, which some versions show once more by themselves."""
        number = str(escape(request.args.get("n", "")))
        head = ""
        if request.args.get("again"):
            head = f"<meta http-equiv='refresh' content='0;/receipt?n={number}'>"
        return _receipt(number, head)

    def search(self) -> Any:
        """Entries of a number."""
        if self.old.happens(self.old.faults.fails):
            return _error()
        asked = request.args.get("number", "").strip()
        with self.old.lock:
            found = [each for each in self.old.entries if each["number"] == asked]
        rows = "".join(
            f"<tr><td class='receipt'>{each['receipt']}</td><td>{escape(each['name'])}</td></tr>"
            for each in found
        )
        return _page("台帳の検索", f"<p id='asked'>{escape(asked)}</p><table>{rows}</table>")

    def ledger(self) -> Any:
        """The ledger, page by page."""
        page = max(1, int(request.args.get("page", "1")))
        with self.old.lock:
            total = len(self.old.entries)
            rows = self.old.entries[(page - 1) * PER_PAGE : page * PER_PAGE]
        lines = "".join(
            f"<tr><td>{each['receipt']}</td><td>{escape(each['number'])}</td><td>{escape(each['name'])}</td></tr>"
            for each in rows
        )
        return _page("台帳", f"<p>全<span id='total'>{total}</span>件</p><table>{lines}</table>")

    def ledger_csv(self) -> Any:
        """The ledger as a file."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["受付番号", *TEXTS.values(), "決定区分", "通知済み"])
        with self.old.lock:
            for each in self.old.entries:
                cells = [each[name] for name in TEXTS]
                writer.writerow([each["receipt"], *cells, each["decision"], each["issued"]])
        return make_response(out.getvalue(), 200, {"Content-Type": "text/csv; charset=utf-8"})


def make_application(old: Old) -> Flask:
    """The pages at their addresses."""
    app, pages = Flask("standin"), Pages(old)
    app.add_url_rule("/login", "login", pages.login, methods=["GET"])
    app.add_url_rule("/login", "sign_in", pages.sign_in, methods=["POST"])
    for view in (pages.entry, pages.receipt, pages.search, pages.ledger):
        app.add_url_rule(f"/{view.__name__}", view.__name__, pages.signed_in(view))
    app.add_url_rule("/ledger.csv", "ledger_csv", pages.signed_in(pages.ledger_csv))
    for view in (pages.confirm, pages.register):
        app.add_url_rule(f"/{view.__name__}", view.__name__, pages.signed_in(view), methods=["POST"])

    @app.after_request
    def no_cache(answer: Answer) -> Answer:
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return app


def _receipt(number: str, head: str = "") -> str:
    return _page("受付完了", f"<p>受付番号 <strong id='receipt-number'>{number}</strong></p>", head)


def _complaint(values: dict[str, str]) -> str:
    if not values["number"] or not values["name"]:
        return "整理番号 と 氏名又は名称 を入力してください。"
    if not values["decision"]:
        return "決定区分 を選んでください。"
    if values["amount"] and not values["amount"].isdigit():
        return "金額 は数字で入力してください。"
    if "髙" in values["name"]:
        return f"氏名又は名称 に使えない文字があります：{escape(values['name'])}"
    return ""


def _form(variant: str, values: dict[str, str]) -> str:
    labels = dict(TEXTS)
    if variant == "renamed":
        labels["name"] = "申請者"
    fields = [
        f"<p><label for='f-{name}'>{label}</label><input id='f-{name}' name='{name}' value='{escape(values.get(name, ''))}'></p>"
        for name, label in labels.items()
    ]
    if variant == "moved":
        fields = [f"<fieldset><legend>項目</legend>{each}</fieldset>" for each in reversed(fields)]
    if variant == "doubled":
        fields.append("<p><label for='f-old'>住所</label><input id='f-old' name='old_address'></p>")
    options = "".join(f"<option value='{code}'>{text}</option>" for code, text in DECISIONS.items())
    return (
        f"<form method='post' action='/confirm'>{''.join(fields)}"
        f"<p><label for='f-decision'>決定区分</label><select id='f-decision' name='decision'><option value=''></option>{options}</select></p>"
        "<p><input type='checkbox' id='f-issued' name='issued' value='1'><label for='f-issued'>通知済み</label></p>"
        "<button>確認へ</button></form>"
    )

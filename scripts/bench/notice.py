"""Signed notices per second, beside typesetting alone: number, PDF/A and electronic seal as ``issue`` makes them."""

from collections.abc import Callable
from datetime import datetime

from kencho.foundation import clock, typesetting
from kencho.foundation.typesetting import Notice
from kencho.records.office_seals import seal_of
from scripts.bench import _stage
from scripts.bench._report import interleaved, line, rate, rounds, sized

PER_MINUTE = 60


def _data(number: int) -> Notice:
    return {
        "number": f"デ企第{number}号",
        "date": "令和8年6月1日",
        "addressee": {"name": "県民　花子", "honorific": "様"},
        "sender": {"post": "三重県知事", "name": ""},
        "title": "公文書開示決定通知書",
        "body": [
            "令和8年5月18日付けで請求のあった公文書について、次のとおり開示することに決定したので、通知します。",
            "開示の日時と場所は、次の担当所属からお知らせします。",
        ],
        "particulars": [
            {"label": "受付番号", "value": f"24000-08-{number:06d}-0"},
            {"label": "決定の内容", "value": "開示"},
        ],
        "remedies": [
            {
                "title": "審査請求について",
                "text": "この決定に不服がある場合は、知った日の翌日から起算して3か月以内に審査請求をすることができます。",
            }
        ],
        "contact": {"division": "デジタル戦略企画課"},
    }


def run() -> None:
    """Measure by turns."""
    at = clock.now()
    sealer = seal_of(_stage.body()).sealer
    numbers = iter(range(1, 1_000_000))

    def typeset() -> bytes:
        return _typeset(next(numbers), at)

    def signed() -> bytes:
        return sealer.seal(typeset(), reason="公文書開示決定通知書", at=at)

    signed()  # loads fonts, compiler and signing library
    count = sized(100, 3)
    ours, theirs, ratio = interleaved(_rate_of(signed, count), _rate_of(typeset, count))
    line(
        "notice",
        "電子公印つきの通知書、件/秒（PDF/A-2a・PDF/UA-1、PAdES-B、RSA-2048、1プロセス）",
        ours=ours,
        against="署名なしの組版だけ",
        theirs=theirs,
        ratio=ratio,
        rows=rounds() * count,
        per_minute=ours * PER_MINUTE,
    )


def _typeset(number: int, at: datetime) -> bytes:
    return typesetting.render("notice", _data(number), created_at=at)


def _rate_of(make: Callable[[], bytes], count: int) -> Callable[[], float]:
    def work() -> None:
        for _n in range(count):
            make()

    return lambda: rate(count, work)

"""Why a question to a table, or a file of it, is refused: a sentence for the public, and the status it is answered with."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.catalog.tables.refusals import Refused
from kencho.catalog.wording.tables import REFUSALS

_ASKED = (
    "unknown_column",
    "bad_operator",
    "bad_value",
    "bad_key",
    "bad_limit",
    "too_many_filters",
    "too_long",
    "query_timed_out",
    "query_too_large",
    "sql_refused",
    "sql_error",
    "busy",
    "no_such_row",
    "too_many_rows_for_xlsx",
    "cell_too_long_for_xlsx",
    "no_coordinates",
)
# What is told to a clerk who drops a file is told in other words to somebody who takes one away.
SENTENCES: Mapping[str, str | Promise] = {
    **{code: REFUSALS[code] for code in _ASKED},
    "bad_moment": _("日時を読めません。2026-04-01 か 2026-04-01T09:00:00+09:00 のように書いてください。"),
    "unknown_format": _("その形式はありません。"),
    "timed_out": _("時間がかかりすぎたので、やめました。ほかの形式をお使いください。"),
    "too_much_memory": _("大きすぎて作れませんでした。CSVかParquetをお使いください。"),
}
OTHER = _("いまは答えられません。しばらくしてから、もう一度お試しください。")
STATUS: Mapping[str, int] = {"busy": 503, "crashed": 503, "no_isolation": 503, "no_such_row": 404}
"""HTTP statuses of codes that are no fault of the question; those of `SENTENCES` are 422 otherwise."""


def sentence(refused: Refused) -> str:
    """What the asker is told."""
    found = SENTENCES.get(refused.code, OTHER)
    try:
        return str(found) % refused.params
    except (KeyError, TypeError, ValueError):
        return str(OTHER)


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal: 422 for what the asker can put right, 503 for what passes by itself."""
    return STATUS.get(refused.code, 422 if refused.code in SENTENCES else 503)

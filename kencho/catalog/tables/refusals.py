"""Every clear no that the tables give: a code with parameters. The sentence for people is made elsewhere."""

from typing import Any, Final

CODES: Final[dict[str, tuple[str, ...]]] = {
    # Files
    "empty_file": (),
    "unknown_kind": (),
    "too_large": ("limit",),
    "too_many_columns": ("limit",),
    "too_many_rows": ("limit",),
    "cell_too_long": ("line", "limit"),
    "unknown_encoding": (),
    "undecodable": ("line", "byte", "encoding"),
    "mixed_encodings": ("line", "byte", "encoding", "other"),
    "nul_character": ("line",),
    "bad_quoting": ("line",),
    "unclosed_quote": ("line",),
    "no_header": (),
    "broken_file": (),
    "password": (),
    "zip_bomb": (),
    "no_such_sheet": ("sheet",),
    "no_geometry": (),
    # Schemas
    "bad_schema": ("why",),
    "bad_pattern": ("column",),
    # Exports
    "too_many_rows_for_xlsx": ("limit",),
    "cell_too_long_for_xlsx": ("row", "column", "limit"),
    "no_coordinates": (),
    "unknown_format": ("format",),
    # Processes
    "timed_out": ("seconds",),
    "too_much_memory": ("limit",),
    "crashed": ("during",),
    "stopped": (),
    "unknown_job": ("job",),
    "no_isolation": (),
    # Queries
    "unknown_column": ("column",),
    "bad_operator": ("operator",),
    "bad_value": ("column", "value"),
    "bad_key": (),
    "bad_limit": ("limit",),
    "too_many_filters": ("limit",),
    "too_long": ("limit",),
    "query_timed_out": ("seconds",),
    "query_too_large": (),
    "sql_refused": ("why",),
    "sql_error": ("message",),
    "busy": (),
    "no_such_row": ("number",),
}


class Refused(Exception):
    """A file, a job or a query that cannot be accepted; `code` is one of `CODES` or of the job's own."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

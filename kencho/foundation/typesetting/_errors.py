from __future__ import annotations


class UnableToTypeset(Exception):
    """The paper cannot be made. `code` names the reason for programs, `params` the particulars.

    Codes: unknown_template, missing_keys, unknown_keys, address_scheme, naive_time, template_failed.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

from __future__ import annotations


class UnableToSeal(Exception):
    """The seal cannot be set. `code` names the reason for programs, `params` the particulars.

    Codes: not_rsa, weak_key, key_mismatch, naive_time, outside_validity, field_taken, refused, not_a_pdf, timestamp_failed,
    unreadable_key, exists_already, unsafe_name.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

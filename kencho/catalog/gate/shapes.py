"""What the personal-data gate says: findings, and whether they stop a publication."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

__all__ = ["FIRST_ROWS", "HEADER_ROWS", "KINDS", "Finding", "Severity", "Verdict", "unresolved", "verdict"]

Severity = Literal["stop", "warn"]
"""`stop`: nothing is published until the data are changed or a named person takes it upon them. `warn`: look at it."""

Verdict = Literal["passed", "stopped"]

FIRST_ROWS: Final = 10
HEADER_ROWS: Final = 1

KINDS: Final[Mapping[str, str]] = {
    "my_number": "drop_column",
    "my_number_like": "confirm_public",
    "personal_name": "drop_column",
    "private_phone": "use_office_contact",
    "private_email": "use_office_contact",
    "home_address": "generalise",
    "birth_date": "generalise",
    "birth_address": "generalise",
    "birth_sex": "generalise",
    "small_cells": "suppress_cells",
    "small_group": "generalise",
    "bank_account": "drop_column",
    "registered_domicile": "drop_column",
    "licence_plate": "mask_cells",
    "ip_address": "mask_cells",
    "hidden_sheet": "unhide_or_remove",
    "hidden_rows": "unhide_or_remove",
    "hidden_columns": "unhide_or_remove",
    "comments": "remove_comments",
    "author_properties": "clear_properties",
    "external_links": "remove_links",
    "embedded_objects": "remove_objects",
    "macros": "save_as_values",
    "defined_names": "confirm_public",
    "unexamined": "split_file",
}
"""What can be found → the code of what to do about it, unless the finding names a better one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of personal or hidden data in one column.

    `column` is empty for the whole table or file. `rows` are the first ones as Excel counts: 1 is the header.
    `examples` are masked: no value of the table can be read from them.
    """

    kind: str
    severity: Severity
    column: str
    count: int
    rows: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()
    remedy: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The same for the same finding in the same data; a named override is for these and no others.

        The count is part of it: more cells of the kind in a later file are a new finding.
        """
        return f"{self.kind}/{self.column}/{self.count}"

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "severity": self.severity,
            "column": self.column,
            "count": self.count,
            "rows": list(self.rows),
            "examples": list(self.examples),
            "remedy": self.remedy or KINDS[self.kind],
            "params": dict(self.params),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Finding":
        """Reads `to_data`."""
        return cls(
            kind=data["kind"],
            severity=data["severity"],
            column=data["column"],
            count=data["count"],
            rows=tuple(data.get("rows", ())),
            examples=tuple(data.get("examples", ())),
            remedy=data.get("remedy", ""),
            params=dict(data.get("params", {})),
        )


def verdict(findings: Iterable[Finding]) -> Verdict:
    """`stopped` when any finding stops, else `passed`."""
    return "stopped" if any(each.severity == "stop" for each in findings) else "passed"


def unresolved(findings: Iterable[Finding], overridden: Iterable[str]) -> Sequence[Finding]:
    """The findings that stop and whose `id` nobody has taken upon them."""
    known = set(overridden)
    return [each for each in findings if each.severity == "stop" and each.id not in known]

"""A finding about one cell, and the same as an error."""

from dataclasses import dataclass, field

from kencho.policy.rules._messages import MESSAGES


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or remarkable about one cell.

    `code` is a key of the message table; `cell` is what the reader calls the cell (令和3年度 目標値).
    """

    code: str
    cell: str
    params: tuple[tuple[str, str], ...] = field(default=())

    @property
    def message(self) -> str:
        """One sentence in the reader's language that names the cell."""
        return str(MESSAGES[self.code]) % {**dict(self.params), "cell": self.cell}


def finding(code: str, cell: str, **params: object) -> Finding:
    """A finding whose parameters are already text."""
    return Finding(code, cell, tuple((name, str(value)) for name, value in params.items()))


class RuleError(ValueError):
    """A cell with which the rule cannot work. `code`, `cell` and `message` are those of the finding."""

    def __init__(self, code: str, cell: str, **params: object) -> None:
        self.finding = finding(code, cell, **params)
        super().__init__(code, cell)

    @property
    def code(self) -> str:
        """A key of the message table."""
        return self.finding.code

    @property
    def cell(self) -> str:
        """What the reader calls the cell."""
        return self.finding.cell

    @property
    def message(self) -> str:
        """One sentence in the reader's language that names the cell."""
        return self.finding.message

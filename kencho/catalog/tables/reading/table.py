"""A table of texts on its way to CSV."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class RawTable:
    """Labels and rows of texts; the rows are read as they are asked for."""

    header: list[str]
    rows: Iterable[Sequence[Any]]

    def write(self, target: Path) -> int:
        """Write as UTF-8 CSV; gives the number of rows."""
        count = 0
        with target.open("w", encoding="utf-8", newline="", errors="replace") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(self.header)
            for row in self.rows:
                writer.writerow(["" if cell is None else cell for cell in row])
                count += 1
        return count

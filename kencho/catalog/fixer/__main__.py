"""`python -m kencho.catalog.fixer FILE [--csv OUT] [--json]`: what the fixer proposes for a file."""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

from kencho.catalog import fixer


def main(arguments: list[str] | None = None) -> int:
    """0 when the file could be read, 2 when it was refused."""
    parser = argparse.ArgumentParser(prog="python -m kencho.catalog.fixer", description="表を整える")
    parser.add_argument("file", type=Path)
    parser.add_argument("--csv", type=Path, help="整えた表を書く先（複数の表は _2 から番号を付ける）")
    parser.add_argument("--json", action="store_true", help="提案をJSONで出す")
    options = parser.parse_args(arguments)
    try:
        proposal = fixer.propose_file(options.file)
    except fixer.Refusal as refusal:
        sys.stderr.write(f"{refusal.code} {refusal.params or ''}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{error.strerror}\n")
        return 2
    if options.csv:
        _write(options.csv, proposal.tables)
    sys.stdout.write(
        json.dumps(_data(proposal), ensure_ascii=False) + "\n" if options.json else _text(proposal)
    )
    return 0


def _write(target: Path, tables: list[fixer.Table]) -> None:
    for index, table in enumerate(tables):
        path = target if index == 0 else target.with_stem(f"{target.stem}_{index + 1}")
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(table.header)
            writer.writerows(table.rows)


def _data(proposal: fixer.Proposal) -> dict[str, Any]:
    return {
        "tables": [
            {
                "name": table.name,
                "header": table.header,
                "kinds": [column.kind for column in table.columns],
                "units": [column.unit for column in table.columns],
                "rows": table.rows,
            }
            for table in proposal.tables
        ],
        "changes": [change.to_data() for change in proposal.changes],
        "questions": [question.to_data() for question in proposal.questions],
        "notes": [[note.kind, note.text, note.sheet, note.ref] for note in proposal.notes],
        "metadata": proposal.metadata,
    }


def _text(proposal: fixer.Proposal) -> str:
    lines: list[str] = []
    for table in proposal.tables:
        lines.append(f"# {table.name} ({len(table.rows)} × {len(table.header)})")
        lines.append("\t".join(f"{c.name}<{c.kind}{' ' + c.unit if c.unit else ''}>" for c in table.columns))
        lines.extend("\t".join("" if v is None else str(v) for v in row) for row in table.rows[:20])
    lines.append(f"## {len(proposal.changes)}")
    lines.extend(
        f"{change.rule}\t{change.sheet}!{change.ref}\t{change.action}\t{change.before!r}\t→\t{change.after!r}"
        for change in proposal.changes[:200]
    )
    lines.extend(f"? {q.sheet}!{q.ref}\t{q.code}\t{dict(q.params)}" for q in proposal.questions)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())

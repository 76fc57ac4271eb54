"""Tables side by side: where a sheet falls into vertical bands."""

from kencho.catalog.fixer.layout.grid import Grid
from kencho.catalog.fixer.layout.lines import line_kind

__all__ = ["bands"]


def bands(grid: Grid) -> list[tuple[int, int]]:
    """The bands (first and last column), from left to right; one band when the sheet holds one table's width."""
    counts = _counts(grid)
    filled = [column for column, count in enumerate(counts) if count]
    if not filled:
        return []
    runs: list[tuple[int, int]] = []
    for column in filled:
        if runs and column == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    joined = [runs[0]]
    for run in runs[1:]:
        last = joined[-1]
        if not _bridged(grid, last, run) and _apart(grid, last, run):
            joined.append(run)
        else:
            joined[-1] = (last[0], run[1])
    joined[0] = (0, joined[0][1])
    for index in range(len(joined) - 1):
        # Lines above may start in the gap; they belong to the table on their right.
        joined[index + 1] = (joined[index][1] + 1, joined[index + 1][1])
    joined[-1] = (joined[-1][0], max(grid.width - 1, joined[-1][1]))
    return joined


def _counts(grid: Grid) -> list[int]:
    counts = [0] * grid.width
    for line in grid.filled:
        if len(line) >= 2:
            for column in line:
                counts[column] += 1
    return counts


def _bridged(grid: Grid, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether merged cells with text reach over the gap below the first line of either table."""
    first = max(_first(grid, left), _first(grid, right))
    return any(
        merge.left <= left[1] and merge.right >= right[0] and merge.top >= first for merge in grid.merges
    )


def _rows(grid: Grid, band: tuple[int, int]) -> list[int]:
    return [row for row in range(grid.height) if len(grid.cells(row, *band)) >= 2]


def _first(grid: Grid, band: tuple[int, int]) -> int:
    return next((row for row in range(grid.height) if len(grid.cells(row, *band)) >= 2), grid.height)


def _apart(grid: Grid, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether what stands on both sides of an empty column are two tables, not one with a spacer."""
    if left[1] == left[0] or right[1] == right[0]:
        return False
    ours, theirs = _rows(grid, left), _rows(grid, right)
    if len(ours) < 2 or len(theirs) < 2:
        return False
    heads = [
        [grid.head_text(rows[0], c) for c in grid.cells(rows[0], *band)]
        for rows, band in ((ours, left), (theirs, right))
    ]
    if heads[0] == heads[1]:
        # 男, 女 over both halves of one table: the left half also has the labels.
        return left[1] - left[0] == right[1] - right[0]
    if heads[0] and heads[1] and heads[0][0] == heads[1][0]:
        return True
    if ours[0] != theirs[0]:
        return True
    if _titled(grid, right, theirs[0]) and _titled(grid, left, ours[0]):
        return True
    # Both are full to their own last row, and these differ: two tables of different length.
    return abs(ours[-1] - theirs[-1]) > 0 and _dense(grid, left, ours) and _dense(grid, right, theirs)


def _titled(grid: Grid, band: tuple[int, int], head: int) -> bool:
    for row in range(head):
        cells = grid.cells(row, *band)
        if len(cells) == 1 and line_kind(grid.text(row, cells[0])) == "title":
            return True
    return False


def _dense(grid: Grid, band: tuple[int, int], rows: list[int]) -> bool:
    width = band[1] - band[0] + 1
    cells = sum(len(grid.cells(row, *band)) for row in rows)
    return cells >= 0.85 * width * len(rows) and len(rows) >= 0.8 * (rows[-1] - rows[0] + 1)

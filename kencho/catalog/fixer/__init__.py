"""The fixer: from the Excel sheet that an office really has to a tidy table, with every change listed.

It works by 総務省「統計表における機械判読可能なデータの表記方法の統一ルール」（令和2年12月18日）. Reading a file is
heavy and meant for a child process; importing this package is not.
"""

import os
from collections.abc import Collection

from kencho.catalog.fixer.shapes import (
    Change,
    Column,
    Note,
    Part,
    Proposal,
    Question,
    Range,
    Recipe,
    Refusal,
    Restored,
    Sheet,
    Table,
    Workbook,
    WorkbookFacts,
)

__all__ = [
    "Change",
    "Column",
    "Note",
    "Part",
    "Proposal",
    "Question",
    "Range",
    "Recipe",
    "Refusal",
    "Restored",
    "Sheet",
    "Table",
    "Workbook",
    "WorkbookFacts",
    "apply",
    "invert",
    "propose",
    "propose_file",
    "recipe_of",
]


def propose_file(path: str | os.PathLike[str], recipe: Recipe | None = None) -> Proposal:
    """Reads a file (xlsx, xlsm, xls, xlsb, ods, csv, tsv) and proposes. Raises `Refusal`."""
    from kencho.catalog.fixer.read import read_file

    return propose(read_file(path), recipe)


def propose(workbook: Workbook, recipe: Recipe | None = None) -> Proposal:
    """What the fixer would do to a workbook. The same workbook gives the same proposal."""
    from kencho.catalog.fixer.engine import propose as work

    return work(workbook, recipe)


def apply(workbook: Workbook, proposal: Proposal, without: Collection[str] = ()) -> Proposal:
    """The proposal with some changes (their ids) taken back: tables and remaining changes."""
    from kencho.catalog.fixer.engine import take_back

    return take_back(workbook, proposal, frozenset(without))


def invert(tables: list[Table], changes: list[Change]) -> Restored:
    """The input's cells and merged ranges, from the tables and the changes alone."""
    from kencho.catalog.fixer.inverse import invert as work

    return work(tables, changes)


def recipe_of(proposal: Proposal) -> Recipe:
    """What to remember for next year's file."""
    from kencho.catalog.fixer.recipes import recipe_of as work

    return work(proposal)

"""Open exports of a sheet: CSV in the shape of 行政事業レビュー見える化サイト, and StratML Part 2 (ISO 17469-2) XML."""

from kencho.policy.exports._review import REVIEW_TYPE, review_files, sheet_review_zip
from kencho.policy.exports._stratml import STRATML_TYPE, sheet_stratml

__all__ = ["REVIEW_TYPE", "STRATML_TYPE", "review_files", "sheet_review_zip", "sheet_stratml"]

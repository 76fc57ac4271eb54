"""Removing what a database keeps of rows that were replaced."""

from django.db import connection

TABLES = ("surveys_ballotbox", "surveys_cycle", "surveys_ballot", "surveys_freetext")


def scrub() -> None:
    """Old versions of the boxes, of the key and of destroyed ballots leave the files of the running database.

    SQLite overwrites freed pages (``secure_delete``), here its write-ahead log is emptied. PostgreSQL writes the tables
    anew. What was copied elsewhere before (backups, archived logs, replicas, snapshots of a disk) is not reached.
    Call outside a transaction.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in TABLES:
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")

"""Removing what a database keeps of rows that were replaced."""

from django.db import connection

TABLES = ("surveys_ballotbox", "surveys_cycle", "surveys_ballot", "surveys_freetext")


class ScrubDelayed(Exception):
    """Somebody is reading the write-ahead log just now; to be tried again."""


def overwrite_freed() -> None:
    """SQLite: what rows are replaced with or deleted is overwritten in the file, not only marked as free.

    Holds for the connection from now on. PostgreSQL keeps old versions until ``scrub``.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def scrub() -> None:
    """Old versions of the boxes, of the key and of destroyed ballots leave the files of the running database.

    SQLite has overwritten them (``overwrite_freed``); here its write-ahead log is emptied. PostgreSQL writes the tables
    anew. What was copied elsewhere before (backups, archived logs, replicas, snapshots of a disk) is not reached.
    Call outside a transaction. Raises ScrubDelayed.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, _frames, _moved = cursor.fetchone()
            if is_busy:
                raise ScrubDelayed
            return
        for table in TABLES:
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")

"""On PostgreSQL the database itself refuses two bookings of one desk, or of one person, that overlap.

SQLite has no such constraint; there a transaction that books takes the writer's turn from its beginning (BEGIN
IMMEDIATE), so that nothing can come between looking and writing.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "workplace_deskbooking"
# A range of one number compares like the number itself, and needs no extension of the database.
CONSTRAINTS = {
    "desk_booking_desk_free": "desk_id",
    "desk_booking_staff_free": "staff_id",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Add the constraints where the database knows them."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name, column in CONSTRAINTS.items():
            cursor.execute(
                f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} EXCLUDE USING gist ("
                f"int8range({column}, {column}, '[]') WITH &&, tstzrange(starts_at, ends_at, '[)') WITH &&"
                ") WHERE (cancelled_at IS NULL)"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them away again."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name in CONSTRAINTS:
            cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {name}")

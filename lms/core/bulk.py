"""Writing the same columns of many rows at once."""

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router


def update_many(rows: Sequence[models.Model], *names: str) -> None:
    """Write the fields `names` of rows of one model, one statement run for all of them.

    `QuerySet.bulk_update` builds one expression for each row and column, which takes longer than the database does;
    this hands the driver one statement and the values. Call it inside a transaction. An empty list does nothing.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key: Any = model._meta.pk
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {quote(key.column)} = %s"  # noqa: S608 - names only
    values = [[*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)

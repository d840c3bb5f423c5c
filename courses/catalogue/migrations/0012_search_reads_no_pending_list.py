"""PostgreSQL keeps what is new in an index in a list of its own and reads all of it for every search, until it tidies up.

After the index was filled anew a word that stands nowhere took longer than any other. Publishing a lesson writes a few
hundred words: the index takes them at once.
"""

from django.db import migrations

INDEXES = ("catalogue_searchtext_title_vector", "catalogue_searchtext_vector")


def write_at_once(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for index in INDEXES:
            schema_editor.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
            schema_editor.execute(f"SELECT gin_clean_pending_list('{index}')")


def write_later(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for index in INDEXES:
            schema_editor.execute(f"ALTER INDEX {index} RESET (fastupdate)")


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0011_spoken_words_are_found'),
    ]

    operations = [
        migrations.RunPython(write_at_once, write_later),
    ]

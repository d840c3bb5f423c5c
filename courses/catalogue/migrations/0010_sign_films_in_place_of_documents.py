from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0009_sign_films_as_recordings"),
    ]

    operations = [
        migrations.RemoveField("lessonpage", "sign_film"),
        # The other way round, the index of the old column would stand in the way of the new one on PostgreSQL.
        migrations.RenameField("lessonpage", "sign_recording", "sign_film"),
    ]

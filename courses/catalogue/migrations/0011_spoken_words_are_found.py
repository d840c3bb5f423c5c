"""What is spoken is found at its moment; the index is filled anew after the migrations, since it knew nothing of it."""

from django.db import migrations, models


def empty_the_index(apps, schema_editor):
    apps.get_model("catalogue", "SearchText").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0010_sign_films_in_place_of_documents'),
    ]

    operations = [
        migrations.AddField(
            model_name='searchtext',
            name='moments',
            field=models.JSONField(help_text='Of what is spoken: [place in the text, milliseconds] of each caption.', null=True),
        ),
        migrations.RunPython(empty_the_index, migrations.RunPython.noop),
    ]

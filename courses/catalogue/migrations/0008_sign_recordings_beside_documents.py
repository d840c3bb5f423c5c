import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0007_quiz_rows_in_versions"),
        ("media", "0002_release_to_watch"),
    ]

    operations = [
        migrations.AddField(
            model_name="lessonpage",
            name="sign_recording",
            field=models.ForeignKey(
                blank=True,
                help_text="The lesson told in sign language: a video of your college.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="media.recording",
                verbose_name="film in sign language",
            ),
        ),
    ]

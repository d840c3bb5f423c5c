from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("media", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="to_watch",
            field=models.BooleanField(default=True, verbose_name="has to be watched"),
        ),
    ]

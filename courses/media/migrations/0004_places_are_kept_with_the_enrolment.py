from django.db import migrations


class Migration(migrations.Migration):
    """Where somebody reads is remembered by her enrolment; the places that devices sent were read by nothing."""

    dependencies = [("media", "0003_upload_for_what")]

    operations = [migrations.DeleteModel(name="ReadingPlace")]

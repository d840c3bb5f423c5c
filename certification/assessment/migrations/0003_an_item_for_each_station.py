from django.db import migrations


def items(apps, schema_editor):
    """Stations laid out before there were items have one: required, with the station's name and all its points."""
    Station = apps.get_model("assessment", "Station")
    StationItem = apps.get_model("assessment", "StationItem")
    ScorePoint = apps.get_model("assessment", "ScorePoint")
    for station in Station.objects.filter(items=None).order_by("pk").iterator(chunk_size=500):
        item = StationItem.objects.create(station=station, order=1, name=station.name, required=True)
        ScorePoint.objects.filter(station=station, item=None).update(item=item)


class Migration(migrations.Migration):

    dependencies = [
        ("assessment", "0002_items_and_arbitration"),
    ]

    operations = [
        migrations.RunPython(items, migrations.RunPython.noop),
    ]

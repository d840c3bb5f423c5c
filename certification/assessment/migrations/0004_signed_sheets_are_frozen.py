import django.db.models.deletion
from django.db import migrations, models

# I23 in the database as well: whatever writes, what is signed stays as it was signed, and so do the stations, items and
# lines under it. Deleting is guarded on PostgreSQL; on SQLite a test's flush deletes everything, and `verify_ledger` names
# a signed sheet that is gone on both.
# On SQLite a later migration that rebuilds one of these tables has to put its guard back; test_i23 would tell.
REFUSAL = "a signed score sheet and what it is about are never changed (I23)"
USED = "EXISTS (SELECT 1 FROM assessment_scoresheet WHERE station_id = {key})"
# table: (condition under which the old row is frozen, condition under which a new row may not be put in)
GUARDED = {
    "assessment_scoresheet": ("OLD.status = 'signed'", ""),
    "assessment_arbitrationsheet": ("1 = 1", ""),
    "assessment_arbitration": ("OLD.status = 'settled'", ""),
    "assessment_secondsignature": ("OLD.answered_at IS NOT NULL", ""),
    "assessment_optiondraw": ("1 = 1", ""),
    "assessment_station": (USED.format(key="OLD.id"), ""),
    "assessment_stationitem": (USED.format(key="OLD.station_id"), USED.format(key="NEW.station_id")),
    "assessment_scorepoint": (USED.format(key="OLD.station_id"), USED.format(key="NEW.station_id")),
}


def guards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table, (frozen, closed) in GUARDED.items():
        {"sqlite": guard_of_sqlite, "postgresql": guard_of_postgresql}[vendor](schema_editor, table, frozen, closed)


def guard_of_sqlite(schema_editor, table, frozen, closed):
    for event, condition in (("UPDATE", frozen), ("INSERT", closed)):
        if condition:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
                params=None,
            )


def guard_of_postgresql(schema_editor, table, frozen, closed):
    refuse = f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    insert = f"IF TG_OP = 'INSERT' THEN IF {closed} THEN {refuse} RETURN NEW; END IF;" if closed else ""
    schema_editor.execute(
        f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {insert} IF {frozen} THEN {refuse} "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        params=None,
    )
    events = "INSERT OR UPDATE OR DELETE" if closed else "UPDATE OR DELETE"
    schema_editor.execute(
        f"CREATE TRIGGER {table}_frozen BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_frozen()",
        params=None,
    )


def no_guards(apps, schema_editor):
    for table in GUARDED:
        if schema_editor.connection.vendor == "sqlite":
            for event in ("update", "insert"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{event}")
        else:
            schema_editor.execute(f"DROP FUNCTION {table}_frozen() CASCADE")


class Migration(migrations.Migration):

    dependencies = [
        ("assessment", "0003_an_item_for_each_station"),
    ]

    operations = [
        migrations.AlterField(
            model_name="scorepoint",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="points",
                to="assessment.stationitem",
                verbose_name="item",
            ),
        ),
        migrations.RunPython(guards, no_guards),
    ]

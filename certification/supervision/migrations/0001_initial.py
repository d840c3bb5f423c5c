import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# What is written once stays as it was written, whatever writes. Deleting is not guarded, since a test's flush deletes everything.
REFUSAL = "a record of supervision is never changed"
GUARDED = ("supervision_supervisorrecord", "supervision_addendum", "supervision_sampling")


def guards(apps, schema_editor):
    for table in GUARDED:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
                params=None,
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_frozen()",
            params=None,
        )


def no_guards(apps, schema_editor):
    for table in GUARDED:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_update")
        else:
            schema_editor.execute(f"DROP FUNCTION {table}_frozen() CASCADE")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0003_teacher_role'),
        ('plans', '0003_approval_and_frozen_plans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SupervisorRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(verbose_name='answers')),
                ('remarks', models.JSONField(default=dict, verbose_name='remarks')),
                ('conclusion', models.CharField(choices=[('orderly', 'In order'), ('faults', 'Faults, put right on the spot or to be put right'), ('grave', 'Grave faults: results should wait until they are looked into')], max_length=8, verbose_name='conclusion')),
                ('finding', models.TextField(blank=True, verbose_name='what was found')),
                ('written_at', models.DateTimeField(verbose_name='written at')),
                ('content_sha256', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supervisor_records', to='plans.plan', verbose_name='plan')),
                ('supervisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='supervisor')),
            ],
            options={
                'verbose_name': "supervisor's record",
                'verbose_name_plural': "supervisors' records",
                'ordering': ['plan', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='what is added')),
                ('at', models.DateTimeField()),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addenda', to='supervision.supervisorrecord', verbose_name='record')),
            ],
            options={
                'verbose_name': "addition to a supervisor's record",
                'verbose_name_plural': "additions to supervisors' records",
                'ordering': ['record', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Sampling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveIntegerField()),
                ('since', models.DateField(verbose_name='first exam day')),
                ('until', models.DateField(verbose_name='last exam day')),
                ('ledger_hash', models.CharField(max_length=64)),
                ('seed', models.CharField(max_length=64, verbose_name='seed')),
                ('pool', models.JSONField(default=list)),
                ('drawn', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samplings', to='organisations.organisation', verbose_name='authority')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'draw of sessions to inspect',
                'verbose_name_plural': 'draws of sessions to inspect',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('authority', 'turn'), name='one_sampling_per_turn')],
            },
        ),
        migrations.AddConstraint(
            model_name='supervisorrecord',
            constraint=models.UniqueConstraint(fields=('plan', 'supervisor'), name='one_record_per_supervisor'),
        ),
        migrations.AddConstraint(
            model_name='supervisorrecord',
            constraint=models.CheckConstraint(condition=models.Q(('conclusion__in', ['orderly', 'faults', 'grave'])), name='conclusion_known'),
        ),
        migrations.AddConstraint(
            model_name='supervisorrecord',
            constraint=models.CheckConstraint(condition=models.Q(('conclusion', 'orderly'), models.Q(('finding', ''), _negated=True), _connector='OR'), name='faults_are_told'),
        ),
        migrations.RunPython(guards, no_guards),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# I6 in the database as well: whatever writes, what a published plan promised stays as it was. The seats and the
# words of the room follow the rooms that are chosen, so they are not guarded.
# On SQLite a later migration that rebuilds this table has to put its guard back; test_i06 would tell.
REFUSAL = "a published plan is never changed (I6)"
FREE = "('draft', 'submitted', 'approved')"
FROZEN = (
    "organisation_id",
    "scheme_id",
    "level",
    "work_type",
    "number",
    "site_name",
    "address",
    "exam_date",
    "registration_opens",
    "registration_closes",
    "theory_starts_at",
    "theory_minutes",
    "skill_starts_at",
)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FROZEN)
        schema_editor.execute(
            f"CREATE TRIGGER plans_plan_frozen BEFORE UPDATE ON plans_plan WHEN OLD.status NOT IN {FREE} AND ({changed}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
            params=None,
        )
        return
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FROZEN)
    schema_editor.execute(
        "CREATE FUNCTION plans_plan_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.status NOT IN {FREE} AND ({changed}) THEN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        params=None,
    )
    schema_editor.execute(
        "CREATE TRIGGER plans_plan_frozen BEFORE UPDATE ON plans_plan FOR EACH ROW EXECUTE FUNCTION plans_plan_frozen()",
        params=None,
    )


def no_guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS plans_plan_frozen")
    else:
        schema_editor.execute("DROP FUNCTION plans_plan_frozen() CASCADE")


STATUSES = [
    ("draft", "Draft"),
    ("submitted", "Waiting for the head"),
    ("approved", "Approved"),
    ("published", "Published"),
    ("registration_closed", "Registration closed"),
    ("arranged", "Seats arranged"),
    ("in_exam", "Exam running"),
    ("scored", "Scored"),
    ("in_publication", "Results public"),
    ("certified", "Certified"),
    ("archived", "Archived"),
    ("cancelled", "Cancelled"),
]
OUTCOMES = [
    ("waiting", "Waiting for the head"),
    ("approved", "Approved"),
    ("returned", "Returned"),
    ("taken_back", "Taken back"),
]


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("plans", "0002_rooms"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="plan", name="plan_status_known"),
        migrations.RemoveConstraint(model_name="plan", name="plan_capacity_fits_tickets"),
        migrations.AddField(
            model_name="plan",
            name="watched_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="plan",
            name="status",
            field=models.CharField(choices=STATUSES, default="draft", max_length=20, verbose_name="status"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", [status for status, _label in STATUSES])), name="plan_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__range", (1, 9999))), name="plan_capacity_fits_tickets"
            ),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["status", "watched_on"], name="plan_watched"),
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handed_in_at", models.DateTimeField()),
                ("outcome", models.CharField(choices=OUTCOMES, default="waiting", max_length=12)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reasons", models.TextField(blank=True, verbose_name="reasons")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="approvals", to="plans.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "approval of a plan",
                "verbose_name_plural": "approvals of plans",
                "ordering": ["plan", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "waiting")), fields=("plan",), name="a_plan_waits_for_one_approval"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", [outcome for outcome, _label in OUTCOMES])),
                        name="approval_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["waiting", "taken_back"]),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("handed_in_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="another_person_decides_on_a_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "returned"), _negated=True),
                            models.Q(("reasons", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_plan_is_returned_with_reasons",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=1000, verbose_name="what is corrected")),
                ("published_at", models.DateTimeField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="plans.plan"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "correction notice",
                "verbose_name_plural": "correction notices",
                "ordering": ["plan", "-pk"],
            },
        ),
        migrations.RunPython(guard, no_guard),
    ]

"""Versions freeze what their quizzes are drawn by; older ones take over what their blueprints say today."""

import json
from hashlib import sha256

from django.db import migrations


def _hash(value):
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _without_revisions(frozen):
    modules = [
        {**module, "slug": "", "lessons": [{**lesson, "revision": 0} for lesson in module["lessons"]]}
        for module in frozen["modules"]
    ]
    return {**frozen, "modules": modules}


def freeze_rows(apps, schema_editor):
    rows = dict(apps.get_model("questionbank", "Blueprint").objects.values_list("pk", "rows"))
    for version in apps.get_model("catalogue", "CourseVersion").objects.iterator():
        quizzes = [module["quiz"] for module in version.outline["modules"] if module["quiz"]]
        for quiz in quizzes:
            quiz["rows"] = rows.get(quiz["blueprint"], [])
        if quizzes:
            # As `versions.record_version` counts them, or the next publication would make a version without a change.
            version.content_hash = _hash(_without_revisions(version.outline))
            version.fingerprint = _hash({**version.outline, "course": version.course_id})
            version.save(update_fields=["outline", "content_hash", "fingerprint"])


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0006_borrowed_lessons"),
        ("questionbank", "0002_item_pool_and_late_answer"),
    ]

    operations = [migrations.RunPython(freeze_rows, migrations.RunPython.noop, elidable=True)]

"""Whoever may put recordings into a college's collection may put packages there too."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

FROM_TO = {"add_recording": "add_package", "change_recording": "change_package", "choose_recording": "choose_package"}


def grant(apps, schema_editor):
    # Permissions are made after all migrations; these are wanted now.
    create_permissions(installed.get_app_config("packages"), verbosity=0, using=schema_editor.connection.alias, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects
    granted = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    for before, after in FROM_TO.items():
        permission = permissions.filter(content_type__app_label="packages", codename=after).first()
        for row in granted.filter(permission__content_type__app_label="media", permission__codename=before):
            granted.get_or_create(group_id=row.group_id, collection_id=row.collection_id, permission=permission)


class Migration(migrations.Migration):
    dependencies = [
        ("packages", "0001_interactive_packages"),
        ("media", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=True)]

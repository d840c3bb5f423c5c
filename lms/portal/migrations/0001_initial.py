import uuid

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('action', models.CharField(max_length=60)),
                ('chosen', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('undo_until', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_acts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bulk action of a desk',
                'verbose_name_plural': 'bulk actions of desks',
            },
        ),
        migrations.CreateModel(
            name='BulkLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300)),
                ('url', models.CharField(blank=True, max_length=200)),
                ('ok', models.BooleanField()),
                ('text', models.TextField()),
                ('undo', models.JSONField(default=dict)),
                ('undone', models.BooleanField(null=True)),
                ('undo_text', models.TextField(blank=True)),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='portal.bulkact')),
            ],
            options={
                'verbose_name': 'row of a bulk action',
                'verbose_name_plural': 'rows of bulk actions',
                'ordering': ['act', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name of the view')),
                ('query', models.CharField(max_length=400)),
                ('saved_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['user', 'name'],
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='a_persons_view_has_its_own_name')],
            },
        ),
    ]

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('core', '0002_public_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue', models.CharField(max_length=60)),
                ('row', models.BigIntegerField()),
                ('stage', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'claim of a queue row',
                'verbose_name_plural': 'claims of queue rows',
                'constraints': [models.UniqueConstraint(fields=('queue', 'row'), name='one_holder_per_queue_row')],
            },
        ),
        migrations.CreateModel(
            name='Aside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue', models.CharField(max_length=60)),
                ('row', models.CharField(max_length=200)),
                ('until', models.DateField(null=True)),
                ('seen_as', models.CharField(blank=True, max_length=80)),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'row put aside',
                'verbose_name_plural': 'rows put aside',
                'constraints': [models.UniqueConstraint(fields=('user', 'queue', 'row'), name='a_row_is_put_aside_once')],
            },
        ),
    ]

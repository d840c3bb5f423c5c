"""A number belongs to who proved it; a document number to one person, whatever kind she calls it.

Fails where two accounts already hold one document number under two kinds: the operator has to find out whose it is.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='identitydocument',
            name='one_person_per_document',
        ),
        migrations.AlterField(
            model_name='user',
            name='phone',
            field=models.CharField(blank=True, db_index=True, max_length=16, null=True, verbose_name='phone'),
        ),
        migrations.AddConstraint(
            model_name='identitydocument',
            constraint=models.UniqueConstraint(fields=('number_index',), name='one_person_per_number'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('phone_verified', True)), fields=('phone',), name='one_person_per_proved_phone'),
        ),
    ]

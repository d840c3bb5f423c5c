from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_intakes_and_needs'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_status_known',
        ),
        migrations.AlterField(
            model_name='entry',
            name='birth_date',
            field=models.DateField(null=True, verbose_name='date of birth'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='status',
            field=models.CharField(choices=[('waiting', 'Waits for the person'), ('accepted', 'Became an application'), ('declined', 'Declined by the person'), ('expired', 'Not confirmed in time; deleted')], max_length=10, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'accepted', 'declined', 'expired'])), name='entry_status_known'),
        ),
    ]

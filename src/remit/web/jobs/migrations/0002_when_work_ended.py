"""When work ended, to be found at once: the first page asks for the last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="ended_at",
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
    ]

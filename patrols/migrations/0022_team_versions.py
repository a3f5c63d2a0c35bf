"""A count of the changes to a team, so that two people do not overwrite each other's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patrols", "0021_abstractions")]

    operations = [
        migrations.AddField(
            model_name="crewteam",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
    ]

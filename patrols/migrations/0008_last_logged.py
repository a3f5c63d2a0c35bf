"""An index for the shift that somebody logged last, which the form offers again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patrols", "0007_numbers_without_rank")]

    operations = [
        migrations.AddIndex(
            model_name="patrolshift",
            index=models.Index(
                condition=models.Q(("state", "completed")),
                fields=["logged_by", "-logged_at", "-id"],
                name="shift_logged_last",
            ),
        ),
    ]

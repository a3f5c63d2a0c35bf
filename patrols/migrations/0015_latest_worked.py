from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotspots", "0028_order_checks"),
        ("patrols", "0014_indexes_for_finding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="patrolshift",
            name="shift_logged_last",
        ),
        migrations.AddIndex(
            model_name="patrolshift",
            index=models.Index(
                condition=models.Q(("state", "completed")),
                fields=["logged_by", "-starts_at", "-id"],
                name="shift_worked_last",
            ),
        ),
    ]

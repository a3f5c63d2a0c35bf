"""Custody without any justice outcome is refused: a check that compares with nothing is unknown, and that passed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0004_vocabulary")]

    operations = [
        migrations.RemoveConstraint(model_name="arrest", name="arrest_custody_needs_conviction"),
        migrations.AddConstraint(
            model_name="arrest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("custody_days__isnull", True),
                    models.Q(
                        ("custody_days__gt", 0), ("justice_outcome", "convicted"), ("justice_outcome__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="arrest_custody_needs_conviction",
                violation_error_message="A sentence of custody needs a conviction.",
            ),
        ),
    ]

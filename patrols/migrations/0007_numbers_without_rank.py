"""An index of crew members by their collar number without its rank, for the check of who is on two shifts at once."""

from django.db import migrations, models

import patrols.collar_numbers


class Migration(migrations.Migration):
    dependencies = [("patrols", "0006_correction_requests")]

    operations = [
        migrations.AddIndex(
            model_name="crewmember",
            index=models.Index(
                patrols.collar_numbers.BareNumber("collar_number"),
                "starts_at",
                condition=models.Q(("shift_state", "completed"), models.Q(("collar_number", ""), _negated=True)),
                name="crew_by_bare_number",
            ),
        ),
    ]

"""Indexes for the filters of the list of shifts: late, with warnings, by reference, collar number and words of the note.

The index of collar numbers has planned and voided shifts as well: somebody who looks for a number looks for them too.
"""

import datetime

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models.functions import Upper
from django.db.models.lookups import GreaterThan

import patrols.collar_numbers

_LATE = models.Q(GreaterThan(models.F("logged_at") - models.F("ends_at"), models.Value(datetime.timedelta(hours=24))))


class Migration(migrations.Migration):
    dependencies = [("patrols", "0013_pay_days")]

    operations = [
        migrations.AddIndex(
            model_name="patrolshift",
            index=models.Index(fields=["-starts_at", "-id"], name="shift_late", condition=_LATE),
        ),
        migrations.AddIndex(
            model_name="patrolshift",
            index=models.Index(
                fields=["-starts_at", "-id"],
                name="shift_with_warnings",
                condition=models.Q(("doubts_kept", []), _negated=True),
            ),
        ),
        migrations.AddIndex(
            model_name="patrolshift",
            index=models.Index(
                Upper("external_reference"),
                name="shift_by_reference",
                condition=models.Q(("external_reference", ""), _negated=True),
            ),
        ),
        migrations.AddIndex(
            model_name="patrolshift",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("note", config="english"),
                name="shift_note_words",
                condition=models.Q(("note", ""), _negated=True),
            ),
        ),
        migrations.RemoveIndex(model_name="crewmember", name="crew_by_bare_number"),
        migrations.AddIndex(
            model_name="crewmember",
            index=models.Index(
                patrols.collar_numbers.BareNumber("collar_number"),
                "starts_at",
                name="crew_by_bare_number",
                condition=models.Q(("collar_number", ""), _negated=True),
            ),
        ),
    ]

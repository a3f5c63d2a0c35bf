"""The categories of data.police.uk. Drugs and weapons are mostly found by searches, so they say where police looked."""

from typing import Any

from django.db import migrations

_CATEGORIES = (
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
)
_POLICE_GENERATED = {"Drugs", "Possession of weapons"}


def load(apps: Any, schema_editor: Any) -> None:
    """Add those that are missing."""
    model = apps.get_model("hotspots", "IncidentCategory")
    model.objects.bulk_create(
        [model(name=name, is_police_generated=name in _POLICE_GENERATED) for name in _CATEGORIES],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("hotspots", "0005_incidents")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

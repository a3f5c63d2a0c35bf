"""The kinds of initiatives that programmes like this have paid for. Administrators add others."""

from typing import Any

from django.db import migrations

_KINDS = (
    ("CCTV upgrade", "camera", "cameras"),
    ("Weapons detection", "detection system", "detection systems"),
    ("Signage on police powers", "sign", "signs"),
    ("DNA tagging spray", "spray unit", "spray units"),
    ("Property marking kits", "kit", "kits"),
    ("Other", "item", "items"),
)


def load(apps: Any, schema_editor: Any) -> None:
    """Add those that are missing."""
    model = apps.get_model("hotspots", "InitiativeKind")
    model.objects.bulk_create(
        [
            model(name=name, unit=unit, units=units, position=10 * number)
            for number, (name, unit, units) in enumerate(_KINDS, start=1)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("hotspots", "0021_initiatives")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

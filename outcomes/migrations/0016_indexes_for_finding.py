"""Indexes for the filters of the list of shifts: outcomes whose detail is to follow, and outcomes by reference."""

from django.db import migrations, models
from django.db.models.functions import Upper

_KINDS = ("stopsearch", "arrest", "weaponrecovered", "asbpoweruse")


def _indexes(kind: str) -> list[migrations.AddIndex]:
    return [
        migrations.AddIndex(
            model_name=kind,
            index=models.Index(
                fields=["shift"],
                name=f"{kind}_to_follow",
                condition=models.Q(("detail_to_follow", True), ("void_reason", "")),
            ),
        ),
        migrations.AddIndex(
            model_name=kind,
            index=models.Index(
                Upper("reference"),
                name=f"{kind}_by_reference",
                condition=models.Q(("reference", ""), _negated=True),
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0015_authorisations")]

    operations = [index for kind in _KINDS for index in _indexes(kind)]

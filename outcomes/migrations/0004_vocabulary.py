"""The initial vocabulary, the terms of law and data standards: one CSV file in `vocabulary_0004` for each model.

The files are frozen with this migration. A new term, or a new kind of term, is a later migration with its own data, or
an administrator's edit; never an edit of them. Rows are in the order in which people are offered them.
"""

import csv
from pathlib import Path

from django.db import migrations

VOCABULARY = Path(__file__).resolve().with_name("vocabulary_0004")
MODELS = (
    "activitykind",
    "ageband",
    "asbpowerkind",
    "ethnicity",
    "justiceoutcome",
    "offencegroup",
    "officerethnicity",
    "searchobject",
    "searchoutcome",
    "searchpower",
    "weaponkind",
    "weaponsource",
)


def rows_of(model):
    """The rows of one file as the model's fields."""
    with (VOCABULARY / f"{model}.csv").open(newline="") as file:
        for place, row in enumerate(csv.DictReader(file), start=1):
            yield _fields(row) | {"position": 10 * place}


def _fields(row):
    dates = {name: row.pop(name) or None for name in ("in_force_from", "in_force_to")}
    if "roles" in row:
        flags = {name: row.pop(name) == "true" for name in ("in_headline", "on_quick_form")}
        return row | dates | flags | {"roles": row.pop("roles").split()}
    return row | dates


def load(apps, schema_editor):
    """Add the terms that are not there yet."""
    for model in MODELS:
        term = apps.get_model("outcomes", model)
        term.objects.bulk_create([term(**row) for row in rows_of(model)], ignore_conflicts=True)


def unload(apps, schema_editor):
    """Take the terms out again. Terms that outcomes refer to refuse to go."""
    for model in MODELS:
        codes = [row["code"] for row in rows_of(model)]
        apps.get_model("outcomes", model).objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0003_checks")]

    operations = [migrations.RunPython(load, unload)]

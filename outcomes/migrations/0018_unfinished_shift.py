"""Shifts that a phone sent and that have to be corrected before they are logged."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("outcomes", "0017_cancelled_shifts"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnfinishedShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("submission_id", models.UUIDField(editable=False, unique=True)),
                ("fields", models.JSONField()),
                ("reasons", models.JSONField()),
                ("received_at", models.DateTimeField()),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ("received_at", "id")},
        ),
        migrations.AddIndex(
            model_name="unfinishedshift",
            index=models.Index(condition=models.Q(("discarded_at", None)), fields=["person"], name="unfinished_open"),
        ),
    ]

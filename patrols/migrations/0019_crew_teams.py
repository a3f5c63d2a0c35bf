"""Teams of collar numbers, for the forms of a shift."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotspots", "0028_order_checks"),
        ("patrols", "0018_live_visits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CrewTeam",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("last_used_at", models.DateTimeField(verbose_name="last used or changed")),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hotspots.district",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": (django.db.models.functions.text.Lower("name"), "id"),
            },
        ),
        migrations.CreateModel(
            name="CrewTeamMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("police_officer", "Police officer"),
                            ("special_constable", "Special constable"),
                            ("pcso", "PCSO"),
                            ("community_enforcement_officer", "Community Enforcement Officer"),
                        ],
                        max_length=30,
                    ),
                ),
                ("collar_number", models.CharField(max_length=10)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="patrols.crewteam"
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a team",
                "ordering": ("id",),
            },
        ),
        migrations.AddConstraint(
            model_name="crewteam",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner", None), ("district", None), _connector="XOR"),
                name="crew_team_of_person_or_district",
            ),
        ),
        migrations.AddConstraint(
            model_name="crewteam",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                models.F("owner"),
                condition=models.Q(("district", None)),
                name="crew_team_of_person_once",
                violation_error_message="You have a team of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="crewteam",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                models.F("district"),
                condition=models.Q(("owner", None)),
                name="crew_team_of_district_once",
                violation_error_message="This district has a team of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="crewteammember",
            constraint=models.UniqueConstraint(fields=("team", "role", "collar_number"), name="crew_team_member_once"),
        ),
        migrations.AddConstraint(
            model_name="crewteammember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["police_officer", "special_constable", "pcso", "community_enforcement_officer"])
                ),
                name="crew_team_member_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="crewteammember",
            constraint=models.CheckConstraint(
                condition=models.Q(("collar_number__regex", "^[A-Z0-9]{1,10}$")), name="crew_team_member_number_form"
            ),
        ),
    ]

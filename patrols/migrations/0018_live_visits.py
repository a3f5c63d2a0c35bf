"""Visits that somebody records while they go on."""

import datetime
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import patrols.functions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotspots", "0028_order_checks"),
        ("patrols", "0017_series"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LiveVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("arrival", models.UUIDField(unique=True)),
                ("departure", models.UUIDField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(verbose_name="arrived")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
                ("here_pressed_at", models.DateTimeField()),
                ("gone_pressed_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "day",
                    models.GeneratedField(
                        db_persist=True,
                        expression=patrols.functions.LondonDay("arrived_at"),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live_visits",
                        to="hotspots.hotspotarea",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live_visits",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live_visits",
                        to="patrols.patrolshift",
                    ),
                ),
            ],
            options={
                "ordering": ("arrived_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="LiveVisitEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("arrival", models.UUIDField()),
                ("departure", models.UUIDField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(verbose_name="arrived")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
                ("here_pressed_at", models.DateTimeField()),
                ("gone_pressed_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="hotspots.hotspotarea",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="patrols.livevisit",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="patrols.patrolshift",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="livevisit",
            index=models.Index(fields=["area", "day"], name="live_visit_by_area_day"),
        ),
        migrations.AddIndex(
            model_name="livevisit",
            index=models.Index(fields=["by", "arrived_at"], name="live_visit_by_person"),
        ),
        migrations.AddConstraint(
            model_name="livevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_at__isnull", True),
                    models.Q(
                        ("left_at__gte", models.F("arrived_at")),
                        (
                            "left_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("arrived_at"), "+", models.Value(datetime.timedelta(seconds=14400))
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="live_visit_length",
                violation_error_message="A visit lasts 4 hours at the most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="livevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("arrived_at__second", 0),
                    models.Q(("left_at__isnull", True), ("left_at__second", 0), _connector="OR"),
                ),
                name="live_visit_whole_minutes",
                violation_error_message="Times are whole minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="livevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shift__isnull", True),
                    models.Q(("left_at__isnull", False), ("withdrawn_at__isnull", True)),
                    _connector="OR",
                ),
                name="live_visit_logged_when_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="livevisit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True), ("left_at__isnull", True)),
                fields=("by",),
                name="live_visit_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="livevisit",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("withdrawn_at__isnull", True), ("left_at__isnull", False)),
                expressions=[("by", "="), (patrols.functions.InstantRange("arrived_at", "left_at"), "&&")],
                name="live_visit_one_place_at_a_time",
                violation_error_message="You were in another area at that time.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="livevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="1234903a1e407b67f16c92a6d667ad5ec1015454",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_982e1",
                    table="patrols_livevisit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="livevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_livevisitevent" ("area_id", "arrival", "arrived_at", "by_id", "departure", "gone_pressed_at", "here_pressed_at", "id", "left_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shift_id", "withdrawn_at") SELECT new_values."area_id", new_values."arrival", new_values."arrived_at", new_values."by_id", new_values."departure", new_values."gone_pressed_at", new_values."here_pressed_at", new_values."id", new_values."left_at", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."shift_id", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="15b0e4a8a7cc651a3103686d1cc3a6a0cb8e9ff9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_15cbd",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="patrols_livevisit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="livevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_livevisitevent" ("area_id", "arrival", "arrived_at", "by_id", "departure", "gone_pressed_at", "here_pressed_at", "id", "left_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shift_id", "withdrawn_at") SELECT new_values."area_id", new_values."arrival", new_values."arrived_at", new_values."by_id", new_values."departure", new_values."gone_pressed_at", new_values."here_pressed_at", new_values."id", new_values."left_at", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."shift_id", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."area_id" IS DISTINCT FROM (new_values."area_id") OR old_values."arrival" IS DISTINCT FROM (new_values."arrival") OR old_values."arrived_at" IS DISTINCT FROM (new_values."arrived_at") OR old_values."by_id" IS DISTINCT FROM (new_values."by_id") OR old_values."departure" IS DISTINCT FROM (new_values."departure") OR old_values."gone_pressed_at" IS DISTINCT FROM (new_values."gone_pressed_at") OR old_values."here_pressed_at" IS DISTINCT FROM (new_values."here_pressed_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."left_at" IS DISTINCT FROM (new_values."left_at") OR old_values."shift_id" IS DISTINCT FROM (new_values."shift_id") OR old_values."withdrawn_at" IS DISTINCT FROM (new_values."withdrawn_at")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="76c5ec44b370f6752c91500166c99dd497df7921",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cd529",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="patrols_livevisit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="livevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_livevisitevent" ("area_id", "arrival", "arrived_at", "by_id", "departure", "gone_pressed_at", "here_pressed_at", "id", "left_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shift_id", "withdrawn_at") SELECT old_values."area_id", old_values."arrival", old_values."arrived_at", old_values."by_id", old_values."departure", old_values."gone_pressed_at", old_values."here_pressed_at", old_values."id", old_values."left_at", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."shift_id", old_values."withdrawn_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="4b867d3afd31e33ae4900a546148a92c62b91267",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_84e62",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="patrols_livevisit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="livevisitevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="80c41088e64f903dce66e874ff51003fb231436f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c1b54",
                    table="patrols_livevisitevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]

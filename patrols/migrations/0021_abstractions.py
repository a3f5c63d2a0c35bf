"""Planned time that was taken away."""

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0020_shift_feeds"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Abstraction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("submission_id", models.UUIDField(editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("incident", "Sent to an incident or emergency"),
                            ("response", "Moved to a response or other team"),
                            ("custody", "Prisoner, custody or hospital watch"),
                            ("scene", "Scene guard or search for a missing person"),
                            ("public_order", "Public order, protest or event"),
                            ("court", "Court"),
                            ("training", "Training or meeting"),
                            ("other", "Another duty"),
                        ],
                        max_length=20,
                    ),
                ),
                ("people", models.PositiveIntegerField()),
                ("minutes", models.PositiveIntegerField(verbose_name="minutes of each")),
                (
                    "patrol_minutes",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("people"), "*", models.F("minutes")
                        ),
                        output_field=models.IntegerField(),
                    ),
                ),
                ("is_backfilled", models.BooleanField(verbose_name="backfilled")),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="abstractions",
                        to="patrols.patrolshift",
                    ),
                ),
            ],
            options={
                "ordering": ("recorded_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="AbstractionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("submission_id", models.UUIDField(editable=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("incident", "Sent to an incident or emergency"),
                            ("response", "Moved to a response or other team"),
                            ("custody", "Prisoner, custody or hospital watch"),
                            ("scene", "Scene guard or search for a missing person"),
                            ("public_order", "Public order, protest or event"),
                            ("court", "Court"),
                            ("training", "Training or meeting"),
                            ("other", "Another duty"),
                        ],
                        max_length=20,
                    ),
                ),
                ("people", models.PositiveIntegerField()),
                ("minutes", models.PositiveIntegerField(verbose_name="minutes of each")),
                ("is_backfilled", models.BooleanField(verbose_name="backfilled")),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
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
                        to="patrols.abstraction",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        db_constraint=False,
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
            model_name="abstraction",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", True)), fields=["shift"], name="abstraction_standing"
            ),
        ),
        migrations.AddConstraint(
            model_name="abstraction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ["incident", "response", "custody", "scene", "public_order", "court", "training", "other"],
                    )
                ),
                name="abstraction_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="abstraction",
            constraint=models.CheckConstraint(
                condition=models.Q(("people__range", (1, 50))), name="abstraction_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="abstraction",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__range", (1, 1440))), name="abstraction_minutes"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="abstraction",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="96a5d37de1e0f78903e918a83a0607a36c278952",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_07ab3",
                    table="patrols_abstraction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="abstraction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_abstractionevent" ("id", "is_backfilled", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recorded_at", "recorded_by_id", "shift_id", "submission_id", "withdrawn_at") SELECT new_values."id", new_values."is_backfilled", new_values."minutes", new_values."people", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."recorded_at", new_values."recorded_by_id", new_values."shift_id", new_values."submission_id", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="4c0aab2d2d7ff71b8c4d46b90b1b13c175995ffb",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fd51f",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="patrols_abstraction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="abstraction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_abstractionevent" ("id", "is_backfilled", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recorded_at", "recorded_by_id", "shift_id", "submission_id", "withdrawn_at") SELECT new_values."id", new_values."is_backfilled", new_values."minutes", new_values."people", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."reason", new_values."recorded_at", new_values."recorded_by_id", new_values."shift_id", new_values."submission_id", new_values."withdrawn_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_backfilled" IS DISTINCT FROM (new_values."is_backfilled") OR old_values."minutes" IS DISTINCT FROM (new_values."minutes") OR old_values."people" IS DISTINCT FROM (new_values."people") OR old_values."reason" IS DISTINCT FROM (new_values."reason") OR old_values."recorded_at" IS DISTINCT FROM (new_values."recorded_at") OR old_values."recorded_by_id" IS DISTINCT FROM (new_values."recorded_by_id") OR old_values."shift_id" IS DISTINCT FROM (new_values."shift_id") OR old_values."submission_id" IS DISTINCT FROM (new_values."submission_id") OR old_values."withdrawn_at" IS DISTINCT FROM (new_values."withdrawn_at")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="c838f1f8bd89305e94c9b41a348aa51be5b755a4",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_72ac5",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="patrols_abstraction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="abstraction",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_abstractionevent" ("id", "is_backfilled", "minutes", "people", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recorded_at", "recorded_by_id", "shift_id", "submission_id", "withdrawn_at") SELECT old_values."id", old_values."is_backfilled", old_values."minutes", old_values."people", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."reason", old_values."recorded_at", old_values."recorded_by_id", old_values."shift_id", old_values."submission_id", old_values."withdrawn_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="df8b68a4b0c89bcd4c9bc65179ec7a252828c96a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_100f0",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="patrols_abstraction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="abstractionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e98caac6654050551227b9e4b3b393eec2b6dfb8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8e1dc",
                    table="patrols_abstractionevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]

"""A planned shift can be cancelled: a state of its own, with or without a reason."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotspots", "0028_order_checks"),
        ("patrols", "0015_latest_worked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="patrolshift",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="patrolshift",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="patrolshift",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="patrolshift",
            name="shift_state_known",
        ),
        migrations.AddField(
            model_name="patrolshift",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="patrolshiftevent",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AlterField(
            model_name="crewmember",
            name="shift_state",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("completed", "Completed"),
                    ("voided", "Voided"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="patrolshift",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("completed", "Completed"),
                    ("voided", "Voided"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="patrolshiftevent",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("completed", "Completed"),
                    ("voided", "Voided"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=10,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="patrolshift",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_patrolshiftevent" ("area_id", "cancel_reason", "doubts_kept", "doubts_reason", "ends_at", "external_reference", "external_source", "funding_stream_id", "id", "logged_at", "logged_by_id", "note", "nothing_to_report", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "state", "submission_id", "void_reason") SELECT new_values."area_id", new_values."cancel_reason", new_values."doubts_kept", new_values."doubts_reason", new_values."ends_at", new_values."external_reference", new_values."external_source", new_values."funding_stream_id", new_values."id", new_values."logged_at", new_values."logged_by_id", new_values."note", new_values."nothing_to_report", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."starts_at", new_values."state", new_values."submission_id", new_values."void_reason" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="f0a4baaf7b12cc4ec5ec187da060d4c734043619",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4d910",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="patrols_patrolshift",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="patrolshift",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_patrolshiftevent" ("area_id", "cancel_reason", "doubts_kept", "doubts_reason", "ends_at", "external_reference", "external_source", "funding_stream_id", "id", "logged_at", "logged_by_id", "note", "nothing_to_report", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "state", "submission_id", "void_reason") SELECT new_values."area_id", new_values."cancel_reason", new_values."doubts_kept", new_values."doubts_reason", new_values."ends_at", new_values."external_reference", new_values."external_source", new_values."funding_stream_id", new_values."id", new_values."logged_at", new_values."logged_by_id", new_values."note", new_values."nothing_to_report", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."starts_at", new_values."state", new_values."submission_id", new_values."void_reason" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."area_id" IS DISTINCT FROM (new_values."area_id") OR old_values."cancel_reason" IS DISTINCT FROM (new_values."cancel_reason") OR old_values."doubts_kept" IS DISTINCT FROM (new_values."doubts_kept") OR old_values."doubts_reason" IS DISTINCT FROM (new_values."doubts_reason") OR old_values."ends_at" IS DISTINCT FROM (new_values."ends_at") OR old_values."external_reference" IS DISTINCT FROM (new_values."external_reference") OR old_values."external_source" IS DISTINCT FROM (new_values."external_source") OR old_values."funding_stream_id" IS DISTINCT FROM (new_values."funding_stream_id") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."logged_at" IS DISTINCT FROM (new_values."logged_at") OR old_values."logged_by_id" IS DISTINCT FROM (new_values."logged_by_id") OR old_values."note" IS DISTINCT FROM (new_values."note") OR old_values."nothing_to_report" IS DISTINCT FROM (new_values."nothing_to_report") OR old_values."starts_at" IS DISTINCT FROM (new_values."starts_at") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."submission_id" IS DISTINCT FROM (new_values."submission_id") OR old_values."void_reason" IS DISTINCT FROM (new_values."void_reason")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="4c62dd54367bcc9ccc83534ee8e1150b0f2e998e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d7bc1",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="patrols_patrolshift",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="patrolshift",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "patrols_patrolshiftevent" ("area_id", "cancel_reason", "doubts_kept", "doubts_reason", "ends_at", "external_reference", "external_source", "funding_stream_id", "id", "logged_at", "logged_by_id", "note", "nothing_to_report", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "state", "submission_id", "void_reason") SELECT old_values."area_id", old_values."cancel_reason", old_values."doubts_kept", old_values."doubts_reason", old_values."ends_at", old_values."external_reference", old_values."external_source", old_values."funding_stream_id", old_values."id", old_values."logged_at", old_values."logged_by_id", old_values."note", old_values."nothing_to_report", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."starts_at", old_values."state", old_values."submission_id", old_values."void_reason" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="cc8f98dbbd79db8a939997b6a8ce81ef797f3b88",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_cda38",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="patrols_patrolshift",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="patrolshift",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "completed", "voided", "cancelled"])),
                name="shift_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="patrolshift",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "cancelled"), ("cancel_reason", ""), _connector="OR"),
                name="shift_cancel_reason_of_cancelled",
                violation_error_message="Only a cancelled shift has a reason for being cancelled.",
            ),
        ),
    ]

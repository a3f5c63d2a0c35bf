from django.db import migrations, models

# The server and its timeline, which another follows after recovery to a point in time; the database; and the table,
# which a restore makes anew even where the rest is as it was.
IDENTITY = """
CREATE FUNCTION core_database_identity() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(
        '/',
        (SELECT system_identifier FROM pg_control_system()),
        CASE
            WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())
            ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
        END,
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'core_databaseinstance'::regclass::oid
    )
$$;
"""
CHANGE_NUMBER = """
CREATE FUNCTION core_change_number() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN pg_current_xact_id()::text::bigint + coalesce((SELECT change_offset FROM core_databaseinstance), 0);
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_disclosures"),
    ]

    operations = [
        # Not managed by Django, so that the tests' flush, which empties every table that is, leaves it alone.
        migrations.CreateModel(
            name="DatabaseInstance",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("code", models.UUIDField()),
                ("identity", models.TextField()),
                ("change_offset", models.BigIntegerField(default=0)),
            ],
            options={"managed": False, "db_table": "core_databaseinstance"},
        ),
        migrations.RunSQL(
            """
            CREATE TABLE core_databaseinstance (
                id smallint PRIMARY KEY CONSTRAINT database_instance_once CHECK (id = 1),
                code uuid NOT NULL,
                identity text NOT NULL,
                change_offset bigint NOT NULL
            );
            """,
            "DROP TABLE core_databaseinstance",
        ),
        migrations.RunSQL(IDENTITY, "DROP FUNCTION core_database_identity"),
        migrations.RunSQL(CHANGE_NUMBER, "DROP FUNCTION core_change_number"),
        migrations.RunSQL(
            "INSERT INTO core_databaseinstance VALUES (1, gen_random_uuid(), core_database_identity(), 0)",
            migrations.RunSQL.noop,
        ),
    ]

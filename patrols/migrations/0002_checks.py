"""What no single column can say: the functions that the shift's triggers call, and the crew's copy of its state."""

from django.db import migrations

CHECK_PROGRAMME = """
CREATE FUNCTION patrols_check_programme(stream_id bigint, shift_day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM hotspots_fundingstream f JOIN hotspots_programme p ON p.id = f.programme_id
        WHERE f.id = stream_id AND shift_day BETWEEN p.first_day AND p.last_day
    ) THEN
        RAISE check_violation USING
            CONSTRAINT = 'shift_within_programme', MESSAGE = 'The shift is outside the dates of its programme.';
    END IF;
END $$
"""

# The programme's dates may not be drawn in over shifts that already stand.
CHECK_PROGRAMME_DATES = """
CREATE FUNCTION patrols_check_programme_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM hotspots_fundingstream f JOIN patrols_patrolshift s ON s.funding_stream_id = f.id
        WHERE f.programme_id = NEW.id AND (s.day < NEW.first_day OR s.day > NEW.last_day)
    ) THEN
        RAISE check_violation USING
            CONSTRAINT = 'shift_within_programme', MESSAGE = 'Shifts stand outside these dates.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER programme_holds_its_shifts AFTER UPDATE OF first_day, last_day ON hotspots_programme
    FOR EACH ROW EXECUTE FUNCTION patrols_check_programme_dates();
"""

CHECK_PARTS = """
CREATE FUNCTION patrols_check_parts(checked_shift_id bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM patrols_patrolshift s
        JOIN (
            SELECT shift_id, starts_at, ends_at FROM patrols_crewmember
            UNION ALL
            SELECT shift_id, starts_at, ends_at FROM patrols_visit
        ) part ON part.shift_id = s.id
        WHERE s.id = checked_shift_id AND (part.starts_at < s.starts_at OR part.ends_at > s.ends_at)
    ) THEN
        RAISE check_violation USING
            CONSTRAINT = 'parts_within_shift', MESSAGE = 'Crew times and visits lie within the shift.';
    END IF;
END $$
"""

# PostgreSQL itself carries a change of the shift's state to its crew. Django has no name for a composite foreign key.
CREW_STATE = """
ALTER TABLE patrols_crewmember ADD CONSTRAINT crew_shift_state
    FOREIGN KEY (shift_id, shift_state) REFERENCES patrols_patrolshift (id, state)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [("patrols", "0001_initial")]

    operations = [
        migrations.RunSQL(CHECK_PROGRAMME, "DROP FUNCTION patrols_check_programme"),
        migrations.RunSQL(
            CHECK_PROGRAMME_DATES,
            "DROP TRIGGER programme_holds_its_shifts ON hotspots_programme;DROP FUNCTION patrols_check_programme_dates",
        ),
        migrations.RunSQL(CHECK_PARTS, "DROP FUNCTION patrols_check_parts"),
        migrations.RunSQL(CREW_STATE, "ALTER TABLE patrols_crewmember DROP CONSTRAINT crew_shift_state"),
    ]

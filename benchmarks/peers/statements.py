"""The peers' SQL, by hand: what somebody would write who wants nothing but the answer. Needs no package."""

HOLDER = """
    SELECT s.user_id FROM oauth2_provider_accesstoken t
    JOIN core_connectedsystem s ON s.application_id = t.application_id JOIN core_user u ON u.id = s.user_id
    WHERE t.token_checksum = {checksum} AND t.expires > now() AND u.is_active
"""
"""Who a token belongs to. `checksum` is a place for its SHA-256."""

_COUNTS = {
    "arrests": "outcomes_arrest",
    "stop_searches": "outcomes_stopsearch",
    "weapons": "outcomes_weaponrecovered",
    "asb_powers": "outcomes_asbpoweruse",
}
_COLUMNS = (
    "id, state, funding_stream_id, starts_at, ends_at, day, clock_minutes, nothing_to_report, void_reason, version"
)


def newest_rows(shift: str, area: str, crew: str, counts: dict[str, str]) -> str:
    """The newest 50 shifts from these tables, each with its area, crew and outcomes counted."""
    counted = ", ".join(
        f"(SELECT count(*) FROM {table} o WHERE o.shift_id = s.id AND o.void_reason = '') AS {name}"
        for name, table in counts.items()
    )
    columns = ", ".join(f"s.{name.strip()}" for name in _COLUMNS.split(","))
    return f"""
        SELECT {columns}, s.logged_at, s.updated_at, a.name AS area, {counted},
            (SELECT count(*) FROM {crew} c WHERE c.shift_id = s.id) AS crew_size,
            (SELECT coalesce(sum(c.minutes), 0) FROM {crew} c WHERE c.shift_id = s.id) AS patrol_minutes
        FROM {shift} s JOIN {area} a ON a.id = s.area_id ORDER BY s.starts_at DESC, s.id DESC LIMIT 50
    """


NEWEST = newest_rows("patrols_patrolshift", "hotspots_hotspotarea", "patrols_crewmember", _COUNTS)
NEWEST_AS_JSON = f"SELECT coalesce(json_agg(newest), '[]')::text FROM ({NEWEST}) newest"
# The newest shifts and what belongs to them, as a copy in SQLite holds it: each table, and what fills it.
COPIED = {
    "shift": f"""
        SELECT area_id, {_COLUMNS}, logged_at, updated_at FROM patrols_patrolshift ORDER BY starts_at DESC LIMIT 100000
    """,
    "area": "SELECT id, name FROM hotspots_hotspotarea",
    "crew": "SELECT shift_id, minutes FROM patrols_crewmember WHERE shift_id = ANY (%s)",
    **{name: f"SELECT shift_id, void_reason FROM {table} WHERE shift_id = ANY (%s)" for name, table in _COUNTS.items()},
}
NEWEST_OF_COPY = newest_rows("shift", "area", "crew", {name: name for name in _COUNTS})

NEW_SHIFT = """
    INSERT INTO peer_shift (submission_id, state, area_id, funding_stream_id, starts_at, ends_at, nothing_to_report,
        note, doubts_kept, doubts_reason, void_reason, logged_by_id, logged_at, version, updated_at)
    VALUES ($1, 'completed', $2, $3, $4, $5, false, '', '{}', '', '', $6, now(), 1, now()) RETURNING id
"""
NEW_CREW = """
    INSERT INTO peer_crew (shift_id, shift_state, role, collar_number, starts_at, ends_at)
    VALUES ($1, 'completed', $2, '', $3, $4)
"""
NEW_OUTCOME = "INSERT INTO {table} (shift_id, detail_to_follow, reference, void_reason) VALUES ($1, true, '', '')"

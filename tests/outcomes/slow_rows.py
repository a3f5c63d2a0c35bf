"""The slow twin of the files of rows: what their cells hold, from the models alone, one shift at a time."""

from hotspot.core.calendar import LONDON
from hotspot.core.clock import minutes_between
from hotspot.core.models import User
from hotspots.models import FundingStream
from outcomes.models import ActivityKind, AsbPowerUse
from patrols.models import CrewRole, PatrolShift

MADE_OF = {
    "arrest": ("offence_group", "justice_outcome", "justice_outcome_on", "custody_days"),
    "stop search": (
        "power", "object", "outcome", "found", "linked", "self_defined_ethnicity", "officer_defined_ethnicity",
        "age_band",
    ),
    "weapon recovered": ("kind", "found_by"),
    "ASB power used": ("kind",),
}  # fmt: skip
NAMES = {
    ("arrest", "custody_days"): "custody (days)",
    ("stop search", "power"): "search_power",
    ("stop search", "object"): "object_of_search",
    ("stop search", "outcome"): "search_outcome",
    ("stop search", "found"): "something_found",
    ("stop search", "linked"): "outcome_linked_to_object",
    ("weapon recovered", "kind"): "weapon",
    ("weapon recovered", "found_by"): "weapon_found_by",
    ("ASB power used", "kind"): "asb_power",
}


def shifts(by: User) -> list[dict[str, object]]:
    """The rows of the file of shifts for this person."""
    return [of_shift(shift) for shift in PatrolShift.objects.visible_to(by).order_by("starts_at", "pk")]


def of_shift(shift: PatrolShift) -> dict[str, object]:
    crew, visits = list(shift.crew.all()), list(shift.visits.all())
    taken = [each for each in shift.abstractions.all() if each.withdrawn_at is None]
    standing = {
        name: [row for row in getattr(shift, name).all() if not row.void_reason]
        for name in ("arrests", "stop_searches", "weapons", "asb_powers")
    }
    headline = [use for use in standing["asb_powers"] if use.kind.in_headline]
    waiting = sum(row.detail_to_follow for name in ("arrests", "stop_searches", "weapons") for row in standing[name])
    counts = {
        **{name: len(rows) for name, rows in standing.items() if name != "asb_powers"},
        "asb_powers (headline kinds)": len(headline),
        "asb_powers_other (other kinds)": len(standing["asb_powers"]) - len(headline),
        "detail_to_follow": waiting,
    }
    activity = {row.kind_id: row.count for row in shift.activity.all()}
    return {
        "shift": shift.reference,
        "state": shift.state,
        "day": shift.starts_at.astimezone(LONDON).date(),
        "starts_at (London time)": shift.starts_at,
        "ends_at (London time)": shift.ends_at,
        "clock_time (minutes)": minutes_between(shift.starts_at, shift.ends_at),
        "patrol_time (person-minutes)": sum(minutes_between(each.starts_at, each.ends_at) for each in crew),
        "crew (people)": len(crew),
        **{f"{role.value}s (people)": sum(each.role == role for each in crew) for role in CrewRole},
        **place(shift),
        "in_headline": counts_in_headline(shift),
        **{name: None if shift.is_planned or shift.is_cancelled else count for name, count in counts.items()},
        "nothing_to_report": shift.nothing_to_report,
        **{f"activity_{kind.pk}": activity.get(kind.pk) for kind in ActivityKind.objects.all()},
        "visits": len(visits),
        "visit_time (minutes)": sum(minutes_between(each.starts_at, each.ends_at) for each in visits),
        "taken_away (person-minutes)": sum(each.people * each.minutes for each in taken),
        "not_backfilled (person-minutes)": sum(each.people * each.minutes for each in taken if not each.is_backfilled),
        "unusual": " ".join(shift.doubts_kept),
        "unusual_because": shift.doubts_reason,
        "note": shift.note,
        "void_because": shift.void_reason,
        "source_system": shift.external_source,
        "source_reference": shift.external_reference,
        "logged_at (London time)": shift.logged_at,
        "updated_at (London time)": shift.updated_at,
    }


def place(shift: PatrolShift) -> dict[str, object]:
    return {
        "hotspot_area": shift.area.name,
        "district": shift.area.district.name,
        "district_code": shift.area.district.code,
        "programme": shift.funding_stream.programme.name,
        "funding_stream": shift.funding_stream.name,
    }


def counts_in_headline(shift: PatrolShift) -> bool:
    return shift.is_completed and shift.funding_stream.kind != FundingStream.Kind.BUSINESS_AS_USUAL


def outcomes(by: User) -> list[dict[str, object]]:
    """The rows of the file of outcomes for this person."""
    return [
        of_outcome(row)
        for shift in PatrolShift.objects.visible_to(by).order_by("starts_at", "pk")
        for rows in (shift.arrests, shift.stop_searches, shift.weapons, shift.asb_powers)
        for row in rows.order_by("pk")
    ]


def of_outcome(row) -> dict[str, object]:
    shift, what = row.shift, str(row._meta.verbose_name)
    is_counted = not isinstance(row, AsbPowerUse) or row.kind.in_headline
    details: dict[str, object] = {}
    for kind, fields in MADE_OF.items():
        for field in fields:
            value = getattr(row, field) if kind == what else None
            details[NAMES.get((kind, field), field)] = getattr(value, "label", value)
    return {
        "outcome": what,
        "outcome_id": row.pk,
        "shift": shift.reference,
        "shift_state": shift.state,
        "day": shift.starts_at.astimezone(LONDON).date(),
        **place(shift),
        "in_headline": counts_in_headline(shift) and not row.void_reason and is_counted,
        "happened_at (London time)": row.happened_at,
        "reference": row.reference,
        "detail_to_follow": row.detail_to_follow,
        "withdrawn_because": row.void_reason,
        **details,
        "from_stop_search (outcome_id)": getattr(row, "stop_search_id", None),
        "source_system": row.external_source,
        "source_reference": row.external_reference,
    }

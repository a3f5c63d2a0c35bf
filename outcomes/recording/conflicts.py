"""Two people changed the same shift: what it was, what the other made of it, and what this person entered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from outcomes.kinds import COUNTED
from outcomes.recording.correction_forms import SavedShiftForm
from outcomes.recording.form_values import outcome_values, read_signed, sign
from outcomes.recording.forms import ShiftForm
from outcomes.recording.night_fields import OTHER_NIGHT
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.rules import clean_note

TAKE = "take_"
THEIRS = "theirs"


@dataclass(frozen=True)
class FieldConflict:
    """One input on which the two disagree, each value in words. `take` is the name of the choice between them."""

    label: str
    was: str
    theirs: str
    yours: str
    take: str
    theirs_first: bool


def differences(form: ShiftForm, current: Mapping[str, Any]) -> list[FieldConflict]:
    """Where what was entered and what the shift says now are not the same.

    `current` holds the shift's values by field name. What only the other person changed is offered as theirs.
    """
    was = read_signed(form.data.get("was", ""))
    found = []
    for name, value in current.items():
        theirs, yours, before = _text(value), _entered(form, name), was.get(name, "")
        if theirs != yours:
            found.append(
                FieldConflict(
                    label=str(form.fields[name].label),
                    was=_in_words(form, name, before),
                    theirs=_in_words(form, name, theirs),
                    yours=_in_words(form, name, yours),
                    take=TAKE + name,
                    theirs_first=yours == before,
                )
            )
    return found


def is_saved(form: SavedShiftForm, shift: PatrolShift) -> bool:
    """Whether the shift, in a later version than the form was made from, says what was entered.

    Then the form was sent before, and its answer got lost on the way: there is nothing left to do.
    """
    if form.is_adding_team or form.errors.keys() - {"leaves"} or form.cleaned_data["version"] >= shift.version:
        return False
    return is_what_was_entered(form, shift)


def is_what_was_entered(form: ShiftForm, shift: PatrolShift) -> bool:
    """Whether the shift says what was entered in a form that is valid, but for who leaves the crew."""
    cleaned = form.cleaned_data
    return (
        clean_note(cleaned["note"]) == shift.note
        and all(_has_numbers(shift, role, cleaned) for role in CrewRole)
        and is_what_was_counted(form, shift)
    )


def is_what_was_counted(form: ShiftForm, shift: PatrolShift) -> bool:
    """As `is_what_was_entered`, but for the note and the collar numbers, which a phone does not keep."""
    cleaned = form.cleaned_data
    stream = cleaned["funding_stream"]
    return (
        (cleaned["area"], form.starts_at, form.ends_at) == (shift.area, shift.starts_at, shift.ends_at)
        and stream in (None, shift.funding_stream)
        and all(len(_members(shift, role)) == cleaned[f"crew_{role}"] for role in CrewRole)
        and _counts_entered(form) == {name: n for name, n in outcome_values(shift).items() if _is_count(name) and n}
    )


def _members(shift: PatrolShift, role: CrewRole) -> list[str]:
    return [member.collar_number for member in shift.crew.all() if member.role == role]


def _has_numbers(shift: PatrolShift, role: CrewRole, cleaned: Mapping[str, Any]) -> bool:
    return sorted(filter(None, _members(shift, role))) == sorted(cleaned[f"collars_{role}"])


def _counts_entered(form: ShiftForm) -> dict[str, int]:
    return {name: count for name, count in form.cleaned_data.items() if _is_count(name) and count}


def _is_count(name: str) -> bool:
    return name in {kind.plural for kind in COUNTED} or name.startswith(("asb_", "activity_"))


def merged(data: QueryDict, current: Mapping[str, Any]) -> QueryDict:
    """What was sent, with the other person's value wherever theirs was chosen."""
    choices = {name.removeprefix(TAKE) for name, choice in data.items() if name.startswith(TAKE) and choice == THEIRS}
    merged_data = data.copy()
    for name in choices & set(current):
        merged_data[name] = _text(current[name])
    return merged_data


def rebased(form: ShiftForm, shift: PatrolShift, current: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was sent, name by name, but standing on the version that the shift has now."""
    fresh = {"version": str(shift.version), "was": sign(dict(current))}
    for name, value in form.hidden_values():
        if not name.startswith(TAKE):
            yield name, fresh.get(name, value)


def _text(value: Any) -> str:
    """A value as a form sends it. An unticked box and an empty count are sent as nothing."""
    if value is True:
        return "on"
    return "" if value in (None, False) else str(value)


def _entered(form: ShiftForm, name: str) -> str:
    if name == "night" and form.data.get("night") == OTHER_NIGHT:
        night = form.cleaned_data.get("night")
        return night.isoformat() if night else ""
    if name in form.clocks:
        return f"{form.clocks[name]:%H:%M}"
    return str(form.data.get(name, "")).strip()


def _in_words(form: ShiftForm, name: str, text: str) -> str:
    choices = {str(value): str(label) for value, label in getattr(form.fields[name], "choices", ())}
    if text == "on":
        return "Yes"
    return choices.get(text, text) or "–"

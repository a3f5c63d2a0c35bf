"""Two people changed the same shift: what it was, what the other made of it, and what this person entered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from outcomes.forms.nights import OTHER_NIGHT
from outcomes.forms.shift import ShiftForm
from outcomes.forms.values import seal, unseal
from patrols.models import PatrolShift

TAKE = "take_"
THEIRS = "theirs"


@dataclass(frozen=True)
class Difference:
    """One input on which the two disagree, each value in words. `take` is the name of the choice between them."""

    label: str
    was: str
    theirs: str
    yours: str
    take: str
    theirs_first: bool


def differences(form: ShiftForm, current: Mapping[str, Any]) -> list[Difference]:
    """Where what was entered and what the shift says now are not the same.

    `current` holds the shift's values by field name. What only the other person changed is offered as theirs.
    """
    was = unseal(form.data.get("was", ""))
    found = []
    for name, value in current.items():
        theirs, yours, before = _text(value), _entered(form, name), was.get(name, "")
        if theirs != yours:
            found.append(
                Difference(
                    label=str(form.fields[name].label),
                    was=_in_words(form, name, before),
                    theirs=_in_words(form, name, theirs),
                    yours=_in_words(form, name, yours),
                    take=TAKE + name,
                    theirs_first=yours == before,
                )
            )
    return found


def merged(data: QueryDict, current: Mapping[str, Any]) -> QueryDict:
    """What was sent, with the other person's value wherever theirs was chosen."""
    choices = {name.removeprefix(TAKE) for name, choice in data.items() if name.startswith(TAKE) and choice == THEIRS}
    merged_data = data.copy()
    for name in choices & set(current):
        merged_data[name] = _text(current[name])
    return merged_data


def rebased(form: ShiftForm, shift: PatrolShift, current: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was sent, name by name, but standing on the version that the shift has now."""
    fresh = {"version": str(shift.version), "was": seal(dict(current))}
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
    return str(form.data.get(name, "")).strip()


def _in_words(form: ShiftForm, name: str, text: str) -> str:
    choices = {str(value): str(label) for value, label in getattr(form.fields[name], "choices", ())}
    if text == "on":
        return "Yes"
    return choices.get(text, text) or "–"

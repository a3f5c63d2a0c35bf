"""Months that are confirmed, or are to be, in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from hotspot.core import wording
from hotspot.core.models import User
from outcomes.confirmations.permissions import may_confirm, may_see_numbers
from outcomes.confirmations.queries import MonthState
from outcomes.confirmations.rules import PersonMonth
from outcomes.models import MonthConfirmation

OWN_COLUMNS = [{"label": label} for label in ("Month", "Shifts", "State", "Action")]
PEOPLE_COLUMNS = [{"label": label} for label in ("Supervisor", "State", "Action")]


def changed_in_words(each: PersonMonth) -> str:
    """Changed since confirmed: 2 shifts."""
    return f"changed since confirmed: {wording.plural(each.changes, 'shift')}"


def own_rows(months: Iterable[PersonMonth], *, by: User) -> list[list[Any]]:
    """A person's own months."""
    return [
        [wording.month(each.month.first_day), f"{len(each.shifts):,}", _state(each, by, by), _action(each, by, by)]
        for each in months
    ]


def people_rows(state: MonthState, *, by: User) -> list[list[Any]]:
    """Everybody who is expected to confirm a month. For those who see names."""
    return [[person.name, _state(each, person, by), _action(each, person, by)] for person, each in state.people]


def state_in_words(state: MonthState) -> str:
    """3 of 4 supervisors with shifts have confirmed it. For 1 of these something changed since."""
    if not state.expected:
        return "No supervisor has a shift in it that you see."
    who = "supervisor with shifts has" if state.expected == 1 else "supervisors with shifts have"
    said = f"{state.confirmed:,} of {state.expected:,} {who} confirmed it."
    if not state.changed:
        return said
    return f"{said} For {state.changed:,} of these something changed since."


def _state(each: PersonMonth, person: User, by: User) -> str:
    """The state of the whole month. Numbers are of shifts, and a colleague's may be in districts not seen."""
    if not may_see_numbers(person, by=by):
        return _state_alone(each, by)
    if each.confirmation is None:
        return f"Not confirmed, {_planned(each)}" if each.planned else "Not confirmed"
    said = f"Confirmed at {wording.moment(each.confirmation.confirmed_at)}{_by_another(each.confirmation, by)}"
    return f"{said}, {changed_in_words(each)}" if each.changes else said


def _state_alone(each: PersonMonth, by: User) -> str:
    if each.confirmation is None:
        return "Not confirmed"
    said = f"Confirmed at {wording.moment(each.confirmation.confirmed_at)}{_by_another(each.confirmation, by)}"
    return f"{said}, changed since" if each.changes else said


def _planned(each: PersonMonth) -> str:
    return f"{wording.plural(each.planned, 'planned shift')} to complete"


def _by_another(confirmation: MonthConfirmation, viewer: User) -> str:
    if confirmation.confirmed_by_id == confirmation.person_id:
        return ""
    return " by you" if confirmation.confirmed_by_id == viewer.pk else f" by {confirmation.confirmed_by.name}"


def _action(each: PersonMonth, person: User, by: User) -> Any:
    month = wording.month(each.month.first_day)
    if not may_confirm(person, by=by):
        return ""
    # With nothing left to confirm again, or something to complete first, it can only be withdrawn.
    if each.confirmation and (each.is_settled or each.planned or not each.shifts):
        url = reverse("outcomes:take_back_month", args=(each.confirmation.pk,))
        return {"url": url, "text": "Take back", "hidden": f"{month}, {person.name}"}
    label = "Confirm again" if each.is_confirmed else "See what is open" if each.planned else "Confirm"
    return {"url": confirm_url(each, person, by), "text": label, "hidden": f"{month}, {person.name}"}


def confirm_url(each: PersonMonth, person: User, by: User) -> str:
    """Where a month of a person is confirmed."""
    url = reverse("outcomes:confirm_month", args=(f"{each.month.first_day:%Y-%m}",))
    return url if person.pk == by.pk else f"{url}?{urlencode({'person': person.pk})}"


def summary(each: PersonMonth) -> list[dict[str, str]]:
    """What is confirmed, as the rows of a summary list."""
    said = {
        "Shifts": f"{len(each.shifts):,}",
        "Planned still": f"{each.planned:,}" if each.planned else "",
        "Changed since confirmed": wording.plural(each.changes, "shift") if each.changes else "",
    }
    return [{"key": key, "value": value, "url": ""} for key, value in said.items() if value]


def history(found: Iterable[MonthConfirmation], *, by: User) -> list[str]:
    """Every confirmation of a month, newest first, and when it was taken back."""
    return [_history(each, by) for each in found]


def _history(each: MonthConfirmation, by: User) -> str:
    shifts = wording.plural(len(each.shifts), "shift")
    said = f"Confirmed at {wording.moment(each.confirmed_at)}{_by_another(each, by)}, with {shifts}"
    return f"{said}; taken back at {wording.moment(each.taken_back_at)}." if each.taken_back_at else f"{said}."

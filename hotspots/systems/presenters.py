"""Connected systems in words and table rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.models import ConnectedSystem
from hotspot.core.permissions import Scope
from hotspots.systems.queries import WorkingTokens

BRIEFLY = {
    Scope.WRITE_SHIFTS: "log shifts",
    Scope.VOID_SHIFTS: "void its shifts",
    Scope.READ_SHIFTS: "read all shifts",
    Scope.READ_FIGURES: "read figures",
    Scope.READ_RETURNS: "read returns",
}


def system_state(system: ConnectedSystem, *, day: date) -> dict[str, str]:
    """Whether a system can call on this day, as a tag."""
    if not system.user.is_active:
        return {"text": "Revoked", "colour": "grey"}
    if not system.is_in_use_on(day):
        return {"text": "Expired", "colour": "yellow"}
    return {"text": "Active", "colour": "green"}


SYSTEM_COLUMNS = [
    {"label": label} for label in ("Name", "State", "What it may do", "Last used", "Works until", "Secret made on")
]


def system_rows(systems: Iterable[ConnectedSystem], *, day: date) -> list[list[Any]]:
    """The rows of the list of systems."""
    return [
        [
            {"url": reverse("hotspots:system", args=(system.pk,)), "text": str(system)},
            system_state(system, day=day),
            _briefly(system),
            _last_used(system),
            _last_day(system),
            wording.day(today(system.secret_issued_at)),
        ]
        for system in systems
    ]


def system_facts(system: ConnectedSystem, *, tokens: WorkingTokens, manages: bool) -> list[dict[str, Any]]:
    """One system as a summary list, with what may be changed."""
    is_open = manages and system.user.is_active
    change = reverse("hotspots:change_system", args=(system.pk,)) if is_open else ""
    renew = reverse("hotspots:renew_secret", args=(system.pk,)) if is_open else ""
    scopes = [scope.label for scope in Scope if scope in system.scopes]
    secret = f"Made at {wording.moment(system.secret_issued_at)}. It cannot be shown again."
    return [
        {"key": "Name", "value": str(system), "url": change},
        {"key": "What it may do", "value": "\n".join(scopes), "url": change},
        {"key": "Works until", "value": _last_day(system), "url": change},
        {"key": "Client id", "value": system.application.client_id},
        {"key": "Secret", "value": secret, "url": renew, "action": "Make a new one", "hidden": "secret"},
        {"key": "Last used", "value": _last_used(system)},
        {"key": "Access tokens that work now", "value": _tokens(tokens)},
    ]


def _briefly(system: ConnectedSystem) -> str:
    words = wording.listing([words for scope, words in BRIEFLY.items() if scope in system.scopes])
    return words[:1].upper() + words[1:]


def _last_used(system: ConnectedSystem) -> str:
    return wording.moment(system.last_used_at) if system.last_used_at else "Never"


def _last_day(system: ConnectedSystem) -> str:
    return wording.day(system.last_day) if system.last_day else "No end"


def _tokens(tokens: WorkingTokens) -> str:
    if tokens.until is None:
        return "None"
    until = wording.moment(tokens.until)
    return f"1, until {until}" if tokens.count == 1 else f"{tokens.count:,}, the last until {until}"

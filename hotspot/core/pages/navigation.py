"""The service navigation: which pages a person is offered, by what they may do."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from hotspot import __version__
from hotspot.core.models import User
from hotspot.core.permissions import Permission


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the navigation, as the template shows it. `waiting`: how much in it waits for this person."""

    url: str
    label: str
    current: bool
    waiting: int = 0


# URL name, label and permission. The entry whose URL is the longest beginning of the current path is the current one.
_ENTRIES = (
    ("outcomes:shifts", "Shifts", Permission.VIEW_SHIFTS),
    ("outcomes:log", "Log a shift", Permission.LOG_SHIFT),
    ("tonight:tonight", "Tonight", Permission.PLAN_SHIFT),
    ("outcomes:to_follow", "Detail to follow", Permission.CORRECT_SHIFT),
    ("outcomes:arrests", "Arrests", Permission.CORRECT_SHIFT),
    ("authorisations:list", "Authorisations", Permission.VIEW_AUTHORISATIONS),
    ("reports:figures", "Figures", Permission.VIEW_FIGURES),
    ("reports:dashboard", "Dashboard", Permission.VIEW_DAILY_FIGURES),
    ("reports:explore", "Explore", Permission.VIEW_DAILY_FIGURES),
    ("reports:dosage", "Presence", Permission.VIEW_DAILY_FIGURES),
    ("reports:statements", "Published", Permission.VIEW_FIGURES),
    ("trials:list", "Trials", Permission.VIEW_DAILY_FIGURES),
    ("reports:returns", "Returns", Permission.VIEW_RETURNS),
    ("ledger:ledger", "Ledger", Permission.VIEW_LEDGER),
    ("reports:costs", "Costs", Permission.VIEW_LEDGER),
    ("reports:orders", "Paid-for patrols", Permission.VIEW_ORDERS),
    ("hotspots:areas", "Areas", Permission.VIEW_REFERENCE),
    ("reports:plans", "Problem solving", Permission.VIEW_PLANS),
    ("reports:plan_totals", "Problem solving", Permission.VIEW_PLAN_TOTALS),
    ("incidents:months", "Police data", Permission.VIEW_INCIDENTS),
    ("reports:impact", "Impact", Permission.VIEW_IMPACT),
    ("reports:scrutiny", "Scrutiny", Permission.VIEW_SCRUTINY),
    ("hotspots:people", "People", Permission.VIEW_PEOPLE),
    ("hotspots:systems", "Systems", Permission.VIEW_PEOPLE),
    ("outcomes:disclosures", "Downloads", Permission.VIEW_DISCLOSURES),
    ("hotspots:manage", "Manage", Permission.MANAGE),
)
# Pages that people come to from another entry than their URL says.
_REACHED_FROM = {
    "hotspots:targets": "hotspots:areas",
    "hotspots:programmes": "hotspots:areas",
    "hotspots:districts": "hotspots:areas",
    "rates:list": "ledger:ledger",
    "reports:wallboards": "hotspots:manage",
}
# Who may open the first reaches the others through it.
_BELOW = {
    ("outcomes:shifts", Permission.VIEW_SHIFTS): ("authorisations:list",),
    ("hotspots:manage", Permission.MANAGE): (
        "hotspots:areas",
        "hotspots:people",
        "hotspots:systems",
        "incidents:months",
    ),
    ("outcomes:to_follow", Permission.CORRECT_ANY_SHIFT): ("outcomes:arrests",),
    ("reports:figures", Permission.VIEW_SCRUTINY): ("reports:scrutiny",),
    # For them the menu is full.
    ("reports:dashboard", Permission.MANAGE): ("reports:explore",),
    ("reports:impact", Permission.VIEW_IMPACT): ("reports:dosage", "trials:list"),
    ("reports:plans", Permission.VIEW_PLANS): ("reports:plan_totals",),
    ("ledger:ledger", Permission.VIEW_LEDGER): ("reports:costs", "reports:orders"),
}


# What counts how much waits for a person, by the entry it is in.
_WAITING: dict[str, Callable[[User], int]] = {}


def register_waiting(name: str, count: Callable[[User], int]) -> None:
    """Have an entry say how much in it waits for somebody. It is counted only on pages of that entry."""
    _WAITING[name] = count


def places(request: HttpRequest) -> list[NavigationItem]:
    """The entries this person may open, with the longest one that holds the current page marked."""
    user = request.user
    if not isinstance(user, User):
        return []
    below = {name: above for (above, permission), names in _BELOW.items() if user.may(permission) for name in names}
    if user.has_own_districts:
        # For a supervisor these are among many things that are rarely looked up.
        below |= dict.fromkeys(("ledger:ledger", "reports:plans"), "hotspots:areas")
        below["reports:explore"] = "reports:dashboard"
    offered = [
        (reverse(name), label) for name, label, permission in _ENTRIES if user.may(permission) and name not in below
    ]
    path = _reached_from(request.path)
    above = [above for name, above in below.items() if path.startswith(reverse(name))]
    # A page that is offered itself can lie below one that is reached through another.
    if above and not any(path.startswith(url) for url, _ in offered):
        path = reverse(_first_offered(above[0], below))
    here = max((url for url, _ in offered if path.startswith(url)), key=len, default=None)
    return [
        NavigationItem(url, label, url == here, _waiting(url, user) if url == here else 0) for url, label in offered
    ]


def _waiting(url: str, user: User) -> int:
    return next((count(user) for name, count in _WAITING.items() if reverse(name) == url), 0)


def _first_offered(name: str, below: dict[str, str]) -> str:
    """The entry through which a page is reached that lies below others."""
    return _first_offered(below[name], below) if name in below else name


def _reached_from(path: str) -> str:
    return next((reverse(entry) for page, entry in _REACHED_FROM.items() if path.startswith(reverse(page))), path)


def context(request: HttpRequest) -> dict[str, object]:
    """Template context: `version`, `navigation` (empty where nobody is signed in), and the request's `reference`."""
    if not hasattr(request, "user"):
        return {"version": __version__, "navigation": []}
    return {"version": __version__, "navigation": places(request), "reference": getattr(request, "reference", "")}

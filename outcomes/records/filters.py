"""The filters of the shift list. One set serves the page and, later, the API; all state is in the URL."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from hotspot.core import wording
from hotspot.core.calendar import parse_day
from hotspot.core.clock import instant
from hotspot.core.conditions import all_given
from hotspot.core.models import Disclosure, User
from hotspot.core.pages.fields import TypedDateField
from hotspot.core.pages.forms import Look
from hotspot.core.permissions import Permission, grants
from hotspots.models import HotspotArea
from hotspots.pages.filters import ListFilter, offer_areas
from patrols.models import PatrolShift

MINE, ALL = "mine", "all"
_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def midnight(day: date | None, days_on: int = 0) -> datetime | None:
    """When a London day begins, None for none. The list is indexed by instants, not by days."""
    try:
        return instant(day + timedelta(days=days_on), time(0)) if day else None
    except OverflowError:
        # After the last day of the calendar comes nothing that could be left out.
        return None


class ShiftFilter(ListFilter):
    """`apply` narrows a queryset. A value that makes no sense is ignored, and said beside its field."""

    since = TypedDateField(label="Date from (earliest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = TypedDateField(label="Date to (latest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    area = forms.ModelChoiceField(HotspotArea.objects.none(), label="Area", required=False, empty_label="All areas")
    state = forms.ChoiceField(label="State", choices=[("", "All states"), *PatrolShift.State.choices], required=False)
    whose = forms.ChoiceField(
        label="Whose", choices=[(MINE, "Mine"), (ALL, "Everybody’s in my districts")], required=False
    )

    looks = {"since": Look(width=10), "until": Look(width=10)}
    position = "after"

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by).defer("boundary"))
        if not self.has_own:
            del self.fields["whose"]

    @property
    def has_own(self) -> bool:
        """Whether this person logs shifts, so that "mine" means something."""
        return _has_own(self.by.may)

    @property
    def is_mine(self) -> bool:
        return self.has_own and self.chosen("whose") != ALL

    @property
    def shows_gaps(self) -> bool:
        """Gaps are one's own missing nights: only where nothing but dates narrows the list."""
        return self.is_mine and not self.chosen("area") and not self.chosen("state")

    def apply(self, shifts: QuerySet[PatrolShift]) -> QuerySet[PatrolShift]:
        """The shifts that the filters let through."""
        conditions = all_given(
            starts_at__gte=midnight(self.chosen("since")),
            starts_at__lt=midnight(self.chosen("until"), days_on=1),
            area=self.chosen("area"),
            state=self.chosen("state"),
            logged_by=self.by if self.is_mine else None,
        )
        return shifts.filter(conditions)

    def in_words(self, name: str, value: Any) -> str:
        """What a filter narrows the list to, without the name of its field."""
        return _WORDS[name](value)


_WORDS: dict[str, Callable[[Any], str]] = {
    "since": lambda value: f"From {wording.day(value)}",
    "until": lambda value: f"To {wording.day(value)}",
    "area": str,
    "state": lambda value: PatrolShift.State(value).label,
    "whose": lambda value: "Everybody’s" if value == ALL else "",
}


def _has_own(may: Callable[[Permission], bool]) -> bool:
    return may(Permission.LOG_SHIFT) and not may(Permission.CORRECT_ANY_SHIFT)


def area_of(query: str) -> int | None:
    """The area that an address of the shift list names, by its number."""
    area = QueryDict(query).get("area", "")
    return int(area) if area.isascii() and area.isdecimal() and len(area) < 19 else None


def taken_in_words(query: str, *, role: str, areas: Mapping[int, HotspotArea]) -> str:
    """What somebody who had this role took with the filters of an address, whatever they may see by now.

    `areas` are those that the address may name.
    """
    given = QueryDict(query)
    found = {
        "since": parse_day(given.get("since", "")),
        "until": parse_day(given.get("until", "")),
        "area": areas.get(area_of(query) or 0),
        "state": given.get("state"),
    }
    said = [_WORDS[name](value) for name, value in found.items() if value]
    if _has_own(partial(grants, role)):
        said.append("Everybody’s in their districts" if given.get("whose") == ALL else "Their own")
    return "; ".join(said) or "Everything"


class DisclosureFilter(ListFilter):
    """By who took records, and when. A value that makes no sense is ignored, and said beside its field."""

    person = forms.ModelChoiceField(User.objects.none(), label="Who", required=False, empty_label="Everybody")
    since = TypedDateField(label="Date from (earliest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = TypedDateField(label="Date to (latest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    looks = {"since": Look(width=10), "until": Look(width=10)}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        took = Disclosure.objects.visible_to(by).order_by().values("by")
        self.fields["person"].queryset = User.objects.people().filter(pk__in=took).order_by("name")  # type: ignore[attr-defined]

    def apply(self, disclosures: QuerySet[Disclosure]) -> QuerySet[Disclosure]:
        """The disclosures that the filters let through."""
        conditions = all_given(
            by=self.chosen("person"),
            at__gte=midnight(self.chosen("since")),
            at__lt=midnight(self.chosen("until"), days_on=1),
        )
        return disclosures.filter(conditions)

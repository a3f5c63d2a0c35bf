"""What the lists can be narrowed to. A filter that makes no sense is said on the form and narrows nothing."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from hotspot.core import wording
from hotspot.core.forms import Form, TextField
from hotspot.core.models import User
from hotspot.core.permissions import PERSON_ROLES
from hotspots.models import District, HotspotArea


class ListFilter(Form):
    """A GET form that narrows a list."""

    def given(self) -> dict[str, Any]:
        """What was chosen, without what was left empty or not understood."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def tags(self, query: Any) -> list[dict[str, str]]:
        """Each filter in force, with the address of the page without it."""
        tags = []
        for name, value in self.given().items():
            rest = query.copy()
            for key in (name, "page"):
                rest.pop(key, None)
            field = self.fields[name]
            tags.append({"label": f"{field.label}: {_words(field, value)}", "url": f"?{rest.urlencode()}"})
        return tags


def _words(field: forms.Field, value: Any) -> Any:
    if isinstance(field, forms.TypedChoiceField):
        return dict(getattr(field, "choices", ())).get(value, value)
    return wording.day(value) if isinstance(value, date) else value


def _choice(label: str, every: str, choices: list[tuple[str, str]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=[("", every), *choices], required=False)


class AreaFilter(ListFilter):
    """By name or town, district, kind and state."""

    q = TextField(label="Name or town", required=False, max_length=120)
    district = forms.ModelChoiceField(
        District.objects.none(), label="District", required=False, empty_label="All districts"
    )
    kind = _choice("Hotspot for", "Everything", HotspotArea.Kind.choices)
    state = _choice("State", "All states", [("active", "Active"), ("retired", "Retired"), ("coming", "Not yet active")])

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = District.objects.visible_to(by)  # type: ignore[attr-defined]

    def narrow(self, areas: QuerySet[HotspotArea], *, day: date) -> QuerySet[HotspotArea]:
        """The areas that fit on this day."""
        given = self.given()
        if text := given.get("q"):
            areas = areas.filter(Q(name__icontains=text) | Q(town__icontains=text))
        if district := given.get("district"):
            areas = areas.filter(district=district)
        if kind := given.get("kind"):
            areas = areas.filter(kind=kind)
        states = {
            "active": Q(first_day__lte=day) & (Q(last_day__isnull=True) | Q(last_day__gte=day)),
            "retired": Q(last_day__lt=day),
            "coming": Q(first_day__gt=day),
        }
        return areas.filter(states.get(given.get("state", ""), Q()))


class PeopleFilter(ListFilter):
    """By name or address, role and state."""

    q = TextField(label="Name or e-mail address", required=False, max_length=120)
    role = _choice("Role", "All roles", PERSON_ROLES)
    state = _choice("State", "All states", [("active", "Active"), ("invited", "Invited"), ("left", "Left")])

    def narrow(self, people: QuerySet[User]) -> QuerySet[User]:
        """The people who fit."""
        given = self.given()
        if text := given.get("q"):
            people = people.filter(Q(name__icontains=text) | Q(email__icontains=text))
        if role := given.get("role"):
            people = people.filter(role=role)
        never_chose = Q(password__startswith="!")  # noqa: S106 - how Django marks a password that was never set
        states = {
            "active": Q(is_active=True) & ~never_chose,
            "invited": Q(is_active=True) & never_chose,
            "left": Q(is_active=False),
        }
        return people.filter(states.get(given.get("state", ""), Q()))

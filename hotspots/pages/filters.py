"""What the lists can be narrowed to. A filter that makes no sense is said on the form and narrows nothing."""

from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from hotspot.core import wording
from hotspot.core.pages.forms import Form
from hotspots.models import HotspotArea


class ListFilter(Form):
    """A GET form that narrows a list: a subclass has `apply`, from a queryset to those of its rows that fit.

    `position` is the parameter that says which page is shown: it goes with every change of the filters.
    """

    position = "page"

    def chosen(self, name: str) -> Any:
        """The value of one filter, or None where it was left empty or not understood."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    def in_words(self, name: str, value: Any) -> str:
        """What a filter narrows the list to. Empty: nothing that has to be said."""
        field = self.fields[name]
        return f"{field.label}: {_words(field, value)}"

    def in_force(self) -> list[tuple[str, str]]:
        """The filters in force, as the name of the field and words for it."""
        chosen = [(name, self.in_words(name, value)) for name in self.fields if (value := self.chosen(name))]
        return [(name, text) for name, text in chosen if text]

    def tags(self, query: QueryDict) -> list[dict[str, str]]:
        """Each filter in force, with the address of the page without it."""
        return [{"label": text, "url": self.without(query, name)} for name, text in self.in_force()]

    def without(self, query: QueryDict, *names: str) -> str:
        """The address of the first page of the list without these filters."""
        rest = query.copy()
        for name in (*names, self.position):
            rest.pop(name, None)
        return f"?{rest.urlencode()}"


def _words(field: forms.Field, value: Any) -> Any:
    if isinstance(field, forms.TypedChoiceField):
        return dict(getattr(field, "choices", ())).get(value, value)
    return wording.day(value) if isinstance(value, date) else value


def offer_areas(field: Any, areas: QuerySet[HotspotArea]) -> None:
    """Let a field choose one of these areas. Only their names are read, once and where they are shown: there can be
    hundreds."""

    @cache
    def choices() -> list[tuple[Any, str]]:
        return [("", field.empty_label), *areas.values_list("pk", "name")]

    field.queryset, field.choices = areas, choices


def choice_field(label: str, every: str, choices: list[tuple[str, str]]) -> forms.TypedChoiceField:
    """A choice that narrows nothing while it is empty; `every` is the label of that."""
    return forms.TypedChoiceField(label=label, choices=[("", every), *choices], required=False)

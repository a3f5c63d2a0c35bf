"""What the lists can be narrowed to. A filter that makes no sense is said on the form and narrows nothing."""

from datetime import date
from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.pages.forms import Form


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


def choice_field(label: str, every: str, choices: list[tuple[str, str]]) -> forms.TypedChoiceField:
    """A choice that narrows nothing while it is empty; `every` is the label of that."""
    return forms.TypedChoiceField(label=label, choices=[("", every), *choices], required=False)

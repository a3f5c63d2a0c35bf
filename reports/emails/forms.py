"""The forms by which people ask for e-mails."""

from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import HotspotArea
from hotspots.pages.filters import offer_areas
from hotspots.queries import areas_seen_by
from reports.emails.queries import views_without_email
from reports.emails.rules import reminders_for
from reports.models import Alert, SavedView


class WeeklyEmailForm(Form):
    """Which saved view is sent."""

    view = forms.ModelChoiceField(
        SavedView.objects.none(),
        label="Saved view",
        help_text="Your own, and those that others share. Views by ethnicity or age are not sent by e-mail",
        empty_label="Select a view",
    )

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["view"].queryset = views_without_email(by)  # type: ignore[attr-defined]


class AlertForm(Form):
    """What somebody is told of, and of which area."""

    kind = forms.ChoiceField(
        label="Tell me of",
        choices=Alert.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you want to be told of"},
    )
    days = WholeNumberField(
        label="Days without a patrol", help_text="For example, 10", required=False, min_value=1, max_value=365
    )
    percent = WholeNumberField(
        label="Per cent of the hours due so far",
        help_text="For example, 80",
        required=False,
        min_value=1,
        max_value=100,
    )
    area = forms.ModelChoiceField(
        HotspotArea.objects.none(), label="Hotspot area", required=False, empty_label="Each area that I see"
    )

    looks = {
        "kind": Look(
            reveals={Alert.Kind.WAIT: "days", Alert.Kind.HOURS: "percent"},
            option_hints={Alert.Kind.HOURS: "Judged from the eighth day of the month"},
        ),
        "days": Look(width=3, suffix="days"),
        "percent": Look(width=3, suffix="%"),
    }
    error_fields = {"threshold": "kind"}

    def __init__(self, data: Any, *, by: User) -> None:
        super().__init__(data)
        offer_areas(self.fields["area"], areas_seen_by(by))

    def clean(self) -> dict[str, Any]:
        """The number that belongs to the kind has to be there."""
        cleaned = super().clean() or self.cleaned_data
        name = {Alert.Kind.WAIT: "days", Alert.Kind.HOURS: "percent"}.get(cleaned.get("kind", ""))
        if name and cleaned.get(name) is None and name not in self.errors:
            self.add_error(name, "Enter a number of days" if name == "days" else "Enter a number of per cent")
        return cleaned

    @property
    def asked(self) -> dict[str, Any]:
        """The alert as the operation takes it."""
        kind = self.cleaned_data["kind"]
        threshold = self.cleaned_data["days" if kind == Alert.Kind.WAIT else "percent"]
        return {"kind": kind, "threshold": threshold, "area": self.cleaned_data["area"]}


class RemindersForm(Form):
    """What somebody wants to be reminded of."""

    kinds = forms.MultipleChoiceField(
        label="Remind me when",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Select all that you want, or none",
    )

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["kinds"].choices = reminders_for(by)  # type: ignore[attr-defined]

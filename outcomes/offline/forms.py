"""The form of the page without signal, and what somebody types who gives up a shift.

The first names nobody and no area: the phone fills these in from what it keeps.
"""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from hotspot.core.pages.fields import DateField, Stepper, TextField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from outcomes.kinds import COUNTED
from outcomes.models import ActivityKind, AsbPowerKind
from outcomes.vocabulary.cache import terms_of
from patrols.models import CrewRole
from patrols.shifts.rules import MAXIMUM_CREW

WORD = "discard"


def _count(label: str, highest: int = 999) -> WholeNumberField:
    return WholeNumberField(label=label, required=False, widget=Stepper(highest=highest))


class OfflineForm(Form):
    """What is asked without a connection: counts, codes and times. The fields are named as those of LogForm."""

    area = TextField(label="Where", widget=forms.Select)
    night_date = DateField(label="Date the shift started", required=False)
    start = TextField(label="Start")
    end = TextField(label="Finish")
    nothing_to_report = forms.BooleanField(label="Nothing to report", required=False)

    looks = {"start": Look(width=5), "end": Look(width=5), "night_date": Look(hide_label=True)}

    def __init__(self) -> None:
        super().__init__()
        self.fields |= {f"crew_{role}": _count(f"{role.label}s", MAXIMUM_CREW) for role in CrewRole}
        self.fields |= {kind.plural: _count(kind.title) for kind in COUNTED}
        for prefix, terms in (("asb", self.power_kinds), ("activity", self.activity_kinds)):
            self.fields |= {f"{prefix}_{term.code}": _count(term.label) for term in terms}

    @cached_property
    def power_kinds(self) -> list[AsbPowerKind]:
        return list(terms_of(AsbPowerKind).values())

    @cached_property
    def activity_kinds(self) -> list[ActivityKind]:
        return list(terms_of(ActivityKind).values())

    @property
    def crew_rows(self) -> list[BoundField]:
        """How many there were of each role."""
        return [self[f"crew_{role}"] for role in CrewRole]

    @property
    def headline_rows(self) -> list[BoundField]:
        return [self[kind.plural] for kind in COUNTED]

    @property
    def first_powers(self) -> list[BoundField]:
        return [self[f"asb_{kind.code}"] for kind in self.power_kinds if kind.on_quick_form]

    @property
    def more_powers(self) -> list[BoundField]:
        return [self[f"asb_{kind.code}"] for kind in self.power_kinds if not kind.on_quick_form]

    @property
    def activity_rows(self) -> list[BoundField]:
        return [self[f"activity_{kind.code}"] for kind in self.activity_kinds]


class DiscardForm(Form):
    """Asks for a word, so that no slip of a thumb throws a night's work away."""

    word = TextField(label=f"Type “{WORD}” to confirm", max_length=20)
    looks = {"word": Look(width=10)}

    def clean_word(self) -> Any:
        """The word, in whatever capitals."""
        word = self.cleaned_data["word"]
        if word.strip().lower() != WORD:
            raise ValidationError(f"Type {WORD}, or go back")
        return word

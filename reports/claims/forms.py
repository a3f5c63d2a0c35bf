"""The form by which a text is checked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import Programme
from hotspots.programmes.rules import usual_programme
from reports.figures.publication import periods

MOST_CHARACTERS = 10_000
"""As many as a press text can have."""


class CheckForm(Form):
    """A text, and the programme and period that its claims are of where they name none."""

    text = TextField(
        label="Text",
        help_text="A sentence or a whole news item",
        max_length=MOST_CHARACTERS,
        strip=False,
        widget=forms.Textarea,
        error_messages={"required": "Enter the text to check"},
    )
    period = forms.ChoiceField(
        label="Period",
        help_text="What a claim is held against that names no period of its own. One that names its months is held "
        "against the programme that has them",
    )

    looks = {"text": Look(rows=10)}

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[str, tuple[Programme, Period]] = {}
        self.fields["period"].choices = list(self._choices(by, at))  # type: ignore[attr-defined]
        usual = usual_programme(self.programmes, today(at))
        self.initial.setdefault(
            "period", next((code for code, (each, _) in self._found.items() if each == usual), None)
        )

    def _choices(self, by: User, at: datetime) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for programme in Programme.objects.visible_to(by).by_precedence():
            found = periods(programme, at)
            launch = {code: each for code, each in found.items() if code == "launch"}
            group = []
            for code, (words, days) in (launch | found).items():
                self._found[f"{programme.pk}:{code}"] = (programme, days)
                group.append((f"{programme.pk}:{code}", f"{words}, {programme.name}"))
            yield programme.name, group

    @property
    def has_choices(self) -> bool:
        """Whether there is a programme to check claims against."""
        return bool(self._found)

    @property
    def programmes(self) -> list[Programme]:
        """Every programme of which figures can be asked for."""
        return list({programme.pk: programme for programme, _ in self._found.values()}.values())

    @property
    def chosen(self) -> tuple[Programme, Period]:
        """The programme and the days that were chosen."""
        return self._found[self.cleaned_data["period"]]

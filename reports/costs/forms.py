"""Which programme and financial year a page of costs is about."""

from datetime import date
from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.pages.forms import Form
from hotspots.models import Programme
from hotspots.programmes.rules import usual_programme

Year = tuple[Programme, Period]


def years_of(programmes: list[Programme]) -> dict[str, Year]:
    """What can be asked for: each programme in each financial year that it runs in, by its code, the newest first."""
    found: dict[str, Year] = {}
    for programme in programmes:
        first, last = (Period.financial_year(day).first_day.year for day in (programme.first_day, programme.last_day))
        for year in range(last, first - 1, -1):
            days = Period.financial_year(date(year, 4, 1)).clip(programme.period)
            if days is not None:
                found[f"{programme.pk}-{year}"] = (programme, days)
    return found


class YearForm(Form):
    """A programme in a financial year."""

    year = forms.ChoiceField(label="Programme and year", required=False)

    def __init__(self, data: Any, *, programmes: list[Programme], today: date) -> None:
        super().__init__(data)
        self._programmes = programmes
        self._years = years_of(programmes)
        self._today = today
        choices = [(code, _words(*year)) for code, year in self._years.items()]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> Year | None:
        """The one asked for; else the latest year that has begun of the usual programme. None without any."""
        code = self.cleaned_data.get("year") if self.is_bound and self.is_valid() else ""
        self.initial["year"] = code = code or self._usual()
        return self._years.get(code)

    def _usual(self) -> str:
        programme = usual_programme(self._programmes, self._today)
        codes = [code for code, (each, _) in self._years.items() if each == programme]
        begun = (code for code in codes if self._years[code][1].first_day <= self._today)
        return next(begun, codes[-1] if codes else "")


def _words(programme: Programme, days: Period) -> str:
    return programme.name if days == programme.period else f"{programme.name}, {wording.period(days)}"

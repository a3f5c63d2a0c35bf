"""The form that asks a question once more."""

from collections.abc import Iterator, Sequence
from datetime import date

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea, Programme
from reports.figures.comparison_codes import comparison_choices
from reports.figures.criteria import FROM_MONTH, TO_MONTH, ReportCriteria
from reports.figures.measures import HEADLINE
from reports.figures.periods import DAYS, MONTHS, month_choices, period_choices, range_ends

MEASURES = [(measure.code, measure.name) for measure in HEADLINE]
OF_CARDS = ("compare", "map", "trend", "wait")
"""Fields for the page of cards."""
Districts = Iterator[tuple[str, list[tuple[str, str, bool]]]]


class QuestionForm(Form):
    """The form that asks it again. It shows the question in force; reading it is `read_criteria`."""

    programme = forms.ChoiceField(label="Programme")
    period = forms.ChoiceField(label="Period")
    from_month = forms.ChoiceField(label="From month", required=False)
    to_month = forms.ChoiceField(label="To month", required=False)
    since = forms.DateField(label="First day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    compare = forms.ChoiceField(label="Compare with", required=False)
    map = forms.ChoiceField(label="The map shows", choices=MEASURES)
    trend = forms.ChoiceField(label="Each week shows", choices=MEASURES)
    wait = WholeNumberField(
        label="Days without a patrol", help_text="Areas that have waited so long or longer are pointed out"
    )

    looks = {"since": Look(width=10), "until": Look(width=10), "wait": Look(width=3)}

    def __init__(self, question: ReportCriteria, *, by: User, today: date, may_compare: bool = False) -> None:
        self.question = question
        days = question.period if question.code == DAYS else None
        months = range_ends(question.code)
        super().__init__(
            initial={
                "programme": question.programme.pk,
                "period": MONTHS if months else question.code,
                FROM_MONTH: months and months[0],
                TO_MONTH: months and months[1],
                "since": days and days.first_day.isoformat(),
                "until": days and days.last_day.isoformat(),
                "compare": question.compare,
                "map": question.view.measure.code,
                "trend": question.choices.trend.code,
                "wait": question.choices.wait,
            }
        )
        if may_compare:
            offered = comparison_choices(question.programme, question.all_areas, today)
            self.fields["compare"].choices = [("", "Nothing"), *offered]  # type: ignore[attr-defined]
        else:
            for name in OF_CARDS:
                del self.fields[name]
        programmes = [(programme.pk, str(programme)) for programme in Programme.objects.visible_to(by)]
        offered_periods = period_choices(
            question.programme, today, completed_only=not by.may(Permission.VIEW_DAILY_FIGURES)
        )
        choices = [(code, words) for code, (words, _) in offered_periods.items()]
        choices.append((MONTHS, "Months you choose"))
        for name in (FROM_MONTH, TO_MONTH):
            ends = [("", "Select a month"), *month_choices(offered_periods)]
            self.fields[name].choices = ends  # type: ignore[attr-defined]
        if by.may(Permission.VIEW_DAILY_FIGURES):
            choices.append((DAYS, "Days you name"))
        else:
            del self.fields["since"], self.fields["until"]
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]
        self.fields["period"].choices = choices  # type: ignore[attr-defined]

    @property
    def districts(self) -> Districts:
        """Each district with its areas: id, name, and whether it is chosen. None is when all are asked for."""
        return self._districts(self.question.areas if self.question.is_narrowed else ())

    @property
    def other_districts(self) -> Districts:
        """The same of the areas to compare with; nothing on a page that compares nothing."""
        return self._districts(self.question.beside) if "compare" in self.fields else iter(())

    def _districts(self, chosen: Sequence[HotspotArea]) -> Districts:
        ticked = {area.pk for area in chosen}
        by_name: dict[str, list[tuple[str, str, bool]]] = {}
        for area in self.question.all_areas:
            by_name.setdefault(area.district.name, []).append((str(area.pk), str(area), area.pk in ticked))
        yield from sorted(by_name.items())

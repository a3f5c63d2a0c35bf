"""The form that asks what to explore."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.forms import Form
from reports.explore.criteria import CHARTS, SHOWN, ExploreCriteria
from reports.explore.dimensions import CHOSEN_ABOVE, Dimension, dimensions_for, dimensions_of
from reports.explore.measures import MEASURES
from reports.explore.values import offered


class _SelectOf(forms.Select):
    """A menu whose options say which records they are of, so that a script can offer those of one measure alone."""

    of: Mapping[str, str] = MappingProxyType({})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if family := self.of.get(str(value)):
            option["attrs"]["data-of"] = family
        return option


class ExploreForm(Form):
    """The form that asks again. It shows the question in force; reading it is `read_explored`."""

    measure = forms.ChoiceField(label="Measure", widget=_SelectOf)
    rows = forms.ChoiceField(label="Rows", widget=_SelectOf)
    columns = forms.ChoiceField(label="Columns", required=False, widget=_SelectOf)
    shown = forms.ChoiceField(label="Show", choices=list(SHOWN.items()))
    chart = forms.ChoiceField(label="Chart", choices=list(CHARTS.items()))

    def __init__(self, asked: ExploreCriteria, *, by: User) -> None:
        self.asked = asked
        self.dimensions = dimensions_of(asked.measure.family.code, by=by)
        super().__init__(
            initial={
                "measure": asked.measure.code,
                "rows": asked.rows.code,
                "columns": asked.columns.code if asked.columns else "",
                "shown": asked.shown,
                "chart": asked.chart,
            }
        )
        # Whatever the measure: it is chosen in the same form.
        split = _grouped(dimensions_for(by), lambda dimension: dimension.heading)
        measures = _grouped(MEASURES.values(), lambda measure: measure.group)
        choices = {"measure": measures, "rows": split, "columns": [("", "None"), *split]}
        for name, groups in choices.items():
            self.fields[name].choices = groups  # type: ignore[attr-defined]
        own = {each.code: each.of for each in dimensions_for(by) if not each.is_shared}
        families = {measure.code: measure.family.code for measure in MEASURES.values()}
        for name, of in {"measure": families, "rows": own, "columns": own}.items():
            self.fields[name].widget.of = of

    @property
    def narrowing(self) -> Iterator[tuple[Dimension, list[tuple[str, str, bool]]]]:
        """What it can be narrowed by: each dimension with its values, their words, and whether they are ticked."""
        for dimension in self.dimensions:
            if dimension not in CHOSEN_ABOVE and not dimension.is_protected:
                ticked = self.asked.only.get(dimension.code, {})
                choices = offered(dimension, self.asked.question.programme)
                yield dimension, [(value, words, value in ticked) for value, words in choices.items()]


def _grouped(things: Iterable[Any], heading: Callable[[Any], str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Measures or dimensions under their headings."""
    return [(group, [(each.code, each.name) for each in members]) for group, members in groupby(things, key=heading)]

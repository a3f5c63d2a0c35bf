"""The catalogue, the page that explains it and the columns that hold it name the same figures."""

import pytest

from hotspot.core.definitions.v1 import V1
from outcomes.models import AsbPowerKind
from reports.figures.headline import COLUMNS, Counts
from reports.figures.measures import CATALOGUE
from reports.models import DaySummary, MonthSummary
from tests.reports.naive import MEASURES


def test_the_headline_of_v1_is_the_news_items_six_in_its_order():
    assert [measure.label for measure in V1.headline] == [
        "hours of additional police patrols",
        "additional patrols",
        "arrests",
        "stop searches",
        "weapons recovered",
        "times anti-social behaviour powers were used",
    ]


def test_every_measure_has_a_column_in_both_summaries_and_a_slow_twin():
    columns = {measure.column for measure in CATALOGUE}
    assert columns == set(COLUMNS) == set(MEASURES)
    for model in (DaySummary, MonthSummary):
        assert columns <= {field.name for field in model._meta.get_fields()}


def test_what_the_headline_leaves_out_of_the_asb_powers_is_what_its_definition_says(db):
    left_out = set(AsbPowerKind.objects.filter(in_headline=False).values_list("code", flat=True))
    assert left_out == {"dispersal_authorisation", "informal_warning"}
    (powers,) = (measure for measure in CATALOGUE if measure.code == "asb_powers")
    assert "every kind except section 34 dispersal authorisations and informal warnings" in powers.definition


def test_the_definitions_page_says_every_definition(force, now, as_user):
    page = as_user(force.paul).get("/figures/definitions/").content.decode()
    for measure in CATALOGUE:
        assert f'id="{measure.code}"' in page
        assert measure.definition in page


def test_counts_are_given_in_order_or_by_column():
    numbers = tuple(range(len(COLUMNS)))
    assert Counts(*numbers) == Counts(**dict(zip(COLUMNS, numbers, strict=True)))
    assert Counts(7) == Counts(**{COLUMNS[0]: 7})
    assert Counts(*numbers, arrests=70).arrests == 70


@pytest.mark.parametrize(("numbers", "by_column"), [(range(len(COLUMNS) + 1), {}), ((), {"kittens": 1})])
def test_there_are_no_other_columns(numbers, by_column):
    with pytest.raises(TypeError, match="patrol_minutes"):
        Counts(*numbers, **by_column)
    with pytest.raises(AttributeError, match="kittens"):
        Counts().kittens  # noqa: B018

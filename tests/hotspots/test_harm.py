"""Tables of harm weights, and analyses that add up harm. All weights here are made up."""

from collections import Counter
from datetime import date
from itertools import pairwise

import h3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.jobs import tasks
from hotspots.analysis import algorithm_record, answer_tables, area_presenters, groups, presenters
from hotspots.harm.queries import weights_by_month
from hotspots.models import HarmTable, HarmWeight, HotspotAnalysis, IncidentCategory
from tests.hotspots import police_data
from tests.hotspots.police_data import MONTHS, extract_csv, weights_csv
from tests.hotspots.test_analyses import analyse, ask, county, rows_of  # noqa: F401 - a fixture
from tests.hotspots.test_extract_analyses import own, timed  # noqa: F401 - a fixture

NEW = "/police-data/harm/new/"


# --- tables -------------------------------------------------------------------------------------------------------
def test_a_weight_is_valid_from_its_month_until_there_is_another(force):
    table = police_data.weights(by=force.anna)
    months = [date(2022, 12, 1), date(2023, 1, 1), date(2024, 1, 1), date(2024, 2, 1), date(2025, 5, 1)]
    found = weights_by_month(table, months)
    assert [found.get(month, {}).get("burglary") for month in months] == [None, 100, 100, 150, 150]
    assert found[date(2024, 1, 1)]["robbery"] == 1000.5


def test_a_table_of_the_same_name_is_its_next_version_and_the_first_stays(force):
    first = police_data.weights(by=force.anna)
    second = police_data.weights(
        by=force.anna, name=first.name.upper(), content=weights_csv([("Burglary", "7", "2023-01")])
    )
    assert (second.name, second.version) == (first.name, 2)
    assert list(HarmTable.objects.newest()) == [second]
    assert first.weights.count() == 3


BAD = {
    "no number": ([("Burglary", "many", "2024-01")], "Line 2", "‘many’"),
    "below nought": ([("Burglary", "-1", "2024-01")], "Line 2", "‘-1’"),
    "not a number": ([("Burglary", "nan", "2024-01")], "Line 2", "‘nan’"),
    "a comma for a point": ([("Burglary", "1,5", "2024-01")], "Line 2", "‘1,5’"),
    "too exact": ([("Burglary", "1.2345", "2024-01")], "Line 2", "‘1.2345’"),
    "no month": ([("Burglary", "1", "January")], "Line 2", "‘January’"),
    "twice": ([("Burglary", "1", "2024-01"), ("BURGLARY", "2", "2024-01")], "Line 3", "again"),
    "no category": ([("", "1", "2024-01")], "Line 2", "no category"),
    "empty": ([], "weights.csv", "no rows"),
}


def test_a_comma_can_part_thousands(force):
    found = police_data.weights(by=force.anna, content=weights_csv([("Homicide", "5,475.5", "2024-01")]))
    assert float(found.weights.get().weight) == 5475.5


@pytest.mark.parametrize("what", BAD)
def test_a_bad_table_is_refused_as_a_whole(force, what):
    rows, where, why = BAD[what]
    with pytest.raises(DomainError) as refused:
        police_data.weights(by=force.anna, content=weights_csv(rows))
    assert where in refused.value.message
    assert why in refused.value.message
    assert not HarmTable.objects.exists()
    assert not HarmWeight.objects.exists()


def test_columns_that_are_missing_are_named(force):
    with pytest.raises(DomainError, match="columns “Weight” and “Valid from”"):
        police_data.weights(by=force.anna, content=weights_csv([], columns="Category,a,b"))


def test_only_who_loads_police_data_loads_weights(force):
    with pytest.raises(NotAllowed):
        police_data.weights(by=force.audrey)


def test_a_table_is_loaded_and_read_by_page(force, as_user):
    anna = as_user(force.anna)
    assert "No weights yet" in anna.get("/police-data/harm/").content.decode()
    sent = {"name": "Made up", "source": "Nobody", "file": SimpleUploadedFile("w.csv", b"a,b\n1,2\n")}
    refused = anna.post(NEW, sent)
    assert refused.status_code == 422
    assert "has no column" in refused.content.decode()
    for version in (1, 2):
        sent["file"] = SimpleUploadedFile(
            "w.csv", weights_csv([("Burglary", str(version), "2024-01"), ("Odd", "1", "2024-01")])
        )
        page = anna.post(NEW, sent)["Location"]
    shown = anna.get(page)
    assert shown.context["rows"][0] == ["Burglary", "2", "January 2024", "Yes"]
    assert "No incidents of this name" in shown.context["rows"][1][3]
    assert "Robbery" in shown.context["without"]
    assert "Burglary" not in shown.context["without"]
    assert [row[1] for row in shown.context["versions"]] == ["1"]
    assert [row[1] for row in anna.get("/police-data/harm/").context["rows"]] == ["2", "1"]
    assert as_user(force.audrey).get(page).status_code == 200


# --- analyses -----------------------------------------------------------------------------------------------------
@pytest.fixture
def table(county):  # noqa: F811
    """Weights of two categories, one of which weighs more from March 2024 on."""
    rows = [("Burglary", "100", "2024-01"), ("Burglary", "300", "2024-03"), ("Shoplifting", "2.5", "2024-01")]
    return police_data.weights(by=county.anna, content=weights_csv(rows))


def harm_by_cell(months) -> Counter:
    """Another count: the files themselves, row by row."""
    found: Counter = Counter()
    for row in rows_of(months, ["Burglary", "Shoplifting"]):
        burglary = 100 if row["Month"] < "2024-03" else 300
        cell = h3.latlng_to_cell(float(row["Latitude"]), float(row["Longitude"]), 9)
        found[cell] += burglary if row["Crime type"] == "Burglary" else 2.5
    return found


def test_cells_are_ranked_by_harm(county, table):  # noqa: F811
    result = analyse(county.anna, harm=table).result
    counted = harm_by_cell(MONTHS[:4])
    assert result["total"] == counted.total()
    assert [each["count"] for each in result["cells"]] == sorted(counted.values(), reverse=True)[:20]
    assert {each["cell"]: each["count"] for each in result["cells"]} == {
        each["cell"]: counted[each["cell"]] for each in result["cells"]
    }
    later = harm_by_cell(MONTHS[4:])
    assert result["later"]["total"] == later.total()
    assert result["later"]["inside"] == sum(later[each["cell"]] for each in result["cells"])


def test_the_placebo_adds_up_harm_too(county, table):  # noqa: F811
    months = [harm_by_cell([month]) for month in MONTHS[:4]]
    pairs = analyse(county.anna, harm=table).result["placebo"]
    assert [(pair["all_before"], pair["all_after"]) for pair in pairs] == [
        (before.total(), after.total()) for before, after in pairwise(months)
    ]
    assert [pair["chosen_before"] for pair in pairs] == [
        sum(sorted(each.values(), reverse=True)[:20]) for each in months[:3]
    ]


def test_gi_star_of_harm_is_not_that_of_counts(county, table):  # noqa: F811
    by_harm = analyse(county.anna, harm=table, method="gi_star", resolution=8).result
    by_count = analyse(county.anna, method="gi_star", resolution=8).result
    assert by_harm["cells"]
    assert [each["cell"] for each in by_harm["cells"]] != [each["cell"] for each in by_count["cells"]]


def test_what_has_no_weight_counts_nothing_and_is_said(county, table):  # noqa: F811
    analysis = analyse(county.anna, harm=table)
    harm = analysis.result["harm"]
    counted = len(rows_of(MONTHS[:4]))
    weighted = len(rows_of(MONTHS[:4], ["Burglary", "Shoplifting"]))
    assert (harm["incidents"], harm["unweighted"]) == (counted, counted - weighted)
    assert "Anti-social behaviour" in harm["categories"]
    assert "Drugs" not in harm["categories"]
    warned = " ".join(presenters.warnings(analysis))
    assert f"{counted - weighted:,} incidents have no weight in this table and count 0" in warned
    assert "Weights made up for tests, version 1 (Nobody: made up)" in warned
    told = {row["key"]: row["value"] for section in algorithm_record.sections(analysis) for row in section.rows}
    assert told["Weight"].startswith("Harm: the weights of Weights made up for tests, version 1. Source: Nobody")
    assert told["Incidents counted"].startswith(f"{counted:,} of ")


def test_words_say_harm_where_harm_is_added_up(county, table, as_user):  # noqa: F811
    analysis = analyse(county.anna, harm=table)
    assert f"from {analysis.result['harm']['incidents']:,} incidents)" in presenters.summary(analysis)[0]
    assert "Half of all harm was on" in presenters.summary(analysis)[1]
    assert {"key": "Weight", "value": "Harm by Weights made up for tests, version 1"} in presenters.asked(analysis)
    assert presenters.method(analysis).endswith(" with most harm")
    labels = [column["label"] for column in answer_tables.tables(analysis)[-1]["columns"]]
    assert labels[1] == "Harm"
    reason = area_presenters.reason_for(analysis, groups.groups_of(analysis)[0])
    assert "of the harm recorded" in reason
    assert reason.endswith("by the weights of Weights made up for tests, version 1.")
    page = as_user(county.anna).get(f"/police-data/analyses/{analysis.pk}/").content.decode()
    assert "Share of harm (upwards)" in page


def test_an_answer_keeps_the_version_it_was_made_with(county, table):  # noqa: F811
    analysis = analyse(county.anna, harm=table)
    police_data.weights(by=county.anna, content=weights_csv([("Burglary", "1", "2024-01")]))
    analysis = HotspotAnalysis.objects.get(pk=analysis.pk)
    assert (analysis.harm, analysis.result["harm"]["version"]) == (table, 1)


def test_police_generated_categories_stay_out_of_harm(county, as_user):  # noqa: F811
    police_data.weights(by=county.anna, content=weights_csv([("Drugs", "50", "2024-01"), ("Burglary", "1", "2024-01")]))
    table = HarmTable.objects.get()
    page = ask(as_user(county.anna), harm=table.pk, last_month="2024-04-01")["Location"]
    tasks.run_waiting_jobs()
    analysis = HotspotAnalysis.objects.get()
    assert page.endswith(f"/{analysis.pk}/")
    assert analysis.result["total"] == len(rows_of(MONTHS[:4], ["Burglary"]))


def test_incidents_that_all_weigh_nothing_have_no_answer(county):  # noqa: F811
    table = police_data.weights(by=county.anna, content=weights_csv([("Burglary", "100", "2025-01")]))
    assert "None of these incidents has a weight" in analyse(county.anna, harm=table).job.error


def test_harm_and_hours_multiply(timed):  # noqa: F811
    table = police_data.weights(by=timed.anna)
    result = own(timed.anna, from_hour=22, to_hour=3, days=[4], harm=table).result
    # In January 2024 a burglary weighs 100; 2.5 and 0.25 of them were in these hours.
    assert [each["count"] for each in result["cells"]] == [250, 25]
    assert (result["harm"]["incidents"], result["harm"]["unweighted"]) == (2.75, 0)
    rows = [{"Crime number": "x", "Offence": "Cattle rustling", "From": "2024-01-05 23:30", "To": ""}]
    police_data.load(extract_csv(rows), by=timed.anna, name="extract.csv")
    rustling = IncidentCategory.objects.get(name="Cattle rustling")
    assert not rustling.is_police_generated
    assert "None of these incidents has a weight" in own(timed.anna, harm=table).job.error


def test_without_tables_the_form_does_not_ask_for_weights(county, as_user):  # noqa: F811
    form = as_user(county.anna).get("/police-data/analyses/new/").context["form"]
    assert "harm" not in form.fields

"""Analyses of a force's own extract, and its pages beside those of the published files."""

from datetime import date

import pytest

from hotspot.core.errors import DomainError
from hotspot.core.jobs import tasks
from hotspots.analysis import algorithm_record, presenters
from hotspots.models import District, HotspotAnalysis, HotspotArea, Incident, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import FAR, SQUARE, extract_csv, street_csv
from tests.hotspots.test_analyses import FIRST, analyse, ask
from tests.hotspots.test_incident_pages import text_of, upload

BOTH = "Published street files (data.police.uk)", "Your own extract"


@pytest.fixture
def both(force):
    """Five published incidents of January 2024; of the own extract three there and one in February."""
    District.objects.update(outline=FAR)
    District.objects.filter(pk=force.north_herts.pk).update(outline=SQUARE, name_in_police_data="Watford")
    police_data.load(street_csv([{"Longitude": "-0.3", "Latitude": "51.9"}] * 5), by=force.anna)
    rows = [
        {},
        {"Police generated": "yes"},
        {"Longitude": "-0.25", "Street": ""},
        {"From": "2024-02-03 10:00", "To": ""},
    ]
    police_data.load(extract_csv(rows), by=force.anna, name="extract.csv")
    return force


def own(by, **asked) -> HotspotAnalysis:
    return analyse(by, last=asked.pop("last", FIRST), dataset="extract", **asked)


def told(analysis) -> dict[str, str]:
    return {row["key"]: row["value"] for section in algorithm_record.sections(analysis) for row in section.rows}


def test_an_analysis_counts_one_dataset(both):
    assert analyse(both.anna, last=FIRST).result["total"] == 5
    result = own(both.anna).result
    assert (result["total"], result["later"]["total"]) == (2, 1)
    assert result["left_out"] == {"category": 0, "generated": 1, "place": 0, "elsewhere": 0}
    assert result["police_generated"] == 1
    assert {each["place"] for each in result["cells"]} == {"High Street", ""}


def test_records_marked_one_by_one_are_counted_where_that_is_wanted(both):
    analysis = own(both.anna, includes_generated=True)
    assert (analysis.result["total"], analysis.result["left_out"]["generated"]) == (3, 0)
    assert any("because police looked" in text for text in presenters.warnings(analysis))
    assert told(analysis)["Recorded because police looked"].endswith("counted are records marked one by one")
    assert not any("because police looked" in text for text in presenters.warnings(own(both.anna)))


def test_real_places_are_not_warned_of_as_map_points(both):
    words = "smaller than 500 metres"
    assert any(words in text for text in presenters.warnings(analyse(both.anna, last=FIRST, resolution=11)))
    assert not any(words in text for text in presenters.warnings(own(both.anna, resolution=11)))


def test_the_record_says_which_data_was_counted(both):
    record = told(own(both.anna))
    assert record["Source"].startswith("The force’s own extract")
    assert "can lead to persons" in record["Personal data"]
    assert "data.police.uk" in told(analyse(both.anna, last=FIRST))["Source"]


def test_an_answer_of_the_first_version_is_read_as_it_was(both, as_user):
    analysis = analyse(both.anna, last=FIRST)
    del analysis.result["left_out"]["generated"]
    analysis.result["version"] = "1"
    analysis.save()
    anna = as_user(both.anna)
    for page in ("", "record/"):
        assert anna.get(f"/police-data/analyses/{analysis.pk}/{page}").status_code == 200


def test_the_form_offers_what_is_loaded(both, as_user):
    anna = as_user(both.anna)
    page = ask(anna, dataset="extract", last_month="2024-01-01")["Location"]
    tasks.run_waiting_jobs()
    shown = anna.get(page)
    assert HotspotAnalysis.objects.get().result["total"] == 2
    assert {"key": "Data", "value": "Your own extract"} in shown.context["asked"]
    Incident.objects.filter(month__dataset="extract").delete()
    IncidentMonth.objects.filter(dataset="extract").delete()
    assert "dataset" not in anna.get("/police-data/analyses/new/").context["form"].fields


def test_pages_show_one_dataset_and_lead_to_the_other(both, as_user):
    anna = as_user(both.anna)
    listed = anna.get("/police-data/")
    assert [each["label"] for each in listed.context["datasets"]] == list(BOTH)
    assert len(listed.context["rows"]) == 1
    own_months = anna.get("/police-data/?dataset=extract")
    assert len(own_months.context["rows"]) == 2
    assert "map points" not in own_months.content.decode()
    month = own_months.context["rows"][-1][0]["url"]
    assert month == "/police-data/2024-01/?dataset=extract"
    assert anna.get(month).context["foot"][:2] == ["All categories", "3"]
    assert anna.get("/police-data/2024-01/").context["foot"][:2] == ["All categories", "5"]
    assert anna.get("/police-data/2024-02/").status_code == 404


def test_the_incidents_of_an_area_are_those_of_one_dataset(both, as_user):
    HotspotArea.objects.filter(pk=both.hitchin.pk).update(boundary=SQUARE)
    anna = as_user(both.anna)
    url = f"/police-data/analyses/areas/{both.hitchin.pk}/"
    assert [row[:2] for row in anna.get(url).context["rows"]] == [["January 2024", "5"]]
    shown = anna.get(f"{url}?dataset=extract")
    assert [row[:2] for row in shown.context["rows"]] == [["February 2024", "1"], ["January 2024", "3"]]
    assert "by their places inside the boundary" in shown.content.decode()


def test_an_extract_is_checked_then_loaded_by_page(both, as_user):
    anna = as_user(both.anna)
    rows = [{"From": "2024-10-27 01:30", "To": ""}, {"Crime number": "z", "From": "2024-10-05", "To": ""}]
    page = upload(anna, extract_csv(rows), "october.csv")
    shown = text_of(anna, page)
    assert "41/0/24" in shown
    assert "Load that month again together" in shown
    page = upload(anna, extract_csv([row | {"Crime number": f"n{place}"} for place, row in enumerate(rows)]), "o.csv")
    shown = text_of(anna, page)
    assert "Hertfordshire Constabulary: own extract" in shown
    assert "1 incident in the hour that the clocks showed twice" in shown
    anna.post(f"{page}load/")
    tasks.run_waiting_jobs()
    assert Incident.objects.filter(month__month=date(2024, 10, 1)).count() == 2


# --- hours and days -----------------------------------------------------------------------------------------------
@pytest.fixture
def timed(force):
    """Incidents in one place: two in the night to Saturday 6 January 2024, one known to half, one in the morning; and
    three more without a known hour in another place.
    """
    District.objects.update(outline=FAR)
    District.objects.filter(pk=force.north_herts.pk).update(outline=SQUARE)
    times = [
        ("2024-01-05 23:00", ""),
        ("2024-01-06 02:00", ""),
        ("2024-01-05 22:00", "2024-01-06 08:00"),
        ("2024-01-05 09:00", ""),
    ]
    rows = [{"From": start, "To": end} for start, end in times]
    day = {"Longitude": "-0.25", "From": "2024-01-05", "To": "", "Street": "Station Road"}
    police_data.load(extract_csv([*rows, day, day, day]), by=force.anna, name="extract.csv")
    return force


def test_hours_and_days_choose_among_incidents(timed):
    analysis = own(timed.anna, from_hour=22, to_hour=3, days=[4])
    result = analysis.result
    first, second = result["cells"]
    assert (first["count"], first["place"]) == (2.5, "High Street")
    # Five of the 24 hours of the Friday, of which the night from 10pm has two.
    assert second["count"] == pytest.approx(3 * 2 / 24, abs=0.001)
    assert result["total"] == pytest.approx(2.75, abs=0.001)
    assert result["left_out"]["time"] == pytest.approx(7 - 2.75, abs=0.001)
    assert result["in_part"] == 4
    told_first = presenters.summary(analysis)
    assert "of 2.8 incidents" in told_first[0] or "of 2.7 incidents" in told_first[0]
    assert any("4 incidents it is only known between which times" in text for text in told_first)
    assert {"key": "Times", "value": "From 10pm to 3am on Fridays (a day is from 6am to 6am)"} in presenters.asked(
        analysis
    )
    assert told(analysis)["Times"].startswith("From 10pm")


def test_every_incident_is_counted_or_its_reason_is_said_by_hours_too(timed):
    result = own(timed.anna, from_hour=22, to_hour=3).result
    assert result["total"] + sum(result["left_out"].values()) == pytest.approx(7, abs=0.01)


def test_without_hours_incidents_are_whole(timed):
    result = own(timed.anna).result
    assert [each["count"] for each in result["cells"]] == [4, 3]
    assert all(isinstance(each["count"], int) for each in result["cells"])
    assert result["in_part"] is None
    assert "time" not in result["left_out"]


def test_published_files_have_no_hours(both, as_user):
    answer = ask(as_user(both.anna), dataset="street", from_hour="22", to_hour="3")
    assert answer.status_code == 422
    assert "only in which month something happened" in answer.content.decode()
    assert "from_hour" in answer.context["form"].errors
    assert not HotspotAnalysis.objects.exists()
    with pytest.raises(DomainError, match="only in which month"):
        analyse(both.anna, last=FIRST, days=[4])


def test_one_hour_alone_is_asked_about(both, as_user):
    answer = ask(as_user(both.anna), dataset="extract", from_hour="22")
    assert "Select both hours, or neither" in answer.content.decode()


def test_the_pages_of_an_analysis_by_hours(timed, as_user):
    anna = as_user(timed.anna)
    page = ask(anna, from_hour="22", to_hour="3", days=["4", "5"])["Location"]
    tasks.run_waiting_jobs()
    shown = anna.get(page)
    assert "on Fridays and Saturdays" in shown.content.decode()
    cells = next(table for table in shown.context["tables"] if table["caption"] == "The 2 cells")
    assert [row[1] for row in cells["rows"]] == ["2.5", "0.2"]
    assert anna.get(f"{page}record/").status_code == 200

"""Who took records: for auditors, newest first, narrowed, paged, and noted that they looked."""

from datetime import timedelta

import pytest

from hotspot.core.accounts.operations import disclose
from hotspot.core.permissions import Role
from tests import factories
from tests.conftest import NOW

URL = "/shifts/downloads/"


@pytest.fixture
def taken(force, now):
    """Anna took all outcomes yesterday, Sam asked for the voided shifts in Hitchin today."""
    disclose(
        by=force.anna, at=NOW - timedelta(days=1), action="download_csv", request="r1", what="outcomes", filters=""
    )
    disclose(
        by=force.sam, at=NOW, action="ask_for_workbook", request="r2", what="shifts",
        filters=f"state=voided&area={force.hitchin.pk}&whose=all", rows=1_234, job=1,
    )  # fmt: skip
    return force


@pytest.fixture
def audrey(as_user, force):
    return as_user(force.audrey)


def test_auditors_read_who_took_what(taken, audrey):
    rows = audrey.get(URL).context["rows"]
    assert rows == [
        [
            "1pm, 12 October 2024", "Sam Sergeant, Supervisor", "Asked for an Excel file of 1,234 shifts",
            "Hitchin town centre; Voided; Everybody’s in their districts", "r2",
        ],
        [
            "1pm, 11 October 2024", "Anna Analyst, Analyst", "Downloaded outcomes as CSV",
            "Everything", "r1",
        ],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Their own"),
        ("whose=mine&state=completed", "Completed; Their own"),
        ("since=2024-10-01&until=2024-10-11", "From 1 October 2024; To 11 October 2024; Their own"),
        ("whose=all", "Everybody’s in their districts"),
    ],
)
def test_what_a_supervisor_took_stays_said_whatever_they_are_now(force, now, audrey, query, said):
    disclose(by=force.sam, at=NOW, action="download_csv", request="", what="shifts", filters=query)
    type(force.sam).objects.filter(pk=force.sam.pk).update(role=Role.ADMINISTRATOR)
    assert audrey.get(URL).context["rows"][0][1:4] == ["Sam Sergeant, Supervisor", "Downloaded shifts as CSV", said]


@pytest.mark.parametrize("action", ["download_csv", "ask_for_workbook", "download_workbook"])
def test_everything_that_is_noted_has_words(force, now, audrey, action):
    disclose(by=force.adam, at=NOW, action=action, request="", what="shifts", filters="")
    assert "shifts" in audrey.get(URL).context["rows"][0][2]


def test_the_list_is_narrowed_by_person_and_day(taken, audrey):
    def who(query: str) -> list[str]:
        return [row[1].partition(",")[0] for row in audrey.get(f"{URL}?{query}").context["rows"]]

    assert who(f"person={taken.anna.pk}") == ["Anna Analyst"]
    assert who("since=2024-10-12") == ["Sam Sergeant"]
    assert who("until=2024-10-11") == ["Anna Analyst"]
    assert who("since=nonsense") == ["Sam Sergeant", "Anna Analyst"]
    page = audrey.get(f"{URL}?person={taken.anna.pk}&until=2024-10-11&page=1")
    assert [(tag["label"], tag["url"]) for tag in page.context["tags"]] == [
        ("Who: Anna Analyst", "?until=2024-10-11"),
        ("Date to (latest): 11 October 2024", f"?person={taken.anna.pk}"),
    ]
    assert "No download fits these filters" in audrey.get(f"{URL}?since=2025-01-01").content.decode()


def test_nothing_yet(force, now, audrey):
    assert "Nobody has downloaded records" in audrey.get(URL).content.decode()


def test_many_of_as_many_areas_are_paged_and_cost_no_more(taken, audrey, django_assert_num_queries):
    audrey.get(URL)
    # Session and person, who took any, how many, a page of them, and their areas.
    with django_assert_num_queries(6):
        audrey.get(URL)
    for area in factories.HotspotAreaFactory.create_batch(60, district=taken.north_herts):
        disclose(by=taken.anna, at=NOW, action="download_csv", request="", what="shifts", filters=f"area={area.pk}")
    with django_assert_num_queries(6):
        page = audrey.get(URL)
    assert len({row[3] for row in page.context["rows"]}) == 50
    assert len(audrey.get(f"{URL}?page=2").context["rows"]) == 12


def test_that_somebody_looked_is_logged(taken, audrey, caplog):
    with caplog.at_level("INFO", logger="hotspot.access"):
        audrey.get(URL)
    assert f"Disclosures: user {taken.audrey.pk} read page 1 of 1" in caplog.text

"""What the copy of the code in test_add_kind.py is tested with: a kind that nobody but the recipe named."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from hotspot.core.calendar import Period
from hotspot.core.exports.streaming import copy_rows
from hotspot.core.permissions import Scope
from outcomes.exports.rows import rows_of
from outcomes.models import DrugSeizure, Substance
from outcomes.records.list_queries import standing_counts
from patrols.models import PatrolShift
from reports.figures.headline import figures
from reports.figures.measures import DEFINITION_VERSION
from reports.figures.summary_check import summary_differences
from reports.statements import operations
from reports.statements.body import release_of
from tests.api import night_in_hitchin, system_caller
from tests.outcomes.test_log import LOG, with_outcomes
from tests.publishing import published

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)


def exported(what):
    chunks = []
    copy_rows(rows_of(what, PatrolShift.objects.all()), chunks.append)
    return b"".join(chunks).decode()


@pytest.fixture(autouse=True)
def cannabis(db):
    return Substance.objects.create(code="cannabis", label="Cannabis", position=10)


@pytest.fixture
def logged(force, now):
    """A night with two seizures, one of them with its detail, that another system logged."""
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    made = rota.post("shifts", night_in_hitchin(force, arrests=[], drug_seizures=[{"substance": "cannabis"}, {}]))
    assert made.status_code == 201, made.content
    return made.json()


def test_it_is_logged_detailed_and_exported(force, now, as_user):
    sam = as_user(force.sam)
    assert "Drug seizures" in sam.get(LOG).content.decode()
    saved = sam.post(LOG, with_outcomes(force, drug_seizures="2"))
    assert "2 drug seizures" in sam.get(saved["Location"]).content.decode()
    shift = PatrolShift.objects.get()
    assert standing_counts(shift) == {"arrests": 0, "stop_searches": 0, "weapons": 0, "drug_seizures": 2}
    seizure = DrugSeizure.objects.first()
    detail = {"version": shift.version, "substance": "cannabis", "reference": "P/1"}
    assert sam.post(f"/outcomes/drug-seizure/{seizure.pk}/", detail).status_code == 302
    page = sam.get(f"/shifts/{shift.pk}/").content.decode()
    assert "Cannabis" in page
    # Above its table and in the history.
    assert page.count("Drug seizures: 2") == 2
    assert "drug_seizures" in exported("shifts")
    assert "drug seizure" in exported("outcomes")
    assert "Cannabis" in exported("outcomes")


def test_the_api_takes_and_gives_it(force, logged):
    rota = system_caller(force.adam, Scope.READ_SHIFTS, name="Mirror")
    assert logged["outcomes"]["drug_seizures"] == 2
    shift = rota.get(f"shifts/{logged['id']}").json()
    assert [row["substance"] for row in shift["drug_seizures"]] == ["cannabis", None]
    listed = rota.get("drug-seizures").json()["results"]
    assert [row["substance"] for row in listed] == ["cannabis", None]


def test_the_database_refuses_it_on_a_planned_shift(logged):
    planned = "UPDATE patrols_patrolshift SET state = 'planned' WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE"
    with (
        pytest.raises(IntegrityError, match="A planned or cancelled shift has no outcomes"),
        connection.cursor() as cursor,
    ):
        cursor.execute(planned, [logged["id"]])


def test_the_headline_counts_it(force, logged, now, as_user):
    now.move_to(AT)
    october = Period.month(date(2024, 10, 1))
    counted = figures(programme=force.programme, period=october, areas=[force.hitchin.pk], at=AT)
    assert (counted.definition, counted.totals.drug_seizures, counted.totals.patrols) == ("v2", 2, 1)
    assert summary_differences() == []
    bi = system_caller(force.adam, Scope.READ_FIGURES, name="BI")
    answer = bi.get("figures").json()
    assert (answer["definition"], answer["totals"]["drug_seizures"]) == ("v2", 2)
    anna = as_user(force.anna)
    assert "drug seizures" in anna.get(reverse("reports:figures")).content.decode()
    assert "Drug seizures" in anna.get(reverse("reports:dashboard")).content.decode()
    assert "drug_seizures" in anna.get(reverse("reports:download")).content.decode()


def test_it_is_published_under_the_new_definition(force, logged, now, as_user):
    now.move_to(AT)
    statement = published(force, AT)
    assert (statement.body["definition"], DEFINITION_VERSION) == ("v2", "v2")
    assert statement.body["totals"]["drug_seizures"] == 2
    assert "2 drug seizures have been made" in statement.body["press_text"]
    assert list(release_of(statement).headline)[-1] == "drug_seizures"
    assert operations.prove(at=AT, statement=statement) == []
    page = as_user(force.paul).get(reverse("reports:statement", args=[statement.slug])).content.decode()
    assert "drug seizures" in page

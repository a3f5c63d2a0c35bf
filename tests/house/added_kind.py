"""What the copy of the code in test_add_kind.py is tested with: a kind that nobody but the recipe named."""

from hotspot.core.permissions import Scope
from outcomes.exports.rows import rows_of
from outcomes.exports.streaming import copy_rows
from outcomes.models import DrugSeizure, Substance
from outcomes.records.list_queries import standing_counts
from patrols.models import PatrolShift
from tests.api import night_in_hitchin, system_caller
from tests.outcomes.test_log import LOG, with_outcomes


def exported(what):
    chunks = []
    copy_rows(rows_of(what, PatrolShift.objects.all()), chunks.append)
    return b"".join(chunks).decode()


def test_it_is_logged_detailed_and_exported(force, now, as_user):
    Substance.objects.create(code="cannabis", label="Cannabis", position=10)
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


def test_the_api_takes_and_gives_it(force, now):
    Substance.objects.create(code="cannabis", label="Cannabis", position=10)
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    made = rota.post("shifts", night_in_hitchin(force, drug_seizures=[{"substance": "cannabis"}, {}]))
    assert made.status_code == 201, made.content
    assert made.json()["outcomes"]["drug_seizures"] == 2
    listed = rota.get("drug-seizures").json()["results"]
    assert [row["substance"] for row in listed] == ["cannabis", None]

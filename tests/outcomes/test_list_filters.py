"""The further filters of the list of shifts: what they find, who has them, and that nobody is added up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from hotspot.core.accounts.operations import disclose
from hotspot.core.exports.streaming import copy_rows
from outcomes.exports.rows import rows_of
from outcomes.records.filters import ShiftFilter, usable_by
from patrols.models import LATE_AFTER, CrewRole, PatrolShift
from tests import factories
from tests.conftest import NOW
from tests.people import Force

START = datetime(2024, 10, 11, 21, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """The force, and its shifts by name."""

    force: Force
    shifts: dict[str, PatrolShift]


@pytest.fixture
def world(force, now):
    """A shift of each sort, by name: each is the only one that its filter finds."""

    def log(days_ago, **changes):
        values = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam, "crew": []} | changes
        return factories.PatrolShiftFactory(starts_at=START - timedelta(days=days_ago), **values)

    shifts = {
        "plain": log(0),
        "late": log(1),
        "on_time": log(2),
        "flagged": log(3, doubts_kept=["long_shift"], doubts_reason="Carnival"),
        "to_follow": log(4, crew=["police_officer"]),
        "bau": log(5, funding_stream=force.business_as_usual),
        "sue": log(6, logged_by=force.sue, area=force.watford),
        "fight": log(7, note="Broke up two fights near Bancroft"),
        "external": log(8, external_source="rota", external_reference="Rota/77a"),
        "crew": log(9),
        "pcso": log(10),
        "overdue": log(11, state="planned"),
        "search": log(12, crew=["police_officer"]),
    }
    PatrolShift.objects.filter(pk=shifts["late"].pk).update(
        logged_at=shifts["late"].ends_at + LATE_AFTER + timedelta(seconds=1)
    )
    PatrolShift.objects.filter(pk=shifts["on_time"].pk).update(logged_at=shifts["on_time"].ends_at + LATE_AFTER)
    factories.ArrestFactory.create_batch(2, shift=shifts["to_follow"], detail_to_follow=True, offence_group_id=None)
    factories.CrewMemberFactory(shift=shifts["crew"], collar_number="PC1234")
    factories.CrewMemberFactory(shift=shifts["pcso"], collar_number="PCSO1234", role=CrewRole.PCSO)
    factories.StopSearchFactory(shift=shifts["search"], found=True, reference="SS/9/24", detail_to_follow=True)
    factories.StopSearchFactory(shift=shifts["search"], found=False, void_reason="Entered twice")
    return World(force, shifts)


def found(world, query: str, who: str = "adam") -> set[str]:
    by = world.force.people[who]
    filters = ShiftFilter(QueryDict(query), by=by)
    names = {shift.pk: name for name, shift in world.shifts.items()}
    return {names[pk] for pk in filters.apply(PatrolShift.objects.visible_to(by)).values_list("pk", flat=True)}


FINDS = [
    ("late=yes", {"late"}),
    ("flagged=yes", {"flagged"}),
    ("to_follow=yes", {"to_follow", "search"}),
    ("outcome=arrests", {"to_follow"}),
    ("outcome=arrests:", {"to_follow"}),
    ("outcome=stop_searches&found=something", {"search"}),
    ("found=something", {"search"}),
    ("found=nothing", set()),
    ("state=overdue", {"overdue"}),
    ("text=fight", {"fight"}),
    ("text=FIGHTING bancroft", {"fight"}),
    ("text=fight -bancroft", set()),
    ("reference=rota/77A", {"external"}),
    ("reference=ss/9/24", {"search"}),
    ("reference=nothing", set()),
    ("collar=1234", {"crew", "pcso"}),
    ("collar=PC 1234", {"crew"}),
    ("collar=pcso1234", {"pcso"}),
    ("collar=9999", set()),
    ("late=yes&text=fight", set()),
]


def test_each_filter_finds_its_shifts_and_no_other(world):
    assert [(query, found(world, query)) for query, _ in FINDS] == FINDS


def test_the_shift_is_found_by_its_number_however_it_is_written(world):
    number = world.shifts["plain"].pk
    for written in (f"HS-{number}", f"hs{number}", str(number)):
        assert found(world, f"reference={written}") == {"plain"}


def test_by_person_by_stream_and_by_several_areas(world):
    assert found(world, f"logged_by={world.force.sue.pk}") == {"sue"}
    assert found(world, f"stream={world.force.business_as_usual.pk}") == {"bau"}
    assert found(world, f"stream=programme-{world.force.programme.pk}") == set(world.shifts) - {"bau"}
    assert found(world, f"stream=counted-{world.force.programme.pk}") == set(world.shifts) - {"bau", "overdue"}
    assert found(world, f"area={world.force.watford.pk},{world.force.letchworth.pk}") == {"sue"}


def test_a_supervisor_finds_in_their_own_districts_only(world):
    assert found(world, "late=yes", "sam") == {"late"}
    assert found(world, "late=yes&whose=all", "sue") == set()
    assert found(world, f"area={world.force.watford.pk}&whose=all", "sam") == found(world, "whose=all", "sam")
    # Somebody who works nowhere near is nobody to filter by: the list stays one's own.
    assert found(world, f"logged_by={world.force.sue.pk}", "sam") == found(world, "", "sam")
    assert "Select one of the options" in str(
        ShiftFilter(QueryDict(f"logged_by={world.force.sue.pk}"), by=world.force.sam).errors
    )


def test_who_has_which_filter(force):
    everything = set(ShiftFilter.base_fields)
    assert everything - usable_by(force.sam) == {"flagged"}
    assert everything - usable_by(force.anna) == {"whose", "logged_by", "collar"}
    assert everything - usable_by(force.adam) == {"whose"}
    assert everything - usable_by(force.audrey) == {"whose"}


def test_a_filter_that_one_has_not_narrows_nothing(world):
    """An analyst sees no names: an address that names one is as if it did not."""
    assert found(world, "collar=1234", "anna") == set(world.shifts)
    assert found(world, f"logged_by={world.force.sue.pk}", "anna") == set(world.shifts)
    assert found(world, "flagged=yes", "sam") == found(world, "", "sam")


SAID = [
    ("late=perhaps", "Select one of the options"),
    ("area=1,x", "Select one of the options"),
    ("stream=counted-0", "Select one of the options"),
    ("outcome=arrests:nothing-known", "Select one of the options"),
    ("collar=PC 1 and PC 2", "Enter one collar number"),
    ("collar=Jones", "is a word without a number"),
    ("text=the and", "Enter a word that says more"),
    ("outcome=arrests&found=something", "Only stop searches say whether something was found"),
]


def test_what_makes_no_sense_is_said_and_narrows_nothing(world, as_user):
    adam = as_user(world.force.adam)
    for query, said in SAID:
        page = adam.get(f"/shifts/?{query}").content.decode()
        assert said in page, query
        assert '<details class="app-filter" open>' in page


def test_filters_in_force_are_tags_that_go_one_by_one(world, as_user):
    page = as_user(world.force.adam).get(
        f"/shifts/?late=yes&stream=counted-{world.force.programme.pk}&area={world.force.hitchin.pk},{world.force.watford.pk}&text=fight&after=x"
    )
    tags = {tag["label"]: tag["url"] for tag in page.context["tags"]}
    assert list(tags) == [
        "Hitchin town centre and Watford town centre",
        "Logged late",
        f"Counted for {world.force.programme}",
        "Note says fight",
    ]
    assert "late" not in tags["Logged late"]
    assert "text=fight" in tags["Logged late"]
    assert f'value="{world.force.hitchin.pk},{world.force.watford.pk}" selected' in page.content.decode()


# --- who logged it, and how many there are


@pytest.mark.parametrize(("who", "words"), [("adam", "Logged by Sue"), ("anna", "Logged by a supervisor")])
def test_rows_say_who_logged_them(world, as_user, who, words):
    page = as_user(world.force.people[who]).get(f"/shifts/?area={world.force.watford.pk}").content.decode()
    assert words in page
    assert ("Sue" in page) == (who == "adam")


def test_a_late_row_says_when_it_was_logged(world, as_user):
    assert "Logged by Sam Sergeant, " in as_user(world.force.adam).get("/shifts/?late=yes").content.decode()
    assert "Logged by Sam Sergeant, " not in as_user(world.force.adam).get("/shifts/").content.decode()


TOTALS = [
    ("late=yes", "1 shift"),
    ("to_follow=yes", "2 shifts with 3 outcomes with detail to follow"),
    ("outcome=arrests&state=completed", "1 shift with 2 arrests"),
    ("state=completed&text=fight", "1 shift"),
]


def test_a_narrowed_list_says_how_many_there_are(world, as_user):
    adam = as_user(world.force.adam)
    assert [(query, adam.get(f"/shifts/?{query}").context["totals"]) for query, _ in TOTALS] == TOTALS


def test_more_than_some_thousands_are_counted_when_asked(world, as_user, monkeypatch):
    monkeypatch.setattr("outcomes.home.views.MOST_COUNTED", 3)
    page = as_user(world.force.adam).get("/shifts/?state=completed")
    assert page.context["totals"] == "More than 3 shifts"
    every = as_user(world.force.adam).get(f"/shifts/{page.context['count_url']}")
    assert every.context["totals"] == f"{len(world.shifts) - 1} shifts"


def test_nothing_is_counted_of_one_person(world, as_user):
    adam = as_user(world.force.adam)
    for query in (f"logged_by={world.force.sam.pk}", "collar=1234", f"logged_by={world.force.sam.pk}&late=yes"):
        assert "totals" not in adam.get(f"/shifts/?{query}").context
        page = adam.get(f"{reverse('outcomes:download_rows', args=('shifts',))}?{query}").content.decode()
        assert "The file has shifts, one row each" in page
    assert "totals" not in as_user(world.force.sam).get("/shifts/?late=yes").context


# --- what leaves


def test_a_file_is_narrowed_as_the_list_is_and_names_nobody(world):
    for query in ("collar=PC1234", "to_follow=yes", "text=fight", "reference=Rota/77a", "found=something", "late=yes"):
        filters, chunks = ShiftFilter(QueryDict(query), by=world.force.adam), []
        copy_rows(rows_of("shifts", filters.apply(PatrolShift.objects.visible_to(world.force.adam))), chunks.append)
        lines = b"".join(chunks).decode("utf-8-sig").splitlines()
        references = {world.shifts[name].reference for name in found(world, query)}
        assert {line.partition(",")[0] for line in lines[1:]} == references, query
        assert references
    filters = ShiftFilter(QueryDict(f"logged_by={world.force.sam.pk}&collar=PC1234&late=yes"), by=world.force.adam)
    said = [text for _, text in filters.in_force_for_file()]
    assert said == ["Logged by one person", "Logged late", "One person in the crew"]


def test_the_words_of_a_disclosure_say_every_filter(world, as_user):
    query = (
        f"logged_by={world.force.sam.pk}&late=yes&flagged=yes&to_follow=yes&outcome=arrests&stream={world.force.grant.pk}"
        "&reference=HS-1&collar=PC1234&text=fight&found=something"
    )
    disclose(by=world.force.sam, at=NOW, action="download_csv", request="", what="shifts", filters=query, rows=12)
    row = as_user(world.force.audrey).get("/shifts/downloads/").context["rows"][0]
    assert row[2] == "Downloaded shifts as CSV"
    assert row[3] == (
        "Logged by Sam Sergeant; Logged late; Kept with doubts; Detail to follow; Arrests; Something was found; "
        f"{world.force.grant.name}, {world.force.programme}; Reference HS-1; Collar number PC1234; Note says fight"
    )
